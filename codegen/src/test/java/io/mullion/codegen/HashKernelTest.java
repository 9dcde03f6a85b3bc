package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import io.mullion.routine.TextKey;
import java.lang.classfile.ClassFile;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Hashes of keys of every type and of several columns against [Hashing] asked value by value.
class HashKernelTest {
    private static final int[] SIZES = {0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097};
    private static final long NOTHING = 0x7F7F7F7F7F7F7F7FL;

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void hashesAreThoseOfTheValuesCombined(Target target) {
        KernelCompiler compiler = new KernelCompiler(target);
        Map<List<String>, Compiled<HashKernel>> kernels = new LinkedHashMap<>();
        KeyRows.keys().forEach(names -> kernels.put(names, compiler.hash(KeyRows.SCHEMA, names)));
        for (int size : SIZES) {
            for (Samples.Nulls nulls : Samples.Nulls.values()) {
                // Large batches say nothing new about all nulls and none.
                if (size > 100 && nulls != Samples.Nulls.SOME) {
                    continue;
                }
                List<List<Object>> rows = new KeyRows(size).rows(size, nulls);
                try (TestMemory memory = new TestMemory()) {
                    ColumnAddresses in = KeyRows.columns(memory, rows);
                    long[][] cells = hashes(memory, rows);
                    for (KeyRows.Active active : KeyRows.Active.of(size, new Samples(size))) {
                        kernels.forEach((names, kernel) -> check(kernel, names, in, cells, active));
                    }
                }
            }
        }
    }

    private static void check(
            Compiled<HashKernel> kernel,
            List<String> names,
            ColumnAddresses in,
            long[][] cells,
            KeyRows.Active active) {
        try (TestMemory memory = new TestMemory()) {
            long hashes = memory.allocate(8L * active.to(), 8);
            RawMemory.fill(hashes, 8L * active.to(), (byte) NOTHING);
            kernel.kernel().hash(in, active.address(memory), active.from(), active.to(), hashes);
            long[] expected = new long[active.to()];
            Arrays.fill(expected, NOTHING);
            int[] columns = names.stream().mapToInt(KeyRows.SCHEMA::indexOf).toArray();
            active.positions().forEach(i -> expected[i] = hash(cells[active.row(i)], columns));
            long[] actual = new long[active.to()];
            Arrays.setAll(actual, i -> RawMemory.getLong(hashes + 8L * i));
            assertArrayEquals(expected, actual, () -> active + ", key " + names + "\n" + kernel.listing());
        }
    }

    private static long hash(long[] cells, int[] columns) {
        long hash = cells[columns[0]];
        for (int i = 1; i < columns.length; i++) {
            hash = Hashing.combine(hash, cells[columns[i]]);
        }
        return hash;
    }

    /// Of each cell.
    private static long[][] hashes(TestMemory memory, List<List<Object>> rows) {
        long room = memory.allocate(300, 1);
        return rows.stream()
                .map(row -> row.stream().mapToLong(cell -> hash(cell, room)).toArray())
                .toArray(long[][]::new);
    }

    private static long hash(Object value, long room) {
        return switch (value) {
            case null -> Hashing.NULL;
            case Boolean bit -> Hashing.bool(bit);
            case Long integer -> Hashing.int64(integer);
            case Float number -> Hashing.float64(number);
            case Double number -> Hashing.float64(number);
            case BigInteger decimal -> Hashing.decimal(decimal.shiftRight(64).longValue(), decimal.longValue());
            default -> {
                byte[] bytes = KeyRows.bytes(value);
                RawMemory.copy(bytes, 0, room, bytes.length);
                yield TextKey.hash(TextKey.first(room, bytes.length), TextKey.second(room, bytes.length), bytes.length);
            }
        };
    }

    @Test
    void keysThatCanBeNullHashAsThoseThatCannot() {
        List<List<Object>> rows = new KeyRows(4).rows(64, Samples.Nulls.NONE);
        rows.forEach(row -> row.set(KeyRows.TYPES.size() + 4, row.get(4)));
        for (Target target : Samples.targets().toList()) {
            KernelCompiler compiler = new KernelCompiler(target);
            try (TestMemory memory = new TestMemory()) {
                ColumnAddresses in = KeyRows.columns(memory, rows);
                long hashes = memory.allocate(8 * 64, 8);
                long others = memory.allocate(8 * 64, 8);
                compiler.hash(KeyRows.SCHEMA, List.of("c4")).kernel().hash(in, 0, 0, 64, hashes);
                compiler.hash(KeyRows.SCHEMA, List.of("n4")).kernel().hash(in, 0, 0, 64, others);
                for (int row = 0; row < 64; row++) {
                    assertEquals(RawMemory.getLong(hashes + 8L * row), RawMemory.getLong(others + 8L * row));
                    assertNotEquals(Hashing.NULL, RawMemory.getLong(hashes + 8L * row));
                }
            }
        }
    }

    @Test
    void columnsOfEightBytesAreHashedAsVectors() {
        for (Target target : Samples.targets().filter(Target::vector).toList()) {
            KernelCompiler compiler = new KernelCompiler(target);
            for (List<String> names : List.of(List.of("c4"), List.of("n4", "c6"), List.of("n6", "n11", "c4"))) {
                String variant = compiler.hash(KeyRows.SCHEMA, names).variant();
                assertTrue(variant.startsWith("vector " + target.vectorBits()), variant);
            }
            String variant = compiler.hash(KeyRows.SCHEMA, List.of("c4", "c8")).variant();
            assertTrue(variant.startsWith("plain: utf8 (c8)"), variant);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void kernelsPassTheVerifierOfTheClassFileApi(Target target) {
        for (List<String> names : KeyRows.keys()) {
            KeyLayout layout = KeyLayout.of(KeyRows.SCHEMA, names);
            KernelClass kernel = new HashGenerator(KeyRows.SCHEMA, layout, "hash", target).build();
            assertEquals(List.of(), ClassFile.of().verify(kernel.bytes()), kernel::listing);
        }
    }
}
