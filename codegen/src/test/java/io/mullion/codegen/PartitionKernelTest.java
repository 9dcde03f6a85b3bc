package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.lang.classfile.ClassFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionKernelTest {
    private static final int[] SIZES = {0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097};

    static Stream<Target> targets() {
        return Stream.of(new Target(0, false), new Target(0, true));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void eachPartitionHasItsRowsInTheirOrder(Target target) {
        PartitionKernel kernel = new KernelCompiler(target).partition().kernel();
        for (int size : SIZES) {
            for (int partitions : new int[] {1, 2, 3, 7, 64, 1000}) {
                for (KeyRows.Active active : KeyRows.Active.of(size, new Samples(size))) {
                    check(kernel, active, partitions);
                }
            }
        }
    }

    private static void check(PartitionKernel kernel, KeyRows.Active active, int partitions) {
        SplittableRandom random = new SplittableRandom(partitions);
        try (TestMemory memory = new TestMemory()) {
            long hashes = memory.allocate(8L * active.to(), 8);
            List<List<Integer>> expected = new ArrayList<>();
            IntStream.range(0, partitions).forEach(_ -> expected.add(new ArrayList<>()));
            active.positions().forEach(i -> {
                long hash = Hashing.int64(random.nextLong());
                RawMemory.putLong(hashes + 8L * i, hash);
                expected.get(Hashing.part(hash, partitions)).add(active.row(i));
            });
            int count = active.to() - active.from();
            long rows = memory.allocate(4L * count, 4);
            long starts = memory.allocate(4L * (partitions + 2), 4);
            RawMemory.fill(starts, 4L * (partitions + 2), (byte) 0x7F);
            kernel.partition(hashes, active.address(memory), active.from(), active.to(), partitions, rows, starts);
            assertEquals(0, RawMemory.getInt(starts));
            assertEquals(count, RawMemory.getInt(starts + 4L * partitions));
            for (int p = 0; p < partitions; p++) {
                List<Integer> actual = new ArrayList<>();
                int end = RawMemory.getInt(starts + 4L * p + 4);
                for (int i = RawMemory.getInt(starts + 4L * p); i < end; i++) {
                    actual.add(RawMemory.getInt(rows + 4L * i));
                }
                assertEquals(expected.get(p), actual, "partition " + p + " of " + partitions);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theKernelPassesTheVerifierOfTheClassFileApi(Target target) {
        KernelClass kernel = new PartitionGenerator(target).build();
        assertEquals(List.of(), ClassFile.of().verify(kernel.bytes()), kernel::listing);
    }
}
