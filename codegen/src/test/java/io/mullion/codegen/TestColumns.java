package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import io.mullion.routine.Utf8;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
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

    /// An output: room for `rowLimit` rows, and for `textBytes` bytes in each column of variable size.
    static TestColumns empty(TestMemory memory, Schema schema, int rowLimit, int textBytes) {
        TestColumns columns = new TestColumns(memory, schema, rowLimit);
        for (int column = 0; column < schema.size(); column++) {
            columns.allocate(column, textBytes);
        }
        return columns;
    }

    /// An input. Null values have noise behind them.
    static TestColumns of(TestMemory memory, Schema schema, List<Object[]> rows) {
        TestColumns columns = new TestColumns(memory, schema, rows.size());
        for (int column = 0; column < schema.size(); column++) {
            int index = column;
            columns.allocate(
                    column,
                    schema.field(column).type().fixedWidth()
                            ? 0
                            : rows.stream()
                                    .mapToInt(row -> textBytes(row[index]))
                                    .sum());
            columns.fill(column, rows);
        }
        return columns;
    }

    private void allocate(int column, int textBytes) {
        Field field = schema.field(column);
        int rows = addresses.rowLimit;
        if (!field.type().fixedWidth()) {
            allocate(column, ColumnAddresses.DATA, textBytes);
            allocate(column, ColumnAddresses.OFFSETS, 4L * (rows + 1));
        } else if (field.type() instanceof DataType.Bool) {
            allocate(column, ColumnAddresses.DATA, bitmapBytes(rows));
        } else {
            allocate(column, ColumnAddresses.DATA, (long) field.type().byteWidth() * rows);
        }
        if (field.nullable()) {
            allocate(column, ColumnAddresses.VALIDITY, bitmapBytes(rows));
        }
    }

    /// How many bytes of variable size a value takes.
    static int textBytes(Object value) {
        return value instanceof String || value instanceof ByteBuffer ? bytes(value).length : 0;
    }

    /// Bytes of a value of variable size; none for null.
    private static byte[] bytes(Object value) {
        return switch (value) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case ByteBuffer bytes -> Oracle.bytes(bytes);
            case null -> new byte[0];
            default -> throw new IllegalArgumentException("no value of variable size: " + value);
        };
    }

    private void fill(int column, List<Object[]> rows) {
        Field field = schema.field(column);
        for (int row = 0; row < rows.size(); row++) {
            Object value = rows.get(row)[column];
            if (field.nullable()) {
                setBit(addresses.address(column, ColumnAddresses.VALIDITY), row, value != null);
            }
            if (value != null && field.type().fixedWidth()) {
                put(addresses.address(column, ColumnAddresses.DATA), row, value, field.type());
            }
        }
        if (!field.type().fixedWidth()) {
            fillTexts(column, rows);
        }
    }

    private void fillTexts(int column, List<Object[]> rows) {
        long offsets = addresses.address(column, ColumnAddresses.OFFSETS);
        int end = 0;
        RawMemory.putInt(offsets, 0);
        for (int row = 0; row < rows.size(); row++) {
            byte[] bytes = bytes(rows.get(row)[column]);
            RawMemory.copy(bytes, 0, addresses.address(column, ColumnAddresses.DATA) + end, bytes.length);
            end += bytes.length;
            RawMemory.putInt(offsets + 4L * (row + 1), end);
        }
    }

    private static void put(long data, int row, Object value, DataType type) {
        long at = data + (long) type.byteWidth() * row;
        switch (value) {
            case Boolean bit -> setBit(data, row, bit);
            case Float number -> RawMemory.putInt(at, Float.floatToRawIntBits(number));
            case Double number -> RawMemory.putDouble(at, number);
            case BigDecimal number -> {
                BigInteger unscaled = number.unscaledValue();
                RawMemory.putLong(at, unscaled.longValue());
                RawMemory.putLong(at + 8, unscaled.shiftRight(Long.SIZE).longValue());
            }
            case Long number -> {
                for (int i = 0; i < type.byteWidth(); i++) {
                    RawMemory.putByte(at + i, (byte) (number >> 8 * i));
                }
            }
            default -> throw new IllegalArgumentException("no value of a column: " + value);
        }
    }

    Object get(int column, int row) {
        Field field = schema.field(column);
        if (field.nullable() && !bit(addresses.address(column, ColumnAddresses.VALIDITY), row)) {
            return null;
        }
        long data = addresses.address(column, ColumnAddresses.DATA);
        long at = data + (long) field.type().byteWidth() * row;
        return switch (field.type()) {
            case DataType.Bool _ -> bit(data, row);
            case DataType.Int8 _ -> (long) RawMemory.getByte(at);
            case DataType.Int16 _ -> (long) RawMemory.getShort(at);
            case DataType.Int32 _, DataType.Date32 _ -> (long) RawMemory.getInt(at);
            case DataType.Int64 _, DataType.Timestamp _ -> RawMemory.getLong(at);
            case DataType.Float32 _ -> Float.intBitsToFloat(RawMemory.getInt(at));
            case DataType.Float64 _ -> RawMemory.getDouble(at);
            case DataType.Decimal it -> {
                BigInteger low = new BigInteger(Long.toUnsignedString(RawMemory.getLong(at)));
                BigInteger high = BigInteger.valueOf(RawMemory.getLong(at + 8));
                yield new BigDecimal(high.shiftLeft(Long.SIZE).add(low), it.scale());
            }
            case DataType.Utf8 _ -> Utf8.decode(data + start(column, row), length(column, row));
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> {
                byte[] bytes = new byte[length(column, row)];
                RawMemory.copy(data + start(column, row), bytes, 0, bytes.length);
                yield ByteBuffer.wrap(bytes);
            }
        };
    }

    private int start(int column, int row) {
        return RawMemory.getInt(addresses.address(column, ColumnAddresses.OFFSETS) + 4L * row);
    }

    private int length(int column, int row) {
        return start(column, row + 1) - start(column, row);
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
