package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.sign;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// More conditions and outputs than one loop takes.
class WideKernelsTest {
    private static final int[] SIZES = {0, 1, 9, 64, 200};

    static Stream<Target> targets() {
        return Samples.targets();
    }

    /// Most rows pass most of them; some call a routine, some fail.
    private static Expr conditions(int count, boolean fallible) {
        Expr all = col("a").ne(-1_000_000);
        for (int i = 1; i < count; i++) {
            all = all.and(
                    switch (i % 5) {
                        case 0 -> col("x").ne(i).or(col("y").isNull());
                        case 1 -> col("b").isNull().or(col("b").ne(100 + i));
                        case 2 -> col("s").like("%" + "z".repeat(i)).isNull().or(col("s").ne("s" + i));
                        case 3 ->
                            fallible ? lit(i).dividedBy(col("a").minus(i % 7)).ne(i + 1) : col("a").ne(i + 1_000);
                        default -> col("y").isNull().or(col("y").gt(-1e9 - i));
                    });
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void manyConditionsSelectWhatTheOracleSelects(Target target) {
        for (Expr predicate : List.of(conditions(21, false), conditions(90, false), conditions(90, true))) {
            for (int size : SIZES) {
                Samples samples = new Samples(41);
                List<Object[]> rows = samples.rows(size, Samples.Nulls.SOME);
                new ScalarContract(target, Samples.SCHEMA, rows, null, Math.min(size, 1)).filter(predicate);
                new ScalarContract(target, Samples.SCHEMA, rows, samples.selection(size), 0).filter(predicate);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fiveHundredOutputsAreComputed(Target target) {
        List<Expr> outputs = IntStream.range(0, 500)
                .mapToObj(i -> (switch (i % 4) {
                            case 0 -> col("a").plus(i);
                            case 1 -> col("y").times(i);
                            case 2 -> col("s");
                            default -> col("b").gt(i);
                        })
                        .as("r" + i))
                .toList();
        Samples samples = new Samples(42);
        List<Object[]> rows = samples.rows(33, Samples.Nulls.SOME);
        new ScalarContract(target, Samples.SCHEMA, rows, null, 1).project(outputs, 40, 10_000);
        new ScalarContract(target, Samples.SCHEMA, rows, samples.selection(33), 0).project(outputs, 40, 10_000);
    }

    @ParameterizedTest
    @MethodSource("io.mullion.codegen.WideGroupingTest#checkedTargets")
    void noMethodOutgrowsTheJit(Target target) {
        KernelCompiler compiler = new KernelCompiler(target);
        List<Expr> outputs = IntStream.range(0, 2_000)
                .mapToObj(i -> col(i % 2 == 0 ? "y" : "s").as("r" + i))
                .toList();
        assertCompiles(compiler.project(Samples.SCHEMA, outputs));
        assertCompiles(compiler.project(Samples.SCHEMA, List.of(signs(1_000).as("r"))));
        assertCompiles(compiler.filter(Samples.SCHEMA, conditions(1_000, true)));
        assertCompiles(compiler.filter(Samples.SCHEMA, conditions(1_000, false)));
    }

    /// Each level uses the one below several times.
    private static Expr signs(int levels) {
        Expr nested = col("b");
        for (int level = 0; level < levels; level++) {
            nested = sign(nested);
        }
        return nested;
    }

    private static void assertCompiles(Compiled<?> compiled) {
        assertFalse(compiled.variant().contains("too large"), compiled.variant());
    }

    @ParameterizedTest
    @MethodSource("io.mullion.codegen.WideGroupingTest#checkedTargets")
    void aFilterOfTooManyConditionsIsRefusedByNumber(Target target) {
        ExpressionException refused = assertThrows(
                ExpressionException.class,
                () -> new KernelCompiler(target).filter(Samples.SCHEMA, conditions(6_100, true)));
        assertTrue(refused.getMessage().contains("conditions"), refused.getMessage());
    }
}
