package io.mullion.codegen;

import static io.mullion.expr.Expressions.coalesce;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.lit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import io.mullion.routine.VectorSupport;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Filter and projection in one loop, against the oracle's filter and then its projection.
class FilteredProjectKernelTest {
    private static final List<Expr> PREDICATES = List.of(
            col("x").gt(0).and(col("a").lt(50)),
            col("y").le(1.5).and(col("q")),
            col("b").isNull().or(col("x").ge(2)),
            lit(true));

    private static final List<Expr> NUMBERS = List.of(
            col("x").times(2).as("twice"),
            col("b").plus(col("a")).as("sum"),
            coalesce(col("y"), col("x")).as("known"),
            col("q").and(col("p")).as("both"));

    private static final List<Expr> TEXTS =
            List.of(col("t"), col("a").dividedBy(col("b")).as("ratio"), col("s"), col("y"));

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void rowsThatPassAreProjectedInAllSizes(Target target) {
        Samples samples = new Samples(31);
        for (int size : Samples.SIZES) {
            for (Samples.Nulls nulls : Samples.Nulls.values()) {
                List<Object[]> rows = samples.rows(size, nulls);
                for (Expr predicate : PREDICATES) {
                    check(target, rows, null, 0, predicate, NUMBERS, Math.max(1, size), 0);
                    if (size < 100) {
                        check(target, rows, null, Math.min(3, size), predicate, NUMBERS, 9, 0);
                        check(target, rows, samples.selection(size), 0, predicate, NUMBERS, 5, 0);
                        check(target, rows, null, 0, predicate, TEXTS, 7, 1000);
                        check(target, rows, samples.selection(size), 0, predicate, TEXTS, 64, 300);
                    }
                }
                check(target, rows, null, 0, col("a").remainder(col("b")).eq(0), NUMBERS, 50, 0);
            }
        }
    }

    @Test
    void outputsInVectorFormArePackedByVectors() {
        Assumptions.assumeTrue(VectorSupport.available());
        KernelCompiler compiler = new KernelCompiler(new Target(VectorSupport.bits(), false));
        String packed =
                compiler.project(Samples.SCHEMA, PREDICATES.getFirst(), NUMBERS).variant();
        String byRows =
                compiler.project(Samples.SCHEMA, PREDICATES.getFirst(), TEXTS).variant();
        assertEquals("vector " + VectorSupport.bits(), packed);
        assertTrue(byRows.startsWith("plain: "), byRows);
    }

    private static void check(
            Target target,
            List<Object[]> rows,
            int[] selection,
            int from,
            Expr predicate,
            List<Expr> outputs,
            int rowLimit,
            int textBytes) {
        Oracle oracle = new Oracle(Samples.SCHEMA);
        Answer.Question question = new Answer.Question(rows, selection, from);
        Answer expected = new Answer(new ArrayList<>(), new TreeMap<>());
        for (int position = from; position < question.to(); position++) {
            Object[] row = rows.get(question.row(position));
            try {
                if (oracle.passes(predicate, row)) {
                    List<Object> values = new ArrayList<>();
                    for (Expr output : outputs) {
                        values.add(oracle.value(output, row));
                    }
                    expected.rows().add(values);
                }
            } catch (Oracle.Failed failed) {
                expected.failed().put(position, failed.failure());
            }
        }
        Schema columns = KernelCompiler.projectSchema(Samples.SCHEMA, outputs);
        Compiled<ProjectKernel> kernel = new KernelCompiler(target).project(Samples.SCHEMA, predicate, outputs);
        Answer actual = new Answer(new ArrayList<>(), new TreeMap<>());
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, Samples.SCHEMA, rows);
            TestColumns out = TestColumns.empty(memory, columns, rowLimit, textBytes);
            long active = 0;
            if (selection != null) {
                active = memory.allocate(4L * selection.length + 4, 8);
                for (int i = 0; i < selection.length; i++) {
                    RawMemory.putInt(active + 4L * i, selection[i]);
                }
            }
            Progress progress = new Progress().start();
            int position = from;
            do {
                int count =
                        kernel.kernel().project(in.addresses, active, position, question.to(), out.addresses, progress);
                assertEquals(count, progress.outRows);
                actual.rows().addAll(out.rows(count));
                position = progress.next;
                if (progress.status == Progress.Status.ROW_FAILED) {
                    actual.failed().put(position, progress.failure);
                    position++;
                }
            } while (progress.status != Progress.Status.DONE);
        }
        assertEquals(
                expected,
                actual,
                () -> target + ", " + question + ", " + predicate + ", rowLimit=" + rowLimit + "\n" + kernel.listing());
    }
}
