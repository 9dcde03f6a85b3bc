package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import io.mullion.routine.VectorSupport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Warm kernels allocate nothing. That also tells whether the JIT made instructions of all vectors, for those it did
/// not are objects.
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROWS = 1000;
    private static final int CALLS = 300;
    private static final int QUIET_ROUNDS = 3;
    private static final int RANDOM_GROUPINGS = 12;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final Schema SCHEMA = Schema.of(
            Field.of("a", DataType.INT64),
            Field.nullable("b", DataType.INT64),
            Field.of("x", DataType.FLOAT64),
            Field.nullable("y", DataType.FLOAT64),
            Field.nullable("q", DataType.BOOL),
            Field.of("s", DataType.UTF8));

    static Stream<Target> targets() {
        return VectorSupport.available()
                ? Stream.of(new Target(0, false), new Target(VectorSupport.bits(), false))
                : Stream.of(new Target(0, false));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void filtersAllocateNothing(Target target) {
        List<Expr> predicates = List.of(
                col("x").gt(100).and(col("a").lt(50)),
                col("y").le(col("x")).or(col("b").plus(col("a")).gt(col("x"))),
                col("q").and(col("b").times(2).ne(4)));
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = input(memory);
            long out = block(memory, 4 * ROWS + 64);
            Progress progress = new Progress();
            for (Expr predicate : predicates) {
                FilterKernel kernel =
                        new KernelCompiler(target).filter(SCHEMA, predicate).kernel();
                assertAllocatesNothing(kernel, () -> kernel.filter(in.addresses, 0, 0, ROWS, out, progress));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void projectionsAllocateNothing(Target target) {
        List<Expr> outputs =
                List.of(col("x").times(col("a")).as("product"), col("y").minus(1), col("b").gt(3), col("s"), col("q"));
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = input(memory);
            TestColumns out = TestColumns.empty(memory, KernelCompiler.projectSchema(SCHEMA, outputs), ROWS, 100_000);
            Progress progress = new Progress();
            ProjectKernel kernel =
                    new KernelCompiler(target).project(SCHEMA, outputs).kernel();
            assertAllocatesNothing(kernel, () -> kernel.project(in.addresses, 0, 0, ROWS, out.addresses, progress));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void splitsAllocateNothing(Target target) {
        List<Expr> outputs = List.of(split(col("s"), " ").as("word"), col("b"));
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = input(memory);
            TestColumns out =
                    TestColumns.empty(memory, KernelCompiler.flatMapSchema(SCHEMA, outputs), 3 * ROWS, 100_000);
            Progress progress = new Progress();
            FlatMapKernel kernel =
                    new KernelCompiler(target).flatMap(SCHEMA, outputs).kernel();
            assertAllocatesNothing(
                    kernel, () -> kernel.flatMap(in.addresses, 0, 0, ROWS, out.addresses, progress.start()));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void accumulationsAllocateNothing(Target target) {
        List<List<Expr>> groupings = List.of(
                List.of(count(), sum("a"), min("a"), max("a")),
                List.of(sum("b"), sum("x"), min("y"), max("b"), count("s")),
                List.of(min("a")),
                List.of(sum("x")),
                List.of(count("b")),
                List.of(count()));
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = input(memory);
            long groups = block(memory, 4 * ROWS);
            for (int row = 0; row < ROWS; row++) {
                RawMemory.putInt(groups + 4L * row, row * 7 % 500);
            }
            for (List<Expr> aggregates : groupings) {
                Accumulation accumulation = new KernelCompiler(target).accumulation(SCHEMA, aggregates);
                TestState state = new TestState(memory, accumulation.layout(), 512);
                TestColumns out = TestColumns.empty(memory, accumulation.results(), 512, 0);
                long ids = block(memory, 4 * 512);
                Progress progress = new Progress();
                AccumulateKernel accumulate = accumulation.accumulate().kernel();
                assertAllocatesNothing(
                        accumulate, () -> accumulate.accumulate(in.addresses, 0, 0, ROWS, groups, state));
                assertAllocatesNothing(accumulate, () -> accumulate.accumulate(in.addresses, 0, 0, ROWS, 0, state));
                CombineKernel combine = accumulation.combine().kernel();
                assertAllocatesNothing(combine, () -> combine.combine(state.pages()[0], state.pages()[1], 255));
                accumulation.layout().fillIdentity(state.pages()[0], 256);
                accumulate.accumulate(in.addresses, 0, 0, ROWS, groups, state);
                ResultKernel result = accumulation.result().kernel();
                assertAllocatesNothing(
                        result, () -> result.result(state.pages()[0], 0, 256, 0, ids, out.addresses, progress.start()));
            }
        }
    }

    /// In a JVM of its own, in which the JIT has compiled other kernels before, and kernels of other widths, as other
    /// code of the process may use them: what it knows from those decides whether it makes instructions of all vectors.
    /// With `-Xbatch` it is calls that count, never time.
    @Test
    void noKernelAllocatesAfterOthers() throws IOException, InterruptedException {
        Assumptions.assumeTrue(VectorSupport.available(), "kernels are plain");
        Assumptions.assumeFalse(RawMemory.CHECKED, "looking up live memory allocates");
        String widths = IntStream.of(128, 256, 512)
                .filter(bits -> bits <= VectorSupport.bits() && VectorSupport.masks(bits))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
        long seed = 1;
        List<String> lines = ChildJvm.run(
                List.of("-Xbatch", "-XX:+UseSerialGC"),
                KernelGarbage.class,
                widths,
                Integer.toString(RANDOM_GROUPINGS),
                Long.toString(seed));
        assertEquals(1, lines.stream().filter(KernelGarbage.DONE::equals).count(), () -> String.join("\n", lines));
        assertEquals(
                List.of(),
                lines.stream()
                        .filter(line -> line.startsWith(KernelGarbage.ALLOCATES))
                        .toList(),
                () -> "seed=" + seed);
    }

    private static TestColumns input(TestMemory memory) {
        List<Object[]> rows = new Samples(31).rows(SCHEMA, ROWS, Samples.Nulls.SOME);
        rows.forEach(row -> row[0] = (Long) row[0] >> 20);
        return TestColumns.of(memory, SCHEMA, rows);
    }

    private static long block(TestMemory memory, int bytes) {
        long address = memory.allocate(bytes, 64);
        return address;
    }

    /// Calls until some rounds in a row allocate nothing. Before the last compilation vectors are objects, and when
    /// that comes is not ours to say on a busy machine; a kernel that never gets there is one that allocates.
    static void assertAllocatesNothing(Object kernel, Runnable call) {
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
