package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Rows with a column of every type that can be a key, twice: one that can be null and one that cannot. As Java values
/// (all integers Long, decimals their unscaled BigInteger, binary ByteBuffer) and as columns whose buffers are no
/// larger than they must be.
final class KeyRows {
    static final List<DataType> TYPES = List.of(
            DataType.BOOL,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.decimal(38, 4),
            DataType.UTF8,
            DataType.BINARY,
            DataType.DATE32,
            DataType.timestamp(TimeUnit.MICROS));

    /// Column `i` is of type `i` and not nullable, column `TYPES.size() + i` of the same type and nullable.
    static final Schema SCHEMA = schema();

    private static final double[] NUMBERS = {0.0, -0.0, 1.5, -1.5, 1e30, Double.NaN, Double.NEGATIVE_INFINITY};
    private static final String[] TEXTS = {
        "",
        "a",
        "b",
        "ab",
        "abc",
        "abd",
        "abcd",
        "seven77",
        "eight888",
        "eight889",
        "nine99999",
        "sixteen-16-bytes",
        "seventeen-17-byte",
        "seventeen+17-byte",
        "x".repeat(300),
        "x".repeat(299) + "y"
    };

    private final SplittableRandom random;

    KeyRows(long seed) {
        random = new SplittableRandom(seed);
    }

