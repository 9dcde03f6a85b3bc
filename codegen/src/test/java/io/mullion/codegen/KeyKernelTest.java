package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.lang.classfile.ClassFile;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Keys of every type and of several columns against a map.
class KeyKernelTest {
    private static final int[] SIZES = {0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097};
    private static final int NOTHING = 0x7F7F7F7F;

    static Stream<Target> targets() {
        return Stream.of(new Target(0, false), new Target(0, true));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void rowsOfEqualKeysHaveOneGroup(Target target) {
        KernelCompiler compiler = new KernelCompiler(target);
        Map<List<String>, Keys> kernels = new LinkedHashMap<>();
        KeyRows.keys().forEach(names -> kernels.put(names, compiler.keys(KeyRows.SCHEMA, names)));
        for (int size : SIZES) {
            for (Samples.Nulls nulls : Samples.Nulls.values()) {
                // Large batches say nothing new about all nulls and none.
                if (size > 100 && nulls != Samples.Nulls.SOME) {
                    continue;
                }
                List<List<Object>> rows = new KeyRows(size).rows(size, nulls);
                try (TestMemory memory = new TestMemory()) {
                    ColumnAddresses in = KeyRows.columns(memory, rows);
                    for (KeyRows.Active active : KeyRows.Active.of(size, new Samples(size))) {
                        kernels.forEach((names, keys) -> check(keys, names, in, rows, active));
                    }
                }
            }
        }
    }

    private static void check(
            Keys keys, List<String> names, ColumnAddresses in, List<List<Object>> rows, KeyRows.Active active) {
        check(keys, names, in, rows, active, 1);
        check(keys, names, in, rows, active, 4);
    }

    private static void check(
            Keys keys,
            List<String> names,
            ColumnAddresses in,
            List<List<Object>> rows,
            KeyRows.Active active,
            int segments) {
        int size = rows.size();
        try (TestMemory memory = new TestMemory()) {
            TestKeyTable table = new TestKeyTable(memory, keys, segments, size < 100 ? 256 : 1 << 13);
            long groupIds = memory.allocate(4L * size, 4);
            RawMemory.fill(groupIds, 4L * size, (byte) NOTHING);
            table.lookUp(in, active, active.address(memory), groupIds);
            Map<List<Object>, Integer> groups = new HashMap<>();
            int[] expected = new int[size];
            Arrays.fill(expected, NOTHING);
            int[] columns = names.stream().mapToInt(KeyRows.SCHEMA::indexOf).toArray();
            active.positions()
                    .map(active::row)
                    .forEach(row -> expected[row] =
                            groups.computeIfAbsent(KeyRows.key(rows.get(row), columns), _ -> groups.size()));
            int[] actual = new int[size];
            Arrays.setAll(actual, row -> RawMemory.getInt(groupIds + 4L * row));
            assertArrayEquals(
                    expected,
                    actual,
                    () -> size + " rows, " + active + ", key " + names + "\n"
                            + keys.find().listing());
            assertEquals(groups.size(), table.hashes.size());
            table.checkHomes(memory, in, active, active.address(memory));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aKeyThatIsNewEndsTheCall(Target target) {
        for (String name : List.of("c4", "n4", "n8")) {
            Keys keys = new KernelCompiler(target).keys(KeyRows.SCHEMA, List.of(name));
            List<List<Object>> rows = new KeyRows(3).rows(50, Samples.Nulls.SOME);
            try (TestMemory memory = new TestMemory()) {
                ColumnAddresses in = KeyRows.columns(memory, rows);
                long groupIds = memory.allocate(4L * 50, 4);
                RawMemory.fill(groupIds, 200, (byte) NOTHING);
                KeyAddresses empty = new KeyAddresses();
                long segments = memory.allocate(Long.BYTES, 8);
                RawMemory.putLong(segments, memory.allocate(16 * 8, 8));
                empty.useSegments(segments, 1, 8);
                assertEquals(7, keys.find().kernel().find(in, 0, 7, 50, empty, groupIds));
                assertEquals(50, keys.find().kernel().find(in, 0, 50, 50, empty, groupIds));
                IntStream.range(0, 50).forEach(row -> assertEquals(NOTHING, RawMemory.getInt(groupIds + 4L * row)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void slotsThatAreTakenLeadOnToTheNextAndAround(Target target) {
        Schema one = Schema.of(Field.of("k", DataType.INT64));
        Keys keys = new KernelCompiler(target).keys(one, List.of("k"));
        try (TestMemory memory = new TestMemory()) {
            long groupIds = memory.allocate(4 * 63, 4);
            // One slot short of full.
            TestKeyTable full = new TestKeyTable(memory, keys, 1, 64);
            ColumnAddresses in = new ColumnAddresses(1);
            in.rowLimit = 63;
            long data = memory.allocate(8 * 63, 8);
            in.set(0, ColumnAddresses.DATA, data, 8 * 63);
            IntStream.range(0, 63).forEach(i -> RawMemory.putLong(data + 8L * i, i * 0x1234567890ABL));
            for (int round = 0; round < 2; round++) {
                full.lookUp(in, new KeyRows.Active(null, 0, 63), 0, groupIds);
                assertEquals(63, full.hashes.size());
                IntStream.range(0, 63).forEach(i -> assertEquals(i, RawMemory.getInt(groupIds + 4L * i)));
            }
        }
    }

    @Test
    void aStoredKeyHasTheHashOfTheHashKernel() {
        List<List<Object>> rows = new KeyRows(9).rows(300, Samples.Nulls.SOME);
        KernelCompiler compiler = new KernelCompiler(new Target(0, true));
        try (TestMemory memory = new TestMemory()) {
            ColumnAddresses in = KeyRows.columns(memory, rows);
            long hashes = memory.allocate(8 * 300, 8);
            long key = memory.allocate(1000, 8);
            for (List<String> names : KeyRows.keys()) {
                compiler.hash(KeyRows.SCHEMA, names).kernel().hash(in, 0, 0, 300, hashes);
                KeyKernel kernel = compiler.keys(KeyRows.SCHEMA, names).find().kernel();
                for (int row = 0; row < 300; row++) {
                    assertEquals(RawMemory.getLong(hashes + 8L * row), kernel.store(in, row, key), names::toString);
                }
            }
        }
    }

    @Test
    void layoutsHaveRoomForTheirPartsAndNoMore() {
        KernelCompiler compiler = new KernelCompiler(new Target(0, false));
        KeyLayout one = compiler.keys(KeyRows.SCHEMA, List.of("n4")).layout();
        assertTrue(one.inSlot());
        assertEquals(8, one.keyBytes());
        assertEquals(16, one.slotBytes());
        KeyLayout text = compiler.keys(KeyRows.SCHEMA, List.of("n8")).layout();
        assertEquals(24, text.keyBytes());
        assertEquals(8, text.slotBytes());
        // int64, decimal, utf8 that can be null: 8 + 16 + 16, then a length and the nulls.
        KeyLayout three =
                compiler.keys(KeyRows.SCHEMA, List.of("c4", "c7", "n8")).layout();
        assertEquals(
                List.of(0, 8, 24), IntStream.range(0, 3).mapToObj(three::offset).toList());
        assertEquals(40, three.lengthOffset(2));
        assertEquals(44, three.nullsOffset());
        assertEquals(48, three.keyBytes());
    }

    @Test
    void whatIsNoKeyIsRefused() {
        assertRefused(List.of(), "1 to 32 columns");
        assertRefused(List.of("c1", "c2", "c1"), "twice");
        assertRefused(List.of("c1", "price"), "price");
        Schema wide = new Schema(IntStream.range(0, 33)
                .mapToObj(i -> Field.of("k" + i, DataType.BOOL))
                .toList());
        List<String> all = wide.fields().stream().map(Field::name).toList();
        assertThrows(ExpressionException.class, () -> KernelCompiler.keyFields(wide, all));
        assertEquals(32, KernelCompiler.keyFields(wide, all.subList(0, 32)).size());
    }

    private static void assertRefused(List<String> names, String reason) {
        ExpressionException refused =
                assertThrows(ExpressionException.class, () -> KernelCompiler.keyFields(KeyRows.SCHEMA, names));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void kernelsPassTheVerifierOfTheClassFileApi(Target target) {
        for (List<String> names : KeyRows.keys()) {
            KeyLayout layout = KeyLayout.of(KeyRows.SCHEMA, names);
            KernelClass kernel = new KeyGenerator(KeyRows.SCHEMA, layout, "key", target).build();
            assertEquals(List.of(), ClassFile.of().verify(kernel.bytes()), kernel::listing);
        }
    }
}
