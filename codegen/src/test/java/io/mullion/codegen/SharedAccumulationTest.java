package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static io.mullion.expr.Expressions.varianceSample;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Several groupings whose accumulators lie in one row answer as each does alone.
class SharedAccumulationTest {
    /// Counts and integer sums beside what cannot be taken out again: lanes of each kind, and lanes that change
    /// together.
    private static final List<List<Expr>> GROUPINGS = List.of(
            List.of(min("a").as("m"), max("y")),
            List.of(sum("b").as("m")),
            List.of(sum("x"), count()),
            List.of(count("t").as("texts"), sum("a"), count()),
            List.of(count()));

    private static final List<List<Expr>> COMPOUND = List.of(
            List.of(min("a"), count("b").as("n")), List.of(varianceSample(col("y"))), List.of(sum("b").as("n")));

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void eachGroupingAnswersAsAlone(Target target) {
        check(target, GROUPINGS, List.of(false, true, false, true, true));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void lanesThatChangeTogetherLeaveTheOthersAlone(Target target) {
        List<Accumulation> accumulations =
                new KernelCompiler(target).accumulations(AccumulationTest.SCHEMA, null, COMPOUND, true);
        check(accumulations.get(2), COMPOUND.get(2), true);
        check(accumulations.get(0), COMPOUND.get(0), false);
    }

    @Test
    void whatOneLoopTakesFitsTogether() {
        List<Expr> some = List.of(count(), sum("a"), min("a"));
        assertTrue(KernelCompiler.fitTogether(AccumulationTest.SCHEMA, some));
        List<Expr> many = IntStream.range(0, 40)
                .<Expr>mapToObj(i -> min(col("a").plus(i)).as("m" + i))
                .toList();
        assertFalse(KernelCompiler.fitTogether(AccumulationTest.SCHEMA, many));
    }

    private static void check(Target target, List<List<Expr>> groupings, List<Boolean> retractable) {
        List<Accumulation> accumulations =
                new KernelCompiler(target).accumulations(AccumulationTest.SCHEMA, null, groupings, true);
        for (int i = 0; i < groupings.size(); i++) {
            assertSame(
                    accumulations.getFirst().accumulate(), accumulations.get(i).accumulate());
            assertEquals(retractable.get(i), accumulations.get(i).retract().isPresent());
            check(accumulations.get(i), groupings.get(i), retractable.get(i));
        }
    }

    private static void check(Accumulation accumulation, List<Expr> aggregates, boolean retract) {
        Samples samples = new Samples(7);
        int[] groups = new Random(7).ints(300, 0, 290).toArray();
        AccumulationTest.combine(
                accumulation,
                aggregates,
                AccumulationTest.rows(samples, 300, Samples.Nulls.SOME, true),
                AccumulationTest.rows(samples, 300, Samples.Nulls.SOME, true),
                groups,
                retract);
    }
}
