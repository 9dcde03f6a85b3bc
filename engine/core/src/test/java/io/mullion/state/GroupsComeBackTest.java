package io.mullion.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Tables whose groups come and go, against maps.
class GroupsComeBackTest {
    private static final int SLICE = 400;

    private final Batches batches = new Batches();
    private final OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 4L * 4096));

    @AfterEach
    void close() {
        batches.close();
    }

    @Test
    @Tag("checked")
    void numbers() {
        check(1, 6000, Field.of("a", DataType.INT64));
        check(2, 3000, Field.nullable("a", DataType.INT32));
    }

    @Test
    @Tag("checked")
    void texts() {
        check(3, 4000, Field.of("a", DataType.UTF8));
        check(4, 2000, Field.nullable("a", DataType.UTF8));
    }

    @Test
    @Tag("checked")
    void decimals() {
        check(5, 2000, Field.nullable("a", DataType.decimal(38, 0)));
    }

    @Test
    @Tag("checked")
    void severalColumns() {
        check(6, 3000, Field.of("a", DataType.INT64), Field.nullable("b", DataType.UTF8));
        check(
                7,
                3000,
                Field.nullable("a", DataType.UTF8),
                Field.nullable("b", DataType.decimal(20, 0)),
                Field.of("c", DataType.UTF8),
                Field.nullable("d", DataType.INT64));
    }

    @Test
    void keysPassThroughATableOfThoseThatLive() {
        assertTrue(passThrough(500_000, 20_000) < 4 << 20);
    }

    @Test
    @Tag("long")
    void manyKeysPassThroughATableOfThoseThatLive() {
        assertTrue(passThrough(20_000_000, 100_000) < 12 << 20);
    }

    @Test
    void idsAreGivenAgainTheLeastFirst() {
        Random random = new Random(8);
        GroupIds groupIds = new GroupIds();
        TreeMap<Integer, Boolean> out = new TreeMap<>();
        for (int phase = 0; phase < 6; phase++) {
            for (int step = 0; step < 20_000; step++) {
                if (random.nextInt(10) < (phase % 2 == 0 ? 7 : 3)) {
                    int id = groupIds.take();
                    int least = 0;
                    if (step % 100 == 0) {
                        while (out.containsKey(least)) {
                            least++;
                        }
                        assertEquals(least, id);
                    }
                    assertEquals(null, out.put(id, true));
                } else if (!out.isEmpty()) {
                    Integer id = out.ceilingKey(random.nextInt(out.lastKey() + 1));
                    out.remove(id);
                    groupIds.give(id);
                    assertTrue(groupIds.isFree(id));
                }
                assertEquals(out.size(), groupIds.count());
                assertEquals(out.isEmpty() ? 0 : out.lastKey() + 1, groupIds.limit());
            }
        }
    }

    /// Grows and shrinks twice, at last to nothing.
    private void check(long seed, int most, Field... fields) {
        check(seed, most, Slots.SEGMENT_BITS, fields);
        // Segments that are split and joined all the time.
        check(seed, most, 8, fields);
    }

    private void check(long seed, int most, int segmentBits, Field... fields) {
        Random random = new Random(seed);
        long before = batches.account.bytesOut();
        Schema schema = Schema.of(fields);
        List<String> names = schema.fields().stream().map(Field::name).toList();
        try (GroupTable table = new KeyTable(
                new KernelCompiler(KernelOptions.best()).keys(schema, names), batches.account, segmentBits)) {
            long empty = batches.account.bytesOut();
            Map<List<Object>, Integer> groups = new HashMap<>();
            for (int round = 0; round < 2; round++) {
                while (groups.size() < most) {
                    lookUp(table, schema, groups, random, most);
                    free(table, groups, random, random.nextInt(SLICE / 2));
                }
                assertKeys(schema, table, groups);
                for (int step = 0; step < 30; step++) {
                    lookUp(table, schema, groups, random, most);
                    free(table, groups, random, Math.min(groups.size(), SLICE));
                }
                assertKeys(schema, table, groups);
                while (groups.size() > (round == 0 ? 20 : 0)) {
                    free(table, groups, random, Math.min(groups.size(), 500));
                    lookUpKnown(table, schema, groups, random);
                }
                assertKeys(schema, table, groups);
            }
            assertEquals(0, table.groupCount());
            long left = batches.account.bytesOut() - empty;
            assertTrue(left < 200_000, () -> Arrays.toString(fields) + " left=" + left);
        }
        assertEquals(before, batches.account.bytesOut());
    }

    private void lookUp(GroupTable table, Schema schema, Map<List<Object>, Integer> groups, Random random, int most) {
        List<List<Object>> keys = new ArrayList<>();
        for (int i = 0; i < SLICE; i++) {
            keys.add(key(schema, random, 2 * most));
        }
        lookUp(table, schema, groups, keys);
    }

    private void lookUpKnown(GroupTable table, Schema schema, Map<List<Object>, Integer> groups, Random random) {
        List<List<Object>> keys = new ArrayList<>(groups.keySet());
        Collections.shuffle(keys, random);
        lookUp(table, schema, groups, keys.subList(0, Math.min(SLICE, keys.size())));
    }

    private void lookUp(GroupTable table, Schema schema, Map<List<Object>, Integer> groups, List<List<Object>> keys) {
        if (keys.isEmpty()) {
            return;
        }
        Set<Integer> used = new HashSet<>(groups.values());
        List<Integer> made = new ArrayList<>();
        try (Batch batch = batches.unowned(schema, keys)) {
            table.lookUp(batch.readable(), 0, 0, keys.size(), ids.address());
        }
        for (int row = 0; row < keys.size(); row++) {
            int group = RawMemory.getInt(ids.address() + 4L * row);
            Integer known = groups.putIfAbsent(keys.get(row), group);
            if (known == null) {
                assertTrue(used.add(group), () -> "id in use: " + group);
                made.add(group);
            } else {
                assertEquals(known, group);
            }
        }
        assertEquals(made.size(), table.newGroupCount());
        for (int i = 0; i < made.size(); i++) {
            assertEquals(made.get(i), RawMemory.getInt(table.newGroups() + 4L * i));
        }
        assertEquals(groups.size(), table.liveGroups());
    }

    private static void free(GroupTable table, Map<List<Object>, Integer> groups, Random random, int count) {
        List<List<Object>> keys = new ArrayList<>(groups.keySet());
        Collections.shuffle(keys, random);
        for (List<Object> key : keys.subList(0, Math.min(count, keys.size()))) {
            table.free(groups.remove(key));
        }
        assertEquals(groups.size(), table.liveGroups());
        assertEquals(groups.values().stream().mapToInt(id -> id + 1).max().orElse(0), table.groupCount());
    }

    private void assertKeys(Schema schema, GroupTable table, Map<List<Object>, Integer> groups) {
        try (Batch out = batches.unowned(schema, 100)) {
            groups.forEach((key, group) -> {
                RawMemory.putInt(ids.address(), group);
                out.clear();
                assertEquals(1, table.writeKeys(ids.address(), 1, out.writable(), 0, 0));
                for (int column = 0; column < schema.size(); column++) {
                    assertEquals(key.get(column), value(out, column));
                }
            });
        }
    }

    private static Object value(Batch batch, int column) {
        if (batch.isNull(column, 0)) {
            return null;
        }
        return switch (batch.schema().field(column).type()) {
            case DataType.Utf8 _ -> Utf8.decode(batch.utf8Address(column, 0), batch.utf8Length(column, 0));
            case DataType.Decimal _ ->
                new BigDecimal(BigInteger.valueOf(batch.decimalHigh(column, 0))
                        .shiftLeft(Long.SIZE)
                        .add(new BigInteger(Long.toUnsignedString(batch.decimalLow(column, 0)))));
            default -> batch.int64(column, 0);
        };
    }

    private static List<Object> key(Schema schema, Random random, int domain) {
        List<Object> key = new ArrayList<>();
        for (Field field : schema.fields()) {
            boolean isNull = field.nullable() && random.nextInt(20) == 0;
            key.add(isNull ? null : value(field.type(), random.nextInt(domain)));
        }
        return key;
    }

    private static Object value(DataType type, int number) {
        return switch (type) {
            case DataType.Utf8 _ -> number % 7 == 0 ? "" + number : "key ".repeat(number % 20) + number;
            case DataType.Decimal _ ->
                new BigDecimal(BigInteger.valueOf(number - 50).shiftLeft(number % 60));
            case DataType.Int64 _ -> number * (number % 2 == 0 ? 1L : 0x1234_5678_9ABCL);
            default -> (long) number;
        };
    }

    /// Looks up ever new keys and frees each when so many have come after it.
    ///
    /// @return the most bytes held
    private long passThrough(int distinct, int live) {
        Schema schema = Schema.of(Field.of("a", DataType.INT64));
        long before = batches.account.bytesOut();
        long most = 0;
        int slice = 4096;
        Batch batch = batches.empty(schema, slice, 8);
        long data = batch.writable().address(0, ColumnAddresses.DATA);
        batch.readableRows(slice);
        int[] groups = new int[live];
        try (GroupTable table =
                GroupTable.of(new KernelCompiler(KernelOptions.best()).keys(schema, List.of("a")), batches.account)) {
            for (int first = 0; first < distinct; first += slice) {
                for (int row = 0; row < slice; row++) {
                    RawMemory.putLong(data + 8L * row, (first + row) * 0x9E37_79B9L);
                }
                table.lookUp(batch.readable(), 0, 0, slice, ids.address());
                for (int row = 0; row < slice; row++) {
                    int at = (first + row) % live;
                    if (first + row >= live) {
                        table.free(groups[at]);
                    }
                    groups[at] = RawMemory.getInt(ids.address() + 4L * row);
                }
                most = Math.max(most, batches.account.bytesOut() - before);
            }
            assertEquals(live, table.liveGroups());
            assertFalse(table.groupCount() > live + slice);
        }
        return most;
    }
}
