package io.mullion.batch;

import io.mullion.expr.Field;
import io.mullion.routine.RawMemory;

/// Appends rows of one batch to another one with the same columns, column by column.
///
/// *Ownership*: borrows both. *Thread*: the one that writes the target.
public final class RowCopy {
    private RowCopy() {}

    /// Appends the active rows [from, to), as [Operator#process] has them, behind the first `at` rows of the target.
    ///
    /// @return how many there was room for
    public static int append(Batch source, long active, int from, int to, Batch target, int at) {
        int count = Math.min(to - from, target.capacity() - at);
        int columns = source.schema().size();
        for (int column = 0; column < columns; column++) {
            count = fitting(source, column, active, from, count, target, column, at);
        }
        for (int column = 0; column < columns; column++) {
            append(source, column, active, from, count, target, column, at);
        }
        return count;
    }

    /// How many values of a column, at most `count`, there is room for. It has to be asked before they are appended.
    public static int fitting(
            Batch source, int column, long active, int from, int count, Batch target, int targetColumn, int at) {
        return source.variableSize(column)
                ? writeOffsets(source, column, active, from, count, target, targetColumn, at)
                : count;
    }

    /// Appends `count` values of a column, for which there is room, to one of the same type that may be null if this
    /// one may.
    public static void append(
            Batch source, int column, long active, int from, int count, Batch target, int targetColumn, int at) {
        Field field = source.schema().field(column);
        if (field.nullable()) {
            copyBits(source.validityAddress(column), active, from, count, target.validityAddress(targetColumn), at);
        } else if (target.schema().field(targetColumn).nullable()) {
            Bitmap.set(target.validityAddress(targetColumn), at, at + count);
        }
        if (source.variableSize(column)) {
            copyBytes(source, column, active, from, count, target, targetColumn, at);
        } else if (field.type().byteWidth() == 0) {
            copyBits(source.dataAddress(column), active, from, count, target.dataAddress(targetColumn), at);
        } else {
            int width = field.type().byteWidth();
            long out = target.dataAddress(targetColumn) + (long) width * at;
            copyCells(source.dataAddress(column), active, from, count, out, width);
        }
    }

    /// @return how many values, at most `count`, there is room for
    private static int writeOffsets(
            Batch source, int column, long active, int from, int count, Batch target, int targetColumn, int at) {
        long offsets = source.offsetsAddress(column);
        long out = target.offsetsAddress(targetColumn) + 4L * at;
        int end = at == 0 ? 0 : RawMemory.getInt(out);
        int room = target.dataBytes();
        RawMemory.putInt(out, end);
        for (int i = 0; i < count; i++) {
            long cell = offsets + 4L * Selection.row(active, from + i);
            int length = RawMemory.getInt(cell + 4) - RawMemory.getInt(cell);
            if (length > room - end) {
                return i;
            }
            end += length;
            RawMemory.putInt(out + 4L * (i + 1), end);
        }
        return count;
    }

    private static void copyBytes(
            Batch source, int column, long active, int from, int count, Batch target, int targetColumn, int at) {
        long offsets = source.offsetsAddress(column);
        long data = source.dataAddress(column);
        long outOffsets = target.offsetsAddress(targetColumn) + 4L * at;
        long out = target.dataAddress(targetColumn);
        if (active == 0) {
            int start = RawMemory.getInt(offsets + 4L * from);
            int end = RawMemory.getInt(offsets + 4L * (from + count));
            RawMemory.copy(data + start, out + RawMemory.getInt(outOffsets), end - start);
            return;
        }
        for (int i = 0; i < count; i++) {
            long cell = offsets + 4L * Selection.row(active, from + i);
            int start = RawMemory.getInt(cell);
            int length = RawMemory.getInt(cell + 4) - start;
            if (length > 0) {
                RawMemory.copy(data + start, out + RawMemory.getInt(outOffsets + 4L * i), length);
            }
        }
    }

    private static void copyCells(long data, long active, int from, int count, long out, int width) {
        if (active == 0) {
            RawMemory.copy(data + (long) width * from, out, (long) width * count);
            return;
        }
        long rows = active + 4L * from;
        switch (width) {
            case 1 -> {
                for (int i = 0; i < count; i++) {
                    RawMemory.putByte(out + i, RawMemory.getByte(data + RawMemory.getInt(rows + 4L * i)));
                }
            }
            case 2 -> {
                for (int i = 0; i < count; i++) {
                    RawMemory.putShort(out + 2L * i, RawMemory.getShort(data + 2L * RawMemory.getInt(rows + 4L * i)));
                }
            }
            case 4 -> {
                for (int i = 0; i < count; i++) {
                    RawMemory.putInt(out + 4L * i, RawMemory.getInt(data + 4L * RawMemory.getInt(rows + 4L * i)));
                }
            }
            case 8 -> {
                for (int i = 0; i < count; i++) {
                    RawMemory.putLong(out + 8L * i, RawMemory.getLong(data + 8L * RawMemory.getInt(rows + 4L * i)));
                }
            }
            case 16 -> {
                for (int i = 0; i < count; i++) {
                    long cell = data + 16L * RawMemory.getInt(rows + 4L * i);
                    RawMemory.putLong(out + 16L * i, RawMemory.getLong(cell));
                    RawMemory.putLong(out + 16L * i + 8, RawMemory.getLong(cell + 8));
                }
            }
            default -> throw new IllegalStateException("width=" + width);
        }
    }

    /// The bits before `at` keep their values, those behind the last one may change.
    private static void copyBits(long source, long active, int from, int count, long target, int at) {
        long out = target + (at >> 3);
        int bit = at & 7;
        int bits = bit == 0 ? 0 : RawMemory.getByte(out) & (1 << bit) - 1;
        for (int i = 0; i < count; i++) {
            int row = Selection.row(active, from + i);
            bits |= (RawMemory.getByte(source + (row >> 3)) >> (row & 7) & 1) << bit;
            bit++;
            if (bit == Byte.SIZE) {
                RawMemory.putByte(out, (byte) bits);
                out++;
                bit = 0;
                bits = 0;
            }
        }
        if (bit > 0) {
            RawMemory.putByte(out, (byte) bits);
        }
    }
}
