package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.lit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.Failure;
import io.mullion.routine.TestMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProjectKernelTest {
    private static final int TEXT_BYTES = 200_000;

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void computesWhatTheOracleComputesInAllSizes(Target target) {
        List<Expr> outputs = List.of(
                col("x").times(col("a")).as("product"),
                col("b").minus(col("a")).as("difference"),
                col("y").dividedBy(3).gt(col("x")).as("greater"),
                col("q"),
                col("t"),
                lit("é").as("constant"),
                col("until"));
        Samples samples = new Samples(3);
        for (int size : Samples.SIZES) {
            for (Samples.Nulls nulls : Samples.Nulls.values()) {
                List<Object[]> rows = samples.rows(size, nulls);
                project(target, rows, null, 0, outputs, Math.max(size, 1), TEXT_BYTES);
                project(target, rows, null, Math.min(size, 5), outputs, Math.max(size, 1), TEXT_BYTES);
                project(target, rows, samples.selection(size), 0, outputs, Math.max(size, 1), TEXT_BYTES);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void resumesWithTinyOutputs(Target target) {
        List<Expr> outputs = List.of(
                col("t"), col("x"), col("s"), col("a").remainder(col("b")).as("rest"), col("q"), col("y"));
        Samples samples = new Samples(4);
        List<Object[]> rows = samples.rows(150, Samples.Nulls.SOME);
        int longest = longestText(rows);
        for (int rowLimit : new int[] {1, 2, 7, 8, 9, 17, 64}) {
            for (int textBytes : new int[] {longest, longest + 1, 2 * longest, 20 * longest}) {
                project(target, rows, null, 1, outputs, rowLimit, textBytes);
                project(target, rows, samples.selection(150), 2, outputs, rowLimit, textBytes);
            }
        }
    }

    /// Bytes of the longest text.
    private static int longestText(List<Object[]> rows) {
        return rows.stream()
                .flatMap(Arrays::stream)
                .mapToInt(value -> value instanceof String text ? text.getBytes(StandardCharsets.UTF_8).length : 0)
                .max()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void randomExpressionsAreComputedAsByTheOracle(Target target) {
        for (long seed = 0; seed < 150; seed++) {
            Samples samples = new Samples(seed);
            List<Expr> outputs = new ArrayList<>();
            for (DataType type : List.of(DataType.BOOL, DataType.INT64, DataType.FLOAT64, DataType.UTF8)) {
                outputs.add(samples.expression(type, 3).as("c" + outputs.size()));
            }
            List<Object[]> rows = samples.rows(40, Samples.Nulls.SOME);
            int[] selection = seed % 3 == 0 ? samples.selection(40) : null;
            try {
                project(target, rows, selection, samples.below(3), outputs, 1 + samples.below(40), 100);
            } catch (AssertionError | RuntimeException wrong) {
                throw new AssertionError("seed=" + seed + ": " + outputs, wrong);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aTextThatNeverFitsFailsItsRow(Target target) {
        Schema schema = Schema.of(Field.of("s", DataType.UTF8));
        List<Object[]> rows = List.of(new Object[] {"abc"}, new Object[] {"too long"}, new Object[] {"de"});
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, schema, rows);
            TestColumns out = TestColumns.empty(memory, schema, 10, 4);
            ProjectKernel kernel = new KernelCompiler(target)
                    .project(schema, List.of(col("s")))
                    .kernel();
            Progress progress = new Progress();

            assertEquals(1, kernel.project(in.addresses, 0, 0, 3, out.addresses, progress));
            assertEquals(Progress.Status.OUTPUT_FULL, progress.status);
            assertEquals(1, progress.next);
            assertEquals(0, kernel.project(in.addresses, 0, 1, 3, out.addresses, progress));
            assertEquals(Progress.Status.ROW_FAILED, progress.status);
            assertEquals(Failure.VALUE_TOO_LARGE, progress.failure);
            assertEquals(1, progress.next);
            assertEquals(1, kernel.project(in.addresses, 0, 2, 3, out.addresses, progress));
            assertEquals(Progress.Status.DONE, progress.status);
            assertEquals("de", out.get(0, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theCheckedVariantStopsAtTheRowsThatAreThere(Target target) {
        if (!target.checked()) {
            return;
        }
        Schema schema = Schema.of(Field.of("a", DataType.INT64));
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, schema, List.of(new Object[] {1L}, new Object[] {2L}));
            TestColumns out = TestColumns.empty(memory, schema, 100, 0);
            ProjectKernel kernel = new KernelCompiler(target)
                    .project(schema, List.of(col("a")))
                    .kernel();

            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> kernel.project(in.addresses, 0, 0, 20, out.addresses, new Progress()));
        }
    }

    private static void project(
            Target target,
            List<Object[]> rows,
            int[] selection,
            int from,
            List<Expr> outputs,
            int rowLimit,
            int textBytes) {
        new ScalarContract(target, Samples.SCHEMA, rows, selection, from).project(outputs, rowLimit, textBytes);
    }
}
