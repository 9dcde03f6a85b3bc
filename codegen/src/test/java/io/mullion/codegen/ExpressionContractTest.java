package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionTree;
import io.mullion.expr.Field;
import io.mullion.expr.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operator and function, for every type it takes, computes what the [Oracle] computes: plain and in vectors of
/// each width that the CPU has, checked and not, over all sizes, nulls and selections.
///
/// The default run takes of each case the plain loop, the widest vectors and another width in turn, and of the inputs
/// all small sizes with some nulls and a part of the others in turn, so that the cases of one operator and type see all
/// of them together. Tagged `long` is the whole matrix of each case.
class ExpressionContractTest {
    private static final int SHOWN_FAILURES = 10;

    private static WideInputs inputs;

    static Stream<String> families() {
        return ExpressionCases.families().keySet().stream();
    }

    @BeforeAll
    static void makeInputs() {
        inputs = new WideInputs(11);
    }

    @AfterAll
    static void freeInputs() {
        inputs.close();
    }

    @ParameterizedTest
    @MethodSource("families")
    void computesWhatTheOracleComputes(String family) {
        List<Expr> cases = ExpressionCases.families().get(family);
        List<String> failures = new ArrayList<>();
        for (int index = 0; index < cases.size(); index++) {
            check(cases.get(index), targets(index), inputs.sample(index), failures);
        }
        report(failures, cases.size());
    }

    @ParameterizedTest
    @MethodSource("families")
    @Tag("long")
    void computesWhatTheOracleComputesInTheWholeMatrix(String family) {
        List<String> failures = new ArrayList<>();
        List<Expr> cases = ExpressionCases.families().get(family);
        for (Expr expression : cases) {
            check(expression, checkedFirst(Samples.targets().toList()), inputs.all(), failures);
        }
        report(failures, cases.size());
    }

    @ParameterizedTest
    @MethodSource("families")
    void typesAreThoseOfTheOracle(String family) {
        KernelCompiler compiler = new KernelCompiler(new Target(0, false));
        OracleTypes types = new OracleTypes(Samples.WIDE);
        List<String> failures = new ArrayList<>();
        List<Expr> cases = ExpressionCases.families().get(family);
        for (Expr expression : cases) {
            try {
                Field field = compiler.typeOf(Samples.WIDE, expression);
                assertEquals(types.type(expression), field.type());
                // The compiler may know more than the rules, never less.
                assertTrue(types.nullable(expression) || !field.nullable(), "it is never null");
            } catch (AssertionError | RuntimeException wrong) {
                failures.add(expression + ": " + wrong);
            }
        }
        report(failures, cases.size());
    }

    @Test
    void noFunctionAndNoKindOfExpressionIsLeftOut() {
        Set<Function> functions = EnumSet.noneOf(Function.class);
        Set<Class<?>> kinds = new HashSet<>();
        ExpressionCases.families().values().forEach(cases -> cases.forEach(it -> collect(it, functions, kinds)));
        assertEquals(EnumSet.allOf(Function.class), functions);
        Set<Class<?>> expected = Arrays.stream(Expr.class.getPermittedSubclasses())
                .filter(kind -> kind != Expr.Generate.class && kind != Expr.Aggregate.class)
                .collect(Collectors.toSet());
        assertEquals(expected, kinds);
    }

    private static void collect(Expr expression, Set<Function> functions, Set<Class<?>> kinds) {
        kinds.add(expression.getClass());
        if (expression instanceof Expr.Call call) {
            functions.add(call.function());
        }
        ExpressionTree.inputs(expression).forEach(input -> collect(input, functions, kinds));
    }

    /// A plain loop, the widest vectors, and one of the others; checked ones first, so that a stray access is an
    /// exception there before it is a crash.
    private static List<Target> targets(int index) {
        List<Target> all = Samples.targets().toList();
        Set<Target> some = new LinkedHashSet<>(List.of(all.get(index % 2)));
        if (all.size() > 2) {
            some.add(all.get(all.size() - 1 - index / 2 % 2));
            some.add(all.get(2 + index % (all.size() - 2)));
        }
        return checkedFirst(some);
    }

    private static List<Target> checkedFirst(Collection<Target> targets) {
        return targets.stream()
                .sorted(Comparator.comparing(Target::checked).reversed())
                .toList();
    }

    private static void check(
            Expr expression, List<Target> targets, List<WideInputs.Input> sample, List<String> failures) {
        ExpressionCheck check = new ExpressionCheck(expression, sample);
        for (Target target : targets) {
            String failure = check.failure(target);
            if (failure != null) {
                failures.add(expression + " for " + target + ": " + failure);
                return;
            }
        }
    }

    private static void report(List<String> failures, int cases) {
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " of " + cases + " cases fail:\n"
                    + failures.stream().limit(SHOWN_FAILURES).collect(Collectors.joining("\n\n")));
        }
    }
}
