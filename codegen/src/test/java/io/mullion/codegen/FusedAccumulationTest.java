package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.not;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Filter and aggregates in one loop, against the rows that the oracle lets pass.
class FusedAccumulationTest {
    private static final List<Expr> PREDICATES = List.of(
            col("x").gt(1).and(col("a").lt(50)),
            col("y").ge(0.0).and(col("b").ne(3)).and(col("x").le(7)),
            col("y").gt(col("x")).and(col("a").ge(0)),
            lit(1).lt(col("y")).and(lit(0.5).gt(col("x"))),
            not(col("b").eq(1)).or(col("y").isNull()),
            col("t").isNotNull().and(col("x").gt(0)),
            lit(false));

    private static final List<List<Expr>> AGGREGATES = List.of(
            List.of(count()),
            List.of(count("b").as("values"), count("t").as("texts")),
            List.of(sum(col("x").times(col("a")))),
            List.of(sum("a"), sum("b"), count()),
            List.of(sum("y"), min("y"), max("b"), min("x"), max("a"), count("y")));

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void rowsThatPassAreFoldedInAllSizes(Target target) {
        Samples samples = new Samples(21);
        for (int size : Samples.SIZES) {
            for (Samples.Nulls nulls : Samples.Nulls.values()) {
                List<Object[]> rows = rows(samples, size, nulls);
                for (Expr predicate : size < 100 ? PREDICATES : PREDICATES.subList(0, 2)) {
                    for (List<Expr> aggregates : size < 100 ? AGGREGATES : AGGREGATES.subList(3, 5)) {
                        AccumulationTest.check(target, predicate, aggregates, rows, null, null, 0);
                        AccumulationTest.check(target, predicate, aggregates, rows, null, null, Math.min(size, 3));
                    }
                }
            }
        }
    }

    /// Rows whose products are exact.
    private static List<Object[]> rows(Samples samples, int size, Samples.Nulls nulls) {
        List<Object[]> rows = AccumulationTest.rows(samples, size, nulls, true);
        for (Object[] row : rows) {
            row[0] = (Long) row[0] % 1000;
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void sumsThatLeaveInt64OnTheWayAreExact(Target target) {
        Samples samples = new Samples(23);
        for (int size : new int[] {1, 31, 32, 33, 64, 200}) {
            List<Object[]> rows = AccumulationTest.rows(samples, size, Samples.Nulls.SOME, true);
            for (Expr predicate : List.of(lit(true), col("a").gt(0), col("b").lt(0))) {
                AccumulationTest.check(target, predicate, AGGREGATES.get(3), rows, null, null, 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void selectionsAndGroupsAreFoldedAsWell(Target target) {
        Samples samples = new Samples(22);
        for (int size : new int[] {0, 1, 17, 65, 200}) {
            List<Object[]> rows = rows(samples, size, Samples.Nulls.SOME);
            int[] groups =
                    IntStream.generate(() -> samples.below(600)).limit(size).toArray();
            for (Expr predicate : PREDICATES) {
                for (List<Expr> aggregates : AGGREGATES) {
                    AccumulationTest.check(target, predicate, aggregates, rows, null, samples.selection(size), 0);
                    AccumulationTest.check(target, predicate, aggregates, rows, groups, null, 0);
                    AccumulationTest.check(target, predicate, aggregates, rows, groups, samples.selection(size), 1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nanPassesAsTheGreatestNumberInEachLane(Target target) {
        Schema schema = Schema.of(Field.of("x", DataType.FLOAT64), Field.of("n", DataType.INT32));
        for (double other : new double[] {0.0, -0.0, 5, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
            for (int at = 0; at < 70; at++) {
                int nan = at;
                List<Object[]> rows = IntStream.range(0, 70)
                        .mapToObj(row -> new Object[] {row == nan ? Double.NaN : other, 1L})
                        .toList();
                for (Expr predicate : List.of(col("x").gt(5), col("x").ge(5))) {
                    boolean othersPass = predicate.equals(col("x").ge(5)) ? other >= 5 : other > 5;
                    Accumulation fused =
                            new KernelCompiler(target).accumulation(schema, predicate, List.of(sum("n"), count()));
                    assertEquals(othersPass ? 70 : 1, lane0(fused, schema, rows), predicate + " at " + nan);
                }
            }
        }
    }

    private static long lane0(Accumulation accumulation, Schema schema, List<Object[]> rows) {
        try (TestMemory memory = new TestMemory()) {
            TestState state = new TestState(memory, accumulation.layout(), 1);
            TestColumns in = TestColumns.of(memory, schema, rows);
            accumulation.accumulate().kernel().accumulate(in.addresses, 0, 0, rows.size(), 0, state);
            return RawMemory.getLong(state.pages()[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void predicatesThatFailOrCallSomethingAreRefused(Target target) {
        Schema schema = AccumulationTest.SCHEMA;
        assertTrue(KernelCompiler.fusible(schema, PREDICATES.getFirst()));
        for (Expr predicate : List.of(col("a").dividedBy(col("b")).gt(1), col("t").like("a%"))) {
            assertFalse(KernelCompiler.fusible(schema, predicate));
            assertThrows(
                    ExpressionException.class,
                    () -> new KernelCompiler(target).accumulation(schema, predicate, List.of(count())));
        }
    }
}
