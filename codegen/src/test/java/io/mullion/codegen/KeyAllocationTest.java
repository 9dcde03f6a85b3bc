package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import io.mullion.routine.VectorSupport;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Warm key kernels allocate nothing: hashing, partitioning, looking up.
class KeyAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROWS = 1000;
    private static final int CALLS = 300;
    private static final int QUIET_ROUNDS = 3;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final List<List<String>> KEYS = List.of(
            List.of("c4"),
            List.of("n4"),
            List.of("n6"),
            List.of("n8"),
            List.of("n4", "c6", "n11"),
            List.of("c7", "n9"));

    static Stream<Target> targets() {
        return VectorSupport.available()
                ? Stream.of(new Target(0, false), new Target(VectorSupport.bits(), false))
                : Stream.of(new Target(0, false));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void hashesAndPartitionsAllocateNothing(Target target) {
        KernelCompiler compiler = new KernelCompiler(target);
        PartitionKernel partition = compiler.partition().kernel();
        try (TestMemory memory = new TestMemory()) {
            ColumnAddresses in = KeyRows.columns(memory, new KeyRows(1).rows(ROWS, Samples.Nulls.SOME));
            long hashes = memory.allocate(8 * ROWS, 8);
            long rows = memory.allocate(4 * ROWS, 8);
            long starts = memory.allocate(4 * 10, 8);
            for (List<String> names : KEYS) {
                HashKernel hash = compiler.hash(KeyRows.SCHEMA, names).kernel();
                assertAllocatesNothing(hash, () -> hash.hash(in, 0, 0, ROWS, hashes));
            }
            assertAllocatesNothing(partition, () -> partition.partition(hashes, 0, 0, ROWS, 8, rows, starts));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void lookUpsOfKnownKeysAllocateNothing(Target target) {
        try (TestMemory memory = new TestMemory()) {
            ColumnAddresses in = KeyRows.columns(memory, new KeyRows(2).rows(ROWS, Samples.Nulls.SOME));
            long groupIds = memory.allocate(4 * ROWS, 8);
            KeyRows.Active all = new KeyRows.Active(null, 0, ROWS);
            for (List<String> names : KEYS) {
                Keys keys = new KernelCompiler(target).keys(KeyRows.SCHEMA, names);
                TestKeyTable table = new TestKeyTable(memory, keys, 2, 1 << 11);
                table.lookUp(in, all, 0, groupIds);
                assertAllocatesNothing(keys.find().kernel(), () -> table.lookUp(in, all, 0, groupIds));
            }
        }
    }

    /// Calls until some rounds in a row allocate nothing: before the last compilation vectors are objects.
    private static void assertAllocatesNothing(Object kernel, Runnable call) {
        Assumptions.assumeFalse(RawMemory.CHECKED, "looking up live memory allocates");
        int quiet = 0;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (quiet < QUIET_ROUNDS && System.nanoTime() < deadline) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            quiet = THREADS.getCurrentThreadAllocatedBytes() == before ? quiet + 1 : 0;
        }
        assertEquals(QUIET_ROUNDS, quiet, () -> kernel + " still allocates");
    }
}
