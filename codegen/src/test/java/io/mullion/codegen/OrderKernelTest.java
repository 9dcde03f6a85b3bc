package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.lang.classfile.ClassFile;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OrderKernelTest {
    private static final int[] SIZES = {0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65};

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void oneStepDownAnywhereIsSeen(Target target) {
        OrderKernel kernel = new KernelCompiler(target).order().kernel();
        for (int size : SIZES) {
            for (int down = 0; down <= size; down++) {
                long[] numbers = new long[size];
                for (int i = 0; i < size; i++) {
                    numbers[i] = i / 2 - (i >= down && down > 0 ? 5 : 0);
                }
                check(kernel, numbers);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theEdgesOfInt64AreNumbersLikeOthers(Target target) {
        OrderKernel kernel = new KernelCompiler(target).order().kernel();
        SplittableRandom random = new SplittableRandom(7);
        long[] edges = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE};
        for (int round = 0; round < 300; round++) {
            long[] numbers = random.ints(random.nextInt(40), 0, edges.length)
                    .mapToLong(i -> edges[i])
                    .toArray();
            check(kernel, numbers);
            Arrays.sort(numbers);
            check(kernel, numbers);
        }
    }

    private static void check(OrderKernel kernel, long[] numbers) {
        try (TestMemory memory = new TestMemory()) {
            long address = memory.allocate(8L * numbers.length, 8);
            for (int i = 0; i < numbers.length; i++) {
                RawMemory.putLong(address + 8L * i, numbers[i]);
            }
            for (int from = 0; from <= Math.min(3, numbers.length); from++) {
                for (int to = Math.max(from, numbers.length - 3); to <= numbers.length; to++) {
                    long[] part = Arrays.copyOfRange(numbers, from, to);
                    long[] sorted = part.clone();
                    Arrays.sort(sorted);
                    assertEquals(
                            Arrays.equals(sorted, part),
                            kernel.ascending(address, from, to),
                            () -> Arrays.toString(part));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theKernelPassesTheVerifierOfTheClassFileApi(Target target) {
        assertEquals(
                List.of(),
                ClassFile.of()
                        .verify(new OrderGenerator("order", target).build().bytes()));
    }
}
