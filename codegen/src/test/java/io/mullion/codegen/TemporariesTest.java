package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.length;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.mapLong;
import static io.mullion.expr.Expressions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Vector loops over temporary columns: the same as rows alone, at the ends of chunks above all.
class TemporariesTest {
    private static final int[] SIZES = {0, 1, 7, 8, 9, 1023, 1024, 1025, 2049};

    static Stream<Target> targets() {
        return Samples.targets().filter(Target::vector);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void partsWithoutVectorFormAreComputedByRows(Target target) {
        Expr number = col("a").times(3).plus(col("b")).minus(length(col("t")).plus(col("a")));
        Expr bool = col("x").times(2).gt(col("y").plus(1)).or(col("t").eq("ab")).or(col("b").gt(col("a")));
        Expr chosen = when(col("s").like("a%"), col("x").plus(col("y"))).otherwise(col("x").minus(1));
        check(target, List.of(number, bool, chosen), 3);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void largeExpressionsAreCutIntoLoops(Target target) {
        Expr sum = col("a");
        Expr all = col("p");
        Expr cases = col("y");
        for (int i = 0; i < 60; i++) {
            sum = sum.times(i).plus(col(i % 2 == 0 ? "a" : "b")).minus(col("a").times(i));
            all = i % 2 == 0 ? all.and(col("x").gt(i)) : all.or(col("b").lt(i));
            cases = when(col("a").lt(i * 3), col("x").plus(i)).otherwise(cases);
        }
        check(target, List.of(sum, all, cases), 6);
    }

    @Test
    void functionsBehindAConditionAreNotCalledBefore() {
        Expr guarded = when(col("a").ne(0), mapLong("a", a -> 100 / a))
                .otherwise(col("b").plus(1).times(2));
        Typed typed = new TypeCheck(Samples.SCHEMA)
                .check(guarded.plus(col("a")).times(3).minus(col("b")));

        List<VectorPlan.Part> parts = VectorPlan.of(List.of(typed)).parts();

        assertEquals(1, parts.size());
        assertTrue(parts.getFirst().expression() instanceof Typed.Choose, () -> parts.toString());
        assertTrue(parts.getFirst().byRows());
    }

    @Test
    void aLoopThatPaysForNoTemporaryColumnIsPlain() {
        TypeCheck check = new TypeCheck(Samples.SCHEMA);

        assertNotNull(Temporaries.refusal(List.of(check.check(col("s").like("a%")))));
        assertNotNull(Temporaries.refusal(List.of(check.check(length(col("s")).plus(1)))));
        assertNotNull(Temporaries.refusal(
                List.of(check.check(lit(1).dividedBy(col("a")).plus(col("a")).times(2)))));
        assertEquals(null, Temporaries.refusal(List.of(check.check(col("t").isNull()))));
    }

    /// @param least temporary columns that all loops together have, at least
    private static void check(Target target, List<Expr> outputs, int least) {
        TypeCheck check = new TypeCheck(Samples.SCHEMA);
        List<Typed> expressions = outputs.stream().map(check::check).toList();
        List<Field> fields = new ArrayList<>();
        expressions.forEach(it -> fields.add(new Field("r" + fields.size(), it.type(), it.nullable())));
        Schema out = new Schema(fields);
        Compiled<ProjectKernel> vector = LaneProjection.of(target, Samples.SCHEMA, out, expressions, true, 1);
        Compiled<ProjectKernel> plain =
                LaneProjection.of(new Target(0, target.checked()), Samples.SCHEMA, out, expressions, true, 1);
        int temporaries = vector.listing().split("private void temporary").length - 1;
        assertTrue(temporaries >= least, vector::listing);
        for (int size : SIZES) {
            List<Object[]> rows = new Samples(size).rows(size, Samples.Nulls.SOME);
            for (int from : new int[] {0, Math.min(size, 5)}) {
                assertEquals(
                        run(plain, out, rows, from),
                        run(vector, out, rows, from),
                        () -> target + ", rows=" + rows.size() + "\n" + vector.listing());
            }
        }
    }

    private static List<List<Object>> run(Compiled<ProjectKernel> compiled, Schema out, List<Object[]> rows, int from) {
        try (TestMemory memory = new TestMemory()) {
            TestColumns columns = TestColumns.of(memory, Samples.SCHEMA, rows);
            TestColumns results = TestColumns.empty(memory, out, rows.size() - from, 0);
            Progress progress = new Progress();
            progress.scratch.use(memory.allocate(compiled.scratchBytes(), 64), compiled.scratchBytes());
            compiled.kernel().project(columns.addresses, 0, from, rows.size(), results.addresses, progress);
            return results.rows(rows.size() - from);
        }
    }
}
