package io.mullion.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.batch.Selection;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.Keys;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.MemoryPool;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import io.mullion.spec.MullionException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each table against a map: ids in order of first appearance, keys found again when they are written.
@Tag("checked")
class GroupTableTest {
    private static final List<DataType> TYPES = List.of(
            DataType.BOOL,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.decimal(38, 2),
            DataType.UTF8,
            DataType.BINARY,
            DataType.DATE32,
            DataType.timestamp(TimeUnit.SECONDS));
    private static final List<Float> FLOATS = List.of(
            0.0f, -0.0f, 1.5f, -1.5f, Float.NaN, Float.intBitsToFloat(0xFFC0_0001), Float.MIN_VALUE, Float.MAX_VALUE);

    private final Batches batches = new Batches();

    @AfterEach
    void close() {
        batches.close();
    }

    @Test
    void denseNumbersGrowTheTable() {
        List<Object> keys = new ArrayList<>();
        for (long key = 0; key < 20_000; key++) {
            keys.add(key - 10_000);
            keys.add(key / 3);
        }
        check(DataType.INT64, keys);
    }

    @Test
    void rangesThatGrowToBothSidesAndAreLeftAtLastAreTold() {
        Random random = new Random(9);
        for (long origin : new long[] {0, -70_000, Long.MIN_VALUE, Long.MAX_VALUE - 65_535, Long.MAX_VALUE - 65_536}) {
            List<Object> keys = new ArrayList<>();
            for (int width = 1; width <= 65_536; width *= 4) {
                for (int i = 0; i < 300; i++) {
                    // About the middle of what comes at last.
                    keys.add(origin + 32_768 - width / 2 + random.nextInt(width));
                }
            }
            keys.add(origin);
            keys.add(origin + 65_535);
            keys.add(null);
            keys.addAll(List.copyOf(keys.subList(0, 100)));
            keys.add(origin + 65_536);
            keys.addAll(List.copyOf(keys.subList(0, 2000)));
            check(DataType.INT64, keys);
        }
    }

