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
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

    @ParameterizedTest
    @MethodSource("targets")
    void rowsMayComeInAnyNumberOfCalls(Target target) {
        Samples samples = new Samples(24);
        for (Samples.Nulls nulls : Samples.Nulls.values()) {
            List<Object[]> rows = rows(samples, 200, nulls);
            for (Expr predicate : PREDICATES) {
                for (List<Expr> aggregates : AGGREGATES) {
                    for (int rowsOfCall : new int[] {40, 99}) {
                        AccumulationTest.checkInCalls(target, predicate, aggregates, rows, rowsOfCall);
                    }
                }
            }
        }
    }

    /// Sums alone do not count rows, but know whether there was one: wherever it is, and whatever it adds.
    @ParameterizedTest
    @MethodSource("targets")
    void theFirstRowThatPassesAndTheFirstValueMakeTheDifference(Target target) {
        for (List<Expr> aggregates : List.of(
                List.<Expr>of(sum("a")), List.<Expr>of(sum("x")), List.<Expr>of(sum("b"), sum("y"), sum("a")))) {
            for (int passing : new int[] {0, 1, 8, 15, 16, 17, 23, 24, 31, 32, 40, 48, 49, 50, 51, 66, 99, 100, 149}) {
                for (int valued : new int[] {passing, passing + 40, 200}) {
                    List<Object[]> rows = new ArrayList<>();
                    for (int row = 0; row < 150; row++) {
                        boolean passes = row == passing || row > passing && row >= valued;
                        Object[] values = {passes ? 0L : -1L, null, 0.0, null, null};
                        if (row >= valued) {
                            values[1] = 0L;
                            values[3] = -0.0;
                        }
                        rows.add(values);
                    }
                    AccumulationTest.checkInCalls(target, col("a").ge(0), aggregates, rows, 50);
                    AccumulationTest.checkInCalls(target, col("a").gt(0), aggregates, rows, 50);
                }
            }
        }
    }

    /// What tells whether there are rows is taken out with them.
    @ParameterizedTest
    @MethodSource("targets")
    void panesOfSumsAloneAreRetractedToNothing(Target target) {
        Samples samples = new Samples(25);
        Expr predicate = col("a").gt(10);
        List<Expr> aggregates = List.of(sum("a"), sum("b"));
        List<List<Object[]>> panes = new ArrayList<>();
        for (int rows : new int[] {1000, 3, 0, 80}) {
            panes.add(rows(samples, rows, Samples.Nulls.SOME));
        }
        Accumulation accumulation =
                new KernelCompiler(target).accumulation(AccumulationTest.SCHEMA, predicate, aggregates);
        try (TestMemory memory = new TestMemory()) {
            TestState total = new TestState(memory, accumulation.layout(), 1);
            total.takePage(0);
            List<TestState> states = new ArrayList<>();
            List<Object[]> all = new ArrayList<>();
            for (List<Object[]> pane : panes) {
                TestState state = new TestState(memory, accumulation.layout(), 1);
                state.takePage(0);
                AccumulationTest.accumulateInCalls(memory, accumulation, pane, 100, state);
                accumulation.combine().kernel().combine(total.pages()[0], state.pages()[0], 1);
                states.add(state);
                all.addAll(pane);
            }
            for (int pane = 0; pane < panes.size(); pane++) {
                assertEquals(
                        AccumulationTest.expectedOfOneGroup(predicate, aggregates, all),
                        AccumulationTest.results(memory, accumulation, total, 1, 1));
                CombineKernel retract = accumulation.retract().orElseThrow().kernel();
                retract.combine(total.pages()[0], states.get(pane).pages()[0], 1);
                all.subList(0, panes.get(pane).size()).clear();
            }
            assertEquals(Map.of(), AccumulationTest.results(memory, accumulation, total, 1, 1));
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
                    long passing = othersPass ? 70 : 1;
                    assertEquals(
                            List.of(passing, 2 * passing),
                            sums(target, schema, predicate, rows),
                            predicate + " at " + nan);
                }
            }
        }
    }

    /// Infinity times zero is NaN, and infinities of both signs add to it: none of them is one.
    @ParameterizedTest
    @MethodSource("targets")
    void infinitiesBesideZerosAreNumbers(Target target) {
        Schema schema = Schema.of(Field.of("x", DataType.FLOAT64), Field.of("n", DataType.INT32));
        double[] numbers = {0.0, Double.POSITIVE_INFINITY, 0.0, Double.NEGATIVE_INFINITY, Double.MAX_VALUE};
        List<Object[]> rows = IntStream.range(0, 150)
                .mapToObj(row -> new Object[] {numbers[row % numbers.length], 1L})
                .toList();
        assertEquals(List.of(60L, 120L), sums(target, schema, col("x").gt(5), rows));
    }

    /// `sum(n)` after a call with all rows, and after another one; with the count of rows, which has to be the same,
    /// and without it.
    private static List<Long> sums(Target target, Schema schema, Expr predicate, List<Object[]> rows) {
        List<Long> sums = null;
        for (List<Expr> aggregates : List.of(List.<Expr>of(sum("n")), List.<Expr>of(sum("n"), count()))) {
            Accumulation accumulation = new KernelCompiler(target).accumulation(schema, predicate, aggregates);
            List<Long> again = new ArrayList<>();
            try (TestMemory memory = new TestMemory()) {
                TestState state = new TestState(memory, accumulation.layout(), 1);
                TestColumns in = TestColumns.of(memory, schema, rows);
                for (int call = 0; call < 2; call++) {
                    accumulation.accumulate().kernel().accumulate(in.addresses, 0, 0, rows.size(), 0, state);
                    List<Object> results = AccumulationTest.results(memory, accumulation, state, 1, 1)
                            .get(0);
                    assertEquals(1, new HashSet<>(results).size(), () -> "sum and count differ: " + results);
                    again.add((Long) results.getFirst());
                }
            }
            assertTrue(sums == null || sums.equals(again), sums + " is not " + again);
            sums = again;
        }
        return sums;
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
