package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.not;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FilterKernelTest {
    private static final List<Expr> PREDICATES = List.of(
            col("x").gt(100).and(col("a").lt(50)),
            col("y").ge(0.0).or(not(col("b").eq(1))),
            col("x").eq(col("y")),
            col("p").eq(col("q")).and(col("at").le(col("until"))),
            col("a").dividedBy(col("b")).gt(2).and(col("q")),
            col("t").gt("a").or(col("s").eq("tree")),
            col("t").gt("a")
                    .and(col("x").gt(0))
                    .and(col("a").dividedBy(col("b")).ge(0))
                    .and(col("y").lt(9)),
            col("q").and(col("a").remainder(col("b")).ne(1)).and(col("s").ne("tree")),
            col("b").isNull().or(col("x").lt(0)).and(col("y").ge(-1)));

    static java.util.stream.Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void selectsWhatTheOracleSelectsInAllSizes(Target target) {
        Samples samples = new Samples(1);
        for (int size : Samples.SIZES) {
            for (Samples.Nulls nulls : Samples.Nulls.values()) {
                List<Object[]> rows = samples.rows(size, nulls);
                for (Expr predicate : PREDICATES) {
                    new ScalarContract(target, Samples.SCHEMA, rows, null, 0).filter(predicate);
                    new ScalarContract(target, Samples.SCHEMA, rows, null, Math.min(size, 3)).filter(predicate);
                    new ScalarContract(target, Samples.SCHEMA, rows, samples.selection(size), 0).filter(predicate);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nanIsGreatestAndZerosAreEqual(Target target) {
        List<Object[]> rows = new Samples(2).rows(200, Samples.Nulls.SOME);
        for (Expr.Comparison.Op op : Expr.Comparison.Op.values()) {
            for (Expr right :
                    List.of(col("y"), lit(Double.NaN), lit(0.0), lit(-0.0), lit(Double.POSITIVE_INFINITY), col("a"))) {
                new ScalarContract(target, Samples.SCHEMA, rows, null, 0)
                        .filter(new Expr.Comparison(op, col("x"), right));
                new ScalarContract(target, Samples.SCHEMA, rows, null, 0)
                        .filter(new Expr.Comparison(op, right, col("x")));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void randomPredicatesSelectWhatTheOracleSelects(Target target) {
        for (long seed = 0; seed < 200; seed++) {
            Samples samples = new Samples(seed);
            Expr predicate = samples.expression(DataType.BOOL, 4);
            List<Object[]> rows = samples.rows(40, Samples.Nulls.SOME);
            int[] selection = seed % 3 == 0 ? samples.selection(40) : null;
            try {
                new ScalarContract(target, Samples.SCHEMA, rows, selection, samples.below(3)).filter(predicate);
            } catch (AssertionError | RuntimeException wrong) {
                throw new AssertionError("seed=" + seed + ": " + predicate, wrong);
            }
        }
    }
}