    @Test
    void scatteredNumbersGrowTheTable() {
        Random random = new Random(1);
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            keys.add(random.nextLong());
        }
        check(DataType.INT64, keys);
    }

    @Test
    void numbersThatShareTheirLowOrHighBitsAreTold() {
        List<Object> keys = new ArrayList<>(List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 1L << 63 >>> 1));
        for (long i = 0; i < 3000; i++) {
            keys.add(i << 32);
            keys.add(i << 48 | 7);
            // These have the same hash as far as folding the halves goes.
            keys.add(i << 32 | i);
            keys.add(i * 0x1_0000_0001L);
        }
        check(DataType.INT64, keys);
    }

    @Test
    void timestampsAreNumbers() {
        check(DataType.timestamp(TimeUnit.NANOS), List.of(5L, -5L, 5L, Long.MIN_VALUE));
    }

    @Test
    void floatsKnowOneNaNAndOneZero() {
        List<Object> keys = List.of(
                0.0,
                -0.0,
                Double.NaN,
                Double.longBitsToDouble(0x7FF8_0000_0000_0001L),
                Double.longBitsToDouble(0xFFF0_0000_0000_0001L),
                1.0,
                -1.0,
                Double.MIN_VALUE,
                -Double.MIN_VALUE,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY);
        GroupTable table = check(DataType.FLOAT64, keys);
        // One zero, one NaN and six that are themselves.
        assertEquals(8, table.groupCount());
    }

    @Test
    void boolsAreTwoGroupsAndANull() {
        GroupTable table = check(DataType.BOOL, Arrays.asList(true, false, null, true, null, false));
        assertEquals(3, table.groupCount());
    }

    @Test
    void textsOfEveryLengthAreTold() {
        Random random = new Random(2);
        List<Object> keys = new ArrayList<>();
        for (int length = 0; length <= 40; length++) {
            for (int n = 0; n < 40; n++) {
                char[] text = new char[length];
                // Few letters: texts that differ in one place, at the beginning, in the middle, at the end.
                Arrays.fill(text, 'a');
                if (length > 0) {
                    text[random.nextInt(length)] = (char) ('a' + random.nextInt(3));
                }
                keys.add(new String(text));
            }
        }
        keys.add("a\u0000");
        keys.add("\u0000");
        keys.add("x".repeat(20_000));
        keys.add("x".repeat(20_000) + "y");
        keys.add("x".repeat(20_001));
        check(DataType.UTF8, keys);
    }

    @Test
    void manyTextsGrowTheTable() {
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < 8000; i++) {
            keys.add("k" + i);
            keys.add("k" + i / 2);
        }
        check(DataType.UTF8, keys);
    }

    @Test
    void theEmptyTextIsNotNull() {
        assertEquals(2, check(DataType.UTF8, Arrays.asList(null, "", null, "")).groupCount());
        assertEquals(2, check(DataType.UTF8, Arrays.asList("", null)).groupCount());
    }

    @Test
    void nullIsAKeyBesideAllOthers() {
        for (int at : new int[] {0, 1, 200}) {
            List<Object> keys = new ArrayList<>();
            for (long key = 0; key < 400; key++) {
                keys.add(key);
            }
            keys.set(at, null);
            keys.add(null);
            check(DataType.INT64, keys);
        }
    }

    @Test
    void onlySelectedRowsMakeGroups() {
        Schema schema = Schema.of(Field.of("key", DataType.INT64));
        Batch batch = batches.ofLongs(schema, 5, 6, 7, 6, 5);
        GroupTable table = table(schema.field(0));
        Selection selection = batches.scope.own(new Selection(batches.account, 3));
        int[] rows = {1, 3, 4};
        for (int i = 0; i < rows.length; i++) {
            RawMemory.putInt(selection.address(3) + 4L * i, rows[i]);
        }
        OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 20));
        RawMemory.fill(ids.address(), 20, (byte) 0x7F);
        table.lookUp(batch.readable(), selection.address(3), 0, 3, ids.address());
        assertEquals(2, table.groupCount());
        List<Integer> written = new ArrayList<>();
        for (int row = 0; row < 5; row++) {
            written.add(RawMemory.getInt(ids.address() + 4L * row));
        }
        assertEquals(List.of(0x7F7F7F7F, 0, 0x7F7F7F7F, 0, 1), written);
    }

    @Test
    void withoutAKeyThereIsOneGroup() {
        try (NoKeyTable table = new NoKeyTable()) {
            assertEquals(1, table.groupCount());
            assertEquals(7, table.writeKeys(0, 7, null, 0, 0));
        }
    }

    @Test
    void textKeysThatDoNotFitTogetherAreWrittenInPieces() {
        Field field = Field.nullable("key", DataType.UTF8);
        List<List<Object>> rows = new ArrayList<>();
        for (String key : List.of("four", "five5", "sixsix", "", "eightttt")) {
            rows.add(List.of(key));
        }
        rows.add(Collections.singletonList(null));
        Batch batch = batches.of(Schema.of(field), rows);
        GroupTable table = table(field);
        OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 4L * rows.size()));
        table.lookUp(batch.readable(), 0, 0, rows.size(), ids.address());
        Batch out = batches.empty(Schema.of(field), 8, 8);
        List<Object> written = new ArrayList<>();
        List<Integer> pieces = new ArrayList<>();
        for (int done = 0; done < rows.size(); ) {
            int piece = table.writeKeys(ids.address() + 4L * done, rows.size() - done, out.writable(), 0, done);
            pieces.add(piece);
            for (int row = done; row < done + piece; row++) {
                written.add(value(out, 0, row));
            }
            done += piece;
        }
        assertEquals(Arrays.asList("four", "five5", "sixsix", "", "eightttt", null), written);
        assertEquals(List.of(1, 1, 2, 2), pieces);
    }

    @Test
    void valuesOfEveryTypeAreKeys() {
        Random random = new Random(3);
        for (DataType type : TYPES) {
            List<Object> keys = new ArrayList<>();
            for (int i = 0; i < 700; i++) {
                keys.add(random.nextInt(10) == 0 ? null : value(type, random));
            }
            check(type, keys);
        }
    }

    @Test
    void keysOfSeveralColumnsAreTold() {
        Random random = new Random(4);
        for (int round = 0; round < 40; round++) {
            List<Field> fields = new ArrayList<>();
            for (int column = 0; column < 2 + random.nextInt(3); column++) {
                DataType type = TYPES.get(random.nextInt(TYPES.size()));
                fields.add(new Field("key" + column, type, random.nextBoolean()));
            }
            List<List<Object>> keys = new ArrayList<>();
            for (int row = 0; row < 600; row++) {
                List<Object> key = new ArrayList<>();
                for (Field field : fields) {
                    boolean isNull = field.nullable() && random.nextInt(4) == 0;
                    key.add(isNull ? null : value(field.type(), random));
                }
                keys.add(key);
            }
            check(fields, keys, 200);
        }
    }

    @Test
    void manyKeysOfSeveralColumnsGrowTheTable() {
        List<List<Object>> keys = new ArrayList<>();
        for (long i = 0; i < 6000; i++) {
            keys.add(Arrays.asList(i % 100, "k" + i / 100, i % 7 == 0 ? null : i % 3));
            keys.add(Arrays.asList(i / 100, "k" + i % 100, null));
        }
        List<Field> fields = List.of(
                Field.of("a", DataType.INT64), Field.of("b", DataType.UTF8), Field.nullable("c", DataType.INT32));
        check(fields, keys, 500);
    }

    @Test
    void nullsOfSeveralColumnsAreToldApart() {
        List<List<Object>> keys = List.of(
                Arrays.asList(null, 0L),
                Arrays.asList(0L, null),
                Arrays.asList(null, null),
                Arrays.asList(0L, 0L),
                Arrays.asList(null, 0L));
        List<Field> fields = List.of(Field.nullable("a", DataType.INT64), Field.nullable("b", DataType.INT16));
        assertEquals(4, check(fields, keys, 2).groupCount());
    }

    @Test
    void severalTextsThatDoNotFitTogetherAreWrittenInPieces() {
        List<Field> fields = List.of(Field.of("a", DataType.UTF8), Field.nullable("b", DataType.BINARY));
        List<List<Object>> rows = List.of(
                Arrays.asList("four", null),
                Arrays.asList("", bytes("sevenxx")),
                Arrays.asList("x", bytes("yy")),
                Arrays.asList("eightttt", null));
        Batch batch = batches.of(new Schema(fields), rows);
        GroupTable table = table(fields.toArray(Field[]::new));
        OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 16));
        table.lookUp(batch.readable(), 0, 0, 4, ids.address());
        Batch out = batches.empty(new Schema(fields), 4, 8);
        assertEquals(2, table.writeKeys(ids.address(), 4, out.writable(), 0, 0));
        assertEquals(rows.subList(0, 2), List.of(key(out, 0), key(out, 1)));
        assertEquals(1, table.writeKeys(ids.address() + 8, 2, out.writable(), 0, 2));
        assertEquals(rows.get(2), key(out, 2));
        assertEquals(1, table.writeKeys(ids.address() + 12, 1, out.writable(), 0, 3));
        assertEquals(rows.get(3), key(out, 3));
    }

    @Test
    void aFullBudgetLeavesATableThatClosesCleanly() {
        Schema schema = Schema.of(Field.of("a", DataType.INT64), Field.of("b", DataType.UTF8));
        Keys keys = compiled(schema);
        try (MemoryPool pool = new MemoryPool(1 << 20)) {
            MemoryAccount account = pool.account("small");
            GroupTable table = GroupTable.of(keys, account);
            OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 4L * 1000));
            MullionException full = assertThrows(MullionException.class, () -> {
                for (long first = 0; ; first += 1000) {
                    List<List<Object>> rows = new ArrayList<>();
                    for (long i = first; i < first + 1000; i++) {
                        rows.add(List.of(i, "text number " + i));
                    }
                    try (Batch batch = batches.unowned(schema, rows)) {
                        table.lookUp(batch.readable(), 0, 0, rows.size(), ids.address());
                    }
                }
            });
            assertEquals(MullionException.Reason.OUT_OF_MEMORY, full.reason());
            assertTrue(table.groupCount() > 1000);
            table.close();
            table.close();
            assertEquals(0, pool.bytesOut());
        }
    }

    private GroupTable table(Field... keys) {
        return batches.scope.own(GroupTable.of(compiled(Schema.of(keys)), batches.account));
    }

    private static Keys compiled(Schema schema) {
        List<String> names = schema.fields().stream().map(Field::name).toList();
        return new KernelCompiler(KernelOptions.best()).keys(schema, names);
    }

    private GroupTable check(DataType type, List<Object> keys) {
        List<List<Object>> rows = keys.stream().map(Collections::singletonList).toList();
        return check(List.of(Field.nullable("key", type)), rows, type == DataType.UTF8 ? 3 : 500);
    }

    /// Looks the keys up in slices, then writes all of them back.
    private GroupTable check(List<Field> fields, List<List<Object>> keys, int slice) {
        Schema schema = new Schema(fields);
        GroupTable table = table(fields.toArray(Field[]::new));
        Map<List<Object>, Integer> groups = new LinkedHashMap<>();
        OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 4L * 512));
        for (int from = 0; from < keys.size(); from += slice) {
            List<List<Object>> rows = keys.subList(from, Math.min(keys.size(), from + slice));
            try (Batch batch = batches.unowned(schema, rows)) {
                table.lookUp(batch.readable(), 0, 0, rows.size(), ids.address());
            }
            for (int row = 0; row < rows.size(); row++) {
                List<Object> key = normal(rows.get(row));
                int group = groups.computeIfAbsent(key, _ -> groups.size());
                assertEquals(group, RawMemory.getInt(ids.address() + 4L * row), () -> "key " + key);
            }
        }
        assertEquals(groups.size(), table.groupCount());
        assertKeysAreWrittenBack(schema, table, List.copyOf(groups.keySet()));
        return table;
    }

    private void assertKeysAreWrittenBack(Schema schema, GroupTable table, List<List<Object>> inOrder) {
        Batch out = batches.empty(schema, 100, 1 << 15);
        OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 400));
        for (int from = 0; from < inOrder.size(); ) {
            int count = Math.min(100, inOrder.size() - from);
            for (int i = 0; i < count; i++) {
                RawMemory.putInt(ids.address() + 4L * i, from + i);
            }
            out.clear();
            int written = table.writeKeys(ids.address(), count, out.writable(), 0, 0);
            assertTrue(written > 0);
            for (int row = 0; row < written; row++) {
                assertEquals(inOrder.get(from + row), key(out, row));
            }
            from += written;
        }
    }

    private static List<Object> key(Batch batch, int row) {
        List<Object> key = new ArrayList<>();
        for (int column = 0; column < batch.schema().size(); column++) {
            key.add(value(batch, column, row));
        }
        return key;
    }

    private static Object value(Batch batch, int column, int row) {
        if (batch.isNull(column, row)) {
            return null;
        }
        return switch (batch.schema().field(column).type()) {
            case DataType.Bool _ -> batch.bool(column, row);
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _, DataType.Timestamp _ ->
                batch.int64(column, row);
            case DataType.Date32 _ -> LocalDate.ofEpochDay(batch.int64(column, row));
            case DataType.Float32 _ -> (float) batch.float64(column, row);
            case DataType.Float64 _ -> batch.float64(column, row);
            case DataType.Decimal decimal -> {
                BigInteger high =
                        BigInteger.valueOf(batch.decimalHigh(column, row)).shiftLeft(Long.SIZE);
                BigInteger low = new BigInteger(Long.toUnsignedString(batch.decimalLow(column, row)));
                yield new BigDecimal(high.add(low), decimal.scale());
            }
            case DataType.Utf8 _ -> Utf8.decode(batch.utf8Address(column, row), batch.utf8Length(column, row));
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> {
                byte[] bytes = new byte[batch.utf8Length(column, row)];
                RawMemory.copy(batch.utf8Address(column, row), bytes, 0, bytes.length);
                yield ByteBuffer.wrap(bytes);
            }
        };
    }

    /// Few different values, those at the edges among them.
    private static Object value(DataType type, Random random) {
        int small = random.nextInt(-3, 4);
        return switch (type) {
            case DataType.Bool _ -> random.nextBoolean();
            case DataType.Int8 _ -> (long) (byte) (random.nextBoolean() ? small : small + Byte.MIN_VALUE);
            case DataType.Int16 _ -> (long) (short) (random.nextBoolean() ? small : small + Short.MIN_VALUE);
            case DataType.Int32 _ -> (long) (random.nextBoolean() ? small : small + Integer.MIN_VALUE);
            case DataType.Int64 _, DataType.Timestamp _ -> random.nextBoolean() ? small : small + Long.MIN_VALUE;
            case DataType.Date32 _ -> LocalDate.ofEpochDay(1000L * small);
            case DataType.Float32 _ -> FLOATS.get(random.nextInt(FLOATS.size()));
            case DataType.Float64 _ -> (double) FLOATS.get(random.nextInt(FLOATS.size()));
            case DataType.Decimal decimal -> {
                BigInteger unscaled = BigInteger.valueOf(small).shiftLeft(32 * random.nextInt(4));
                yield new BigDecimal(unscaled, decimal.scale());
            }
            case DataType.Utf8 _ -> "text of some length".substring(0, random.nextInt(19));
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> bytes("bytes of some length".substring(random.nextInt(19)));
        };
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Object> normal(List<Object> key) {
        return Arrays.asList(key.stream().map(GroupTableTest::normal).toArray());
    }

    private static Object normal(Object key) {
        return switch (key) {
            case Double value -> Double.isNaN(value) ? (Object) Double.NaN : value + 0.0;
            case Float value -> Float.isNaN(value) ? (Object) Float.NaN : value + 0.0f;
            case null -> null;
            default -> key;
        };
    }
}