    private static Schema schema() {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < TYPES.size(); i++) {
            fields.add(Field.of("c" + i, TYPES.get(i)));
        }
        for (int i = 0; i < TYPES.size(); i++) {
            fields.add(Field.nullable("n" + i, TYPES.get(i)));
        }
        return new Schema(fields);
    }

    /// Names of key columns: each one alone, and some together.
    static List<List<String>> keys() {
        List<List<String>> keys = new ArrayList<>();
        SCHEMA.fields().forEach(field -> keys.add(List.of(field.name())));
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20; i++) {
            List<String> names =
                    new ArrayList<>(SCHEMA.fields().stream().map(Field::name).toList());
            Collections.shuffle(names, new Random(i));
            keys.add(List.copyOf(names.subList(0, 2 + random.nextInt(i < 15 ? 2 : 10))));
        }
        keys.add(SCHEMA.fields().stream().map(Field::name).toList());
        return keys;
    }

    List<List<Object>> rows(int count, Samples.Nulls nulls) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            List<Object> values = new ArrayList<>();
            for (Field field : SCHEMA.fields()) {
                boolean isNull = field.nullable()
                        && (nulls == Samples.Nulls.ALL || nulls == Samples.Nulls.SOME && random.nextInt(3) == 0);
                values.add(isNull ? null : value(field.type()));
            }
            rows.add(values);
        }
        return rows;
    }

    private Object value(DataType type) {
        return switch (type) {
            case DataType.Bool _ -> random.nextBoolean();
            case DataType.Int8 _ -> integer(8);
            case DataType.Int16 _ -> integer(16);
            case DataType.Int32 _, DataType.Date32 _ -> integer(32);
            case DataType.Int64 _, DataType.Timestamp _ -> integer(64);
            case DataType.Float32 _ -> (float) NUMBERS[random.nextInt(NUMBERS.length)];
            case DataType.Float64 _ ->
                random.nextInt(8) == 0
                        ? Double.longBitsToDouble(0xfff8_0000_0000_0001L)
                        : NUMBERS[random.nextInt(NUMBERS.length)];
            case DataType.Decimal _ -> BigInteger.valueOf(integer(64)).shiftLeft(random.nextInt(3) * 31);
            case DataType.Utf8 _ -> TEXTS[random.nextInt(TEXTS.length)];
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ ->
                ByteBuffer.wrap(TEXTS[random.nextInt(TEXTS.length)].getBytes(StandardCharsets.UTF_8));
        };
    }

    /// Few different ones, the extremes among them.
    private long integer(int bits) {
        long value = switch (random.nextInt(5)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> 0x0123_4567_89AB_CDEFL;
            default -> random.nextLong(-3, 4) << (64 - bits);
        };
        return value >> (64 - bits);
    }

    /// As groups tell values: one NaN, one zero; floats of both widths alike.
    static Object normal(Object value) {
        if (value instanceof Float number) {
            return normal((double) number);
        }
        return value instanceof Double number ? Double.isNaN(number) ? (Object) Double.NaN : number + 0.0 : value;
    }

    /// The values of some columns of a row, as groups tell them.
    static List<Object> key(List<Object> row, int[] columns) {
        Object[] key = new Object[columns.length];
        Arrays.setAll(key, i -> normal(row.get(columns[i])));
        return Arrays.asList(key);
    }

    /// Columns that hold the rows. Null values have noise behind them.
    static ColumnAddresses columns(TestMemory memory, List<List<Object>> rows) {
        ColumnAddresses columns = new ColumnAddresses(SCHEMA.size());
        columns.rowLimit = rows.size();
        for (int column = 0; column < SCHEMA.size(); column++) {
            Field field = SCHEMA.field(column);
            int at = column;
            List<Object> values = rows.stream().map(row -> row.get(at)).toList();
            if (field.nullable()) {
                bits(
                        memory,
                        columns,
                        column,
                        ColumnAddresses.VALIDITY,
                        values.stream().map(value -> value != null).toList());
            }
            if (field.type() instanceof DataType.Bool) {
                bits(
                        memory,
                        columns,
                        column,
                        ColumnAddresses.DATA,
                        values.stream()
                                .map(value -> value == null || (Boolean) value)
                                .toList());
            } else if (field.type().fixedWidth()) {
                fixed(memory, columns, column, field.type(), values);
            } else {
                texts(memory, columns, column, values);
            }
        }
        return columns;
    }

    private static void bits(TestMemory memory, ColumnAddresses columns, int column, int buffer, List<Boolean> values) {
        int bytes = (values.size() + 7) / 8;
        long address = allocate(memory, columns, column, buffer, bytes);
        for (int row = 0; row < values.size(); row++) {
            int bit = 1 << (row & 7);
            byte old = RawMemory.getByte(address + row / 8);
            RawMemory.putByte(address + row / 8, (byte) (values.get(row) ? old | bit : old & ~bit));
        }
    }

    private static void fixed(
            TestMemory memory, ColumnAddresses columns, int column, DataType type, List<Object> values) {
        int width = type.byteWidth();
        long data = allocate(memory, columns, column, ColumnAddresses.DATA, width * values.size());
        for (int row = 0; row < values.size(); row++) {
            long at = data + (long) width * row;
            switch (values.get(row)) {
                case null -> {}
                case Float number -> RawMemory.putFloat(at, number);
                case Double number -> RawMemory.putDouble(at, number);
                case BigInteger unscaled -> {
                    RawMemory.putLong(at, unscaled.longValue());
                    RawMemory.putLong(at + 8, unscaled.shiftRight(64).longValue());
                }
                case Long integer -> putInteger(at, width, integer);
                default -> throw new IllegalArgumentException(type + " " + values.get(row));
            }
        }
    }

    private static void putInteger(long at, int width, long value) {
        switch (width) {
            case 1 -> RawMemory.putByte(at, (byte) value);
            case 2 -> RawMemory.putShort(at, (short) value);
            case 4 -> RawMemory.putInt(at, (int) value);
            default -> RawMemory.putLong(at, value);
        }
    }

    private static void texts(TestMemory memory, ColumnAddresses columns, int column, List<Object> values) {
        // Behind a null lie some bytes, too.
        List<byte[]> texts = values.stream().map(KeyRows::bytes).toList();
        int size = texts.stream().mapToInt(text -> text.length).sum();
        long data = allocate(memory, columns, column, ColumnAddresses.DATA, size);
        long offsets = allocate(memory, columns, column, ColumnAddresses.OFFSETS, 4 * (values.size() + 1));
        int end = 0;
        RawMemory.putInt(offsets, 0);
        for (int row = 0; row < values.size(); row++) {
            RawMemory.copy(texts.get(row), 0, data + end, texts.get(row).length);
            end += texts.get(row).length;
            RawMemory.putInt(offsets + 4L * row + 4, end);
        }
    }

    static byte[] bytes(Object text) {
        return switch (text) {
            case null -> new byte[] {1, 2, 3};
            case ByteBuffer binary -> binary.array();
            default -> text.toString().getBytes(StandardCharsets.UTF_8);
        };
    }

    private static long allocate(TestMemory memory, ColumnAddresses columns, int column, int buffer, int bytes) {
        long address = memory.allocate(Math.max(bytes, 1), 1);
        RawMemory.fill(address, bytes, (byte) 0xa5);
        columns.set(column, buffer, address, bytes);
        return address;
    }

    /// Which rows of a batch a kernel is to work on.
    ///
    /// @param selection null for all rows
    record Active(int[] selection, int from, int to) {
        static List<Active> of(int size, Samples samples) {
            int[] some = samples.selection(size);
            return List.of(
                    new Active(null, 0, size),
                    new Active(null, Math.min(size, 3), Math.max(Math.min(size, 3), size - 2)),
                    new Active(some, 0, some.length),
                    new Active(some, Math.min(some.length, 2), some.length));
        }

        long address(TestMemory memory) {
            if (selection == null) {
                return 0;
            }
            long address = memory.allocate(4L * selection.length, 4);
            for (int i = 0; i < selection.length; i++) {
                RawMemory.putInt(address + 4L * i, selection[i]);
            }
            return address;
        }

        int row(int position) {
            return selection == null ? position : selection[position];
        }

        IntStream positions() {
            return IntStream.range(from, to);
        }
    }
}
