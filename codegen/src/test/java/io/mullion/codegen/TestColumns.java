package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Columns off the heap whose buffers are no larger than they must be, filled with noise first.
final class TestColumns {
    private static final byte NOISE = (byte) 0xa5;

    final Schema schema;
    final ColumnAddresses addresses;
    private final TestMemory memory;

    private TestColumns(TestMemory memory, Schema schema, int rowLimit) {
        this.memory = memory;
        this.schema = schema;
        this.addresses = new ColumnAddresses(schema.size());
        this.addresses.rowLimit = rowLimit;
    }

    /// An output: room for `rowLimit` rows, and for `textBytes` bytes in each utf8 column.
    static TestColumns empty(TestMemory memory, Schema schema, int rowLimit, int textBytes) {
        TestColumns columns = new TestColumns(memory, schema, rowLimit);
        for (int column = 0; column < schema.size(); column++) {
            Field field = schema.field(column);
            long bytes = switch (field.type()) {
                case DataType.Bool _ -> bitmapBytes(rowLimit);
                case DataType.Utf8 _ -> textBytes;
                case DataType.Int64 _, DataType.Float64 _, DataType.Timestamp _ -> 8L * rowLimit;
            };
            columns.allocate(column, ColumnAddresses.DATA, bytes);
            if (field.nullable()) {
                columns.allocate(column, ColumnAddresses.VALIDITY, bitmapBytes(rowLimit));
            }
            if (field.type() instanceof DataType.Utf8) {
                columns.allocate(column, ColumnAddresses.OFFSETS, 4L * (rowLimit + 1));
            }
        }
        return columns;
    }

    /// An input. Null values have noise behind them.
    static TestColumns of(TestMemory memory, Schema schema, List<Object[]> rows) {
        int textBytes = 0;
        for (Object[] row : rows) {
            for (Object value : row) {
                textBytes += value instanceof String text ? text.getBytes(StandardCharsets.UTF_8).length : 0;
            }
        }
        TestColumns columns = empty(memory, schema, rows.size(), textBytes);
        for (int column = 0; column < schema.size(); column++) {
            columns.fill(column, rows);
        }
        return columns;
    }

    private void fill(int column, List<Object[]> rows) {
        long data = addresses.address(column, ColumnAddresses.DATA);
        int end = 0;
        if (schema.field(column).type() instanceof DataType.Utf8) {
            RawMemory.putInt(addresses.address(column, ColumnAddresses.OFFSETS), 0);
        }
        for (int row = 0; row < rows.size(); row++) {
            Object value = rows.get(row)[column];
            if (schema.field(column).nullable()) {
                setBit(addresses.address(column, ColumnAddresses.VALIDITY), row, value != null);
            }
            switch (value) {
                case Long number -> RawMemory.putLong(data + 8L * row, number);
                case Double number -> RawMemory.putDouble(data + 8L * row, number);
                case Boolean bit -> setBit(data, row, bit);
                case String text -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    RawMemory.copy(bytes, 0, data + end, bytes.length);
                    end += bytes.length;
                }
                case null -> {}
                default -> throw new IllegalArgumentException("no value of a column: " + value);
            }
            if (schema.field(column).type() instanceof DataType.Utf8) {
                RawMemory.putInt(addresses.address(column, ColumnAddresses.OFFSETS) + 4L * (row + 1), end);
            }
        }
    }

    Object get(int column, int row) {
        Field field = schema.field(column);
        if (field.nullable() && !bit(addresses.address(column, ColumnAddresses.VALIDITY), row)) {
            return null;
        }
        long data = addresses.address(column, ColumnAddresses.DATA);
        return switch (field.type()) {
            case DataType.Bool _ -> bit(data, row);
            case DataType.Float64 _ -> RawMemory.getDouble(data + 8L * row);
            case DataType.Int64 _, DataType.Timestamp _ -> RawMemory.getLong(data + 8L * row);
            case DataType.Utf8 _ -> {
                long offsets = addresses.address(column, ColumnAddresses.OFFSETS) + 4L * row;
                int start = RawMemory.getInt(offsets);
                yield Utf8.decode(data + start, RawMemory.getInt(offsets + 4) - start);
            }
        };
    }

    List<List<Object>> rows(int count) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            List<Object> values = new ArrayList<>();
            for (int column = 0; column < schema.size(); column++) {
                values.add(get(column, row));
            }
            rows.add(values);
        }
        return rows;
    }

    private void allocate(int column, int buffer, long bytes) {
        long address = memory.allocate(Math.max(bytes, 1), 64);
        RawMemory.fill(address, bytes, NOISE);
        addresses.set(column, buffer, address, bytes);
    }

    private static long bitmapBytes(int rows) {
        return (rows + 7) / 8;
    }

    static boolean bit(long bitmap, int row) {
        return (RawMemory.getByte(bitmap + row / 8) >> row % 8 & 1) != 0;
    }

    private static void setBit(long bitmap, int row, boolean value) {
        byte old = RawMemory.getByte(bitmap + row / 8);
        int bit = 1 << row % 8;
        RawMemory.putByte(bitmap + row / 8, (byte) (value ? old | bit : old & ~bit));
    }
}
