package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.KeyLayout;
import io.mullion.expr.DataType;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TextKey;

/// Turns the keys of groups, as [KeyLayout] has them, back into columns. Column by column, so that what a column is
/// gets asked once.
final class KeyWriter {
    private final KeyLayout layout;
    private final int keyBytes;

    KeyWriter(KeyLayout layout) {
        this.layout = layout;
        keyBytes = layout.keyBytes();
    }

    /// As [GroupTable#writeKeys].
    ///
    /// @param keys address of the addresses of the pages of keys
    /// @param nullGroup the group of null if the key is kept in its slot, or -1
    int write(long keys, long groupIds, int count, ColumnAddresses out, int firstColumn, int outRow, int nullGroup) {
        int fitting = count;
        for (int column = 0; column < layout.columns().size(); column++) {
            if (layout.text(column)) {
                fitting = fitting(keys, groupIds, fitting, out, firstColumn + column, column);
            }
        }
        for (int column = 0; column < layout.columns().size(); column++) {
            int outColumn = firstColumn + column;
            if (layout.text(column)) {
                texts(keys, groupIds, fitting, out, outColumn, outRow, column);
            } else {
                values(keys, layout.offset(column), groupIds, fitting, out, outColumn, outRow, column);
            }
            if (layout.columns().get(column).nullable()) {
                validity(
                        keys,
                        groupIds,
                        fitting,
                        out.address(outColumn, ColumnAddresses.VALIDITY),
                        outRow,
                        column,
                        nullGroup);
            }
        }
        return fitting;
    }

    /// How many texts there is room for.
    private int fitting(long keys, long groupIds, int count, ColumnAddresses out, int outColumn, int column) {
        int lengths = layout.lengthOffset(column);
        long room = Math.min(out.limit(outColumn, ColumnAddresses.DATA), Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            room -= RawMemory.getInt(key(keys, groupIds, i) + lengths);
            if (room < 0) {
                return i;
            }
        }
        return count;
    }

    private void texts(
            long keys, long groupIds, int count, ColumnAddresses out, int outColumn, int outRow, int column) {
        int text = layout.offset(column);
        int lengths = layout.lengthOffset(column);
        long data = out.address(outColumn, ColumnAddresses.DATA);
        long offsets = out.address(outColumn, ColumnAddresses.OFFSETS) + 4L * outRow;
        int end = 0;
        RawMemory.putInt(offsets, 0);
        for (int i = 0; i < count; i++) {
            long key = key(keys, groupIds, i);
            int length = RawMemory.getInt(key + lengths);
            if (length > 0) {
                long bytes = length > TextKey.INLINE_BYTES ? RawMemory.getLong(key + text) : key + text;
                RawMemory.copy(bytes, data + end, length);
            }
            end += length;
            RawMemory.putInt(offsets + 4L * i + 4, end);
        }
    }

    /// @param word where in a key the column's word lies
    private void values(
            long keys, int word, long groupIds, int count, ColumnAddresses out, int outColumn, int outRow, int column) {
        DataType type = layout.columns().get(column).type();
        long data = out.address(outColumn, ColumnAddresses.DATA);
        long at = data + (long) type.byteWidth() * outRow;
        switch (type) {
            case DataType.Bool _ -> bools(keys, word, groupIds, count, data, outRow);
            case DataType.Int8 _ -> int8s(keys, word, groupIds, count, at);
            case DataType.Int16 _ -> int16s(keys, word, groupIds, count, at);
            case DataType.Int32 _ -> int32s(keys, word, groupIds, count, at);
            case DataType.Date32 _ -> int32s(keys, word, groupIds, count, at);
            case DataType.Float32 _ -> float32s(keys, word, groupIds, count, at);
            case DataType.Int64 _ -> int64s(keys, word, groupIds, count, at);
            case DataType.Float64 _ -> int64s(keys, word, groupIds, count, at);
            case DataType.Timestamp _ -> int64s(keys, word, groupIds, count, at);
            case DataType.Decimal _ -> decimals(keys, word, groupIds, count, at);
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw new IllegalStateException("not of fixed width: " + type);
        }
    }

    private void bools(long keys, int word, long groupIds, int count, long bitmap, int outRow) {
        for (int i = 0; i < count; i++) {
            Bitmap.put(bitmap, outRow + i, value(keys, word, groupIds, i) != 0);
        }
    }

    private void int8s(long keys, int word, long groupIds, int count, long at) {
        for (int i = 0; i < count; i++) {
            RawMemory.putByte(at + i, (byte) value(keys, word, groupIds, i));
        }
    }

    private void int16s(long keys, int word, long groupIds, int count, long at) {
        for (int i = 0; i < count; i++) {
            RawMemory.putShort(at + 2L * i, (short) value(keys, word, groupIds, i));
        }
    }

    private void int32s(long keys, int word, long groupIds, int count, long at) {
        for (int i = 0; i < count; i++) {
            RawMemory.putInt(at + 4L * i, (int) value(keys, word, groupIds, i));
        }
    }

    private void float32s(long keys, int word, long groupIds, int count, long at) {
        for (int i = 0; i < count; i++) {
            RawMemory.putFloat(at + 4L * i, (float) Double.longBitsToDouble(value(keys, word, groupIds, i)));
        }
    }

    private void int64s(long keys, int word, long groupIds, int count, long at) {
        for (int i = 0; i < count; i++) {
            RawMemory.putLong(at + 8L * i, value(keys, word, groupIds, i));
        }
    }

    private void decimals(long keys, int word, long groupIds, int count, long at) {
        for (int i = 0; i < count; i++) {
            RawMemory.putLong(at + 16L * i, value(keys, word, groupIds, i));
            RawMemory.putLong(at + 16L * i + 8, value(keys, word + 8, groupIds, i));
        }
    }

    private void validity(long keys, long groupIds, int count, long bitmap, int outRow, int column, int nullGroup) {
        if (layout.inSlot()) {
            for (int i = 0; i < count; i++) {
                Bitmap.put(bitmap, outRow + i, group(groupIds, i) != nullGroup);
            }
            return;
        }
        int nulls = layout.nullsOffset();
        for (int i = 0; i < count; i++) {
            int bits = RawMemory.getInt(key(keys, groupIds, i) + nulls);
            Bitmap.put(bitmap, outRow + i, (bits >> column & 1) == 0);
        }
    }

    private long value(long keys, int word, long groupIds, int i) {
        return RawMemory.getLong(key(keys, groupIds, i) + word);
    }

    private long key(long keys, long groupIds, int i) {
        return GroupArray.at(keys, keyBytes, group(groupIds, i));
    }

    private static int group(long groupIds, int i) {
        return RawMemory.getInt(groupIds + 4L * i);
    }
}
