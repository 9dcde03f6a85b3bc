package io.mullion.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.batch.Selection;
import io.mullion.codegen.RawMemory;
import io.mullion.codegen.Utf8;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.memory.OffHeapArray;
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
        GroupTable table = batches.scope.own(GroupTable.of(schema.field(0), 0, batches.account));
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
        GroupTable table = batches.scope.own(GroupTable.of(field, 0, batches.account));
        OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 4L * rows.size()));
        table.lookUp(batch.readable(), 0, 0, rows.size(), ids.address());
        Batch out = batches.empty(Schema.of(field), 8, 8);
        List<Object> written = new ArrayList<>();
        List<Integer> pieces = new ArrayList<>();
        for (int done = 0; done < rows.size(); ) {
            int piece = table.writeKeys(ids.address() + 4L * done, rows.size() - done, out.writable(), 0, done);
            pieces.add(piece);
            for (int row = done; row < done + piece; row++) {
                written.add(value(out, row));
            }
            done += piece;
        }
        assertEquals(Arrays.asList("four", "five5", "sixsix", "", "eightttt", null), written);
        assertEquals(List.of(1, 1, 2, 2), pieces);
    }

    /// Looks the keys up in slices, then writes all of them back.
    private GroupTable check(DataType type, List<Object> keys) {
        Field field = Field.nullable("key", type);
        GroupTable table = batches.scope.own(GroupTable.of(field, 0, batches.account));
        Map<Object, Integer> groups = new LinkedHashMap<>();
        List<Object> inOrder = new ArrayList<>();
        OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 4L * 512));
        for (int from = 0; from < keys.size(); ) {
            int to = Math.min(keys.size(), from + (type == DataType.UTF8 ? 3 : 500));
            List<List<Object>> rows = new ArrayList<>();
            keys.subList(from, to).forEach(key -> rows.add(Collections.singletonList(key)));
            try (Batch batch = batches.unowned(Schema.of(field), rows)) {
                table.lookUp(batch.readable(), 0, 0, rows.size(), ids.address());
            }
            for (int row = 0; row < rows.size(); row++) {
                Object key = normal(keys.get(from + row));
                if (groups.putIfAbsent(key, groups.size()) == null) {
                    inOrder.add(key);
                }
                assertEquals(groups.get(key), RawMemory.getInt(ids.address() + 4L * row), () -> "key " + key);
            }
            from = to;
        }
        assertEquals(groups.size(), table.groupCount());
        assertKeysAreWrittenBack(field, table, inOrder);
        return table;
    }

    private void assertKeysAreWrittenBack(Field field, GroupTable table, List<Object> inOrder) {
        Batch out = batches.empty(Schema.of(field), 100, 1 << 15);
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
                assertEquals(inOrder.get(from + row), value(out, row));
            }
            from += written;
        }
    }

    private static Object value(Batch batch, int row) {
        if (batch.isNull(0, row)) {
            return null;
        }
        return switch (batch.schema().field(0).type()) {
            case DataType.Bool _ -> batch.bool(0, row);
            case DataType.Int64 _, DataType.Timestamp _ -> batch.int64(0, row);
            case DataType.Float64 _ -> batch.float64(0, row);
            case DataType.Utf8 _ -> Utf8.decode(batch.utf8Address(0, row), batch.utf8Length(0, row));
        };
    }

    private static Object normal(Object key) {
        return key instanceof Double value ? Double.isNaN(value) ? (Object) Double.NaN : value + 0.0 : key;
    }
}
