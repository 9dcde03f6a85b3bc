package io.mullion.codegen;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionTree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Random trees of all operators and functions compute what the [Oracle] computes: values, nulls, and which rows fail
/// why.
///
/// The default run takes [#SEEDS] trees, another number with `-Dmullion.seeds=N`; the test tagged `long` takes 10,000.
/// `-Dmullion.seed=S` repeats one.
@Tag("checked")
class RandomExpressionTest {
    private static final int SEEDS = 2_000;
    private static final int ALL_SEEDS = 10_000;
    private static final int DEPTH = 6;
    private static final int SHOWN_FAILURES = 10;

    private static WideInputs inputs;

    @BeforeAll
    static void makeInputs() {
        inputs = new WideInputs(12);
    }

    @AfterAll
    static void freeInputs() {
        inputs.close();
    }

    @Test
    void randomTreesComputeWhatTheOracleComputes() {
        Long seed = Long.getLong("mullion.seed");
        if (seed != null) {
            check(seed, seed + 1);
        } else {
            check(0, Integer.getInteger("mullion.seeds", SEEDS));
        }
    }

    @Test
    @Tag("long")
    void manyRandomTreesComputeWhatTheOracleComputes() {
        check(0, ALL_SEEDS);
    }

    private static void check(long from, long to) {
        List<Target> targets = Samples.targets().toList();
        List<String> failures = new ArrayList<>();
        for (long seed = from; seed < to; seed++) {
            Expr expression = new RandomExpressions(seed).expression(1 + (int) (seed % DEPTH));
            for (Target target : List.of(plain(targets, seed), targets.get((int) (seed % targets.size())))) {
                String failure = failure(expression, target, seed);
                if (failure != null) {
                    failures.add("-Dmullion.seed=" + seed + " for " + target + ": " + failure);
                    break;
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " of " + (to - from) + " trees fail:\n"
                    + failures.stream().limit(SHOWN_FAILURES).collect(Collectors.joining("\n\n")));
        }
    }

    private static Target plain(List<Target> targets, long seed) {
        return targets.get((int) (seed / 2 % 2));
    }

    /// What is wrong with the smallest part of the tree that is wrong; null if nothing is.
    private static String failure(Expr expression, Target target, long seed) {
        List<WideInputs.Input> sample = inputs.trees((int) seed);
        String failure = new ExpressionCheck(expression, sample).failure(target);
        if (failure == null) {
            return null;
        }
        for (Expr input : ExpressionTree.inputs(expression)) {
            String smaller = failure(input, target, seed);
            if (smaller != null) {
                return smaller;
            }
        }
        return expression + ": " + failure;
    }
}
