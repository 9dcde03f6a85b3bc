package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.routine.VectorSupport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// More aggregates than one loop takes: the loops over parts of a row give together what lists give.
class WideGroupingTest {
    private static final Expr PREDICATE = col("x").gt(-3).and(col("b").ne(7));

    static Stream<Target> targets() {
        return Samples.targets();
    }

    /// Sums, extremes and counts of columns that can be null and of those that cannot, all different.
    private static List<Expr> aggregates(int count) {
        List<Expr> aggregates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Expr integer = col(i % 2 == 0 ? "a" : "b").plus(i / 8);
            Expr number = col(i % 2 == 0 ? "x" : "y").plus(i / 8);
            aggregates.add(
                    switch (i % 8) {
                        case 0, 1 -> sum(integer).as("s" + i);
                        case 2, 3 -> min(number).as("m" + i);
                        case 4, 5 -> sum(number).as("f" + i);
                        case 6 -> max(integer).as("g" + i);
                        default -> count(integer).as("n" + i);
                    });
        }
        return aggregates;
    }

    private static List<Expr> integerSums(int count) {
        List<Expr> sums = new ArrayList<>(List.of(count()));
        for (int i = 0; i < count; i++) {
            sums.add(sum(col(i % 2 == 0 ? "a" : "b").plus(i)).as("s" + i));
        }
        return sums;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void twoHundredAggregatesGiveWhatListsGive(Target target) {
        Samples samples = new Samples(31);
        List<Expr> aggregates = aggregates(200);
        for (Samples.Nulls nulls : Samples.Nulls.values()) {
            List<Object[]> rows = AccumulationTest.rows(samples, 67, nulls, false);
            int[] groups =
                    IntStream.generate(() -> samples.below(600)).limit(67).toArray();
            AccumulationTest.check(target, null, aggregates, rows, null, null, 3);
            AccumulationTest.check(target, null, aggregates, rows, groups, null, 0);
        }
        List<Object[]> rows = AccumulationTest.rows(samples, 67, Samples.Nulls.SOME, true);
        int[] groups = IntStream.generate(() -> samples.below(600)).limit(67).toArray();
        AccumulationTest.check(target, null, aggregates, rows, null, samples.selection(67), 0);
        AccumulationTest.check(target, null, aggregates, rows, groups, samples.selection(67), 1);
        AccumulationTest.check(target, PREDICATE, aggregates, rows, null, null, 0);
        AccumulationTest.check(target, PREDICATE, aggregates, rows, groups, samples.selection(67), 0);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void panesOfWideRowsCombineAndRetract(Target target) {
        Samples samples = new Samples(32);
        List<Object[]> first = AccumulationTest.rows(samples, 100, Samples.Nulls.SOME, false);
        List<Object[]> second = AccumulationTest.rows(samples, 100, Samples.Nulls.SOME, false);
        int[] groups = IntStream.generate(() -> samples.below(300)).limit(100).toArray();
        AccumulationTest.combine(target, aggregates(100), first, second, groups, false);
        AccumulationTest.combine(target, integerSums(100), first, second, groups, true);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aThousandAggregatesGiveWhatListsGive(Target target) {
        Samples samples = new Samples(33);
        List<Expr> aggregates = aggregates(1_000);
        List<Object[]> rows = AccumulationTest.rows(samples, 33, Samples.Nulls.SOME, false);
        int[] groups = IntStream.generate(() -> samples.below(20)).limit(33).toArray();
        AccumulationTest.check(target, null, aggregates, rows, null, null, 0);
        AccumulationTest.check(target, null, aggregates, rows, groups, samples.selection(33), 0);
    }

    /// Their loops have the most code.
    static Stream<Target> checkedTargets() {
        return targets().filter(target -> target.checked() && target.vectorBits() % VectorSupport.bits() == 0);
    }

    @ParameterizedTest
    @MethodSource("checkedTargets")
    void noLoopOutgrowsTheJit(Target target) {
        Accumulation wide = new KernelCompiler(target)
                .accumulation(AccumulationTest.SCHEMA, PREDICATE, aggregates(AggregatePlan.MAX_AGGREGATES));
        for (String variant : List.of(
                wide.accumulate().variant(),
                wide.combine().variant(),
                wide.result().variant())) {
            assertFalse(variant.contains("too large"), variant);
        }
        assertTrue(wide.layout().laneCount() > AggregatePlan.MAX_AGGREGATES);
        assertEquals(0, wide.layout().rowBytes() % 64);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatIsTooMuchForOneGroupingIsRefusedByNumber(Target target) {
        KernelCompiler compiler = new KernelCompiler(target);
        List<Expr> many = Collections.nCopies(AggregatePlan.MAX_AGGREGATES + 1, count());
        assertTrue(assertThrows(ExpressionException.class, () -> compiler.accumulation(AccumulationTest.SCHEMA, many))
                .getMessage()
                .contains("at most " + AggregatePlan.MAX_AGGREGATES));
        List<Expr> large = IntStream.range(0, 2_000)
                .mapToObj(i -> {
                    Expr input = col("b");
                    for (int term = 0; term < 20; term++) {
                        input = input.plus(i + term);
                    }
                    return sum(input).as("s" + i);
                })
                .toList();
        assertTrue(assertThrows(ExpressionException.class, () -> compiler.accumulation(AccumulationTest.SCHEMA, large))
                .getMessage()
                .contains(AggregatePlan.MAX_LOOPS + " loops"));
    }
}
