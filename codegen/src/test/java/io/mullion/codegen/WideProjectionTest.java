package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.split;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Schema;
import io.mullion.routine.Failure;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Several outputs of one projection, of all types, into outputs that are full again and again: each row comes once, in
/// order, and the rows that fail are those of which an output fails.
@Tag("checked")
class WideProjectionTest {
    private static final int PROJECTIONS = 60;
    private static final int MAX_OUTPUTS = 6;
    private static final int MAX_DEPTH = 3;

    private static WideInputs inputs;

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @BeforeAll
    static void makeInputs() {
        inputs = new WideInputs(13);
    }

    @AfterAll
    static void freeInputs() {
        inputs.close();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everyColumnIsCopiedIntoTinyOutputs(Target target) {
        List<Expr> outputs = new ArrayList<>();
        Samples.TYPES.keySet().forEach(name -> {
            outputs.add(ExpressionCases.literal(name).as(name + "Literal"));
            outputs.add(col(name + 1));
            outputs.add(col(name + 3));
        });
        Compiled<ProjectKernel> kernel = new KernelCompiler(target).project(Samples.WIDE, outputs);
        for (WideInputs.Input input : inputs.sample(1)) {
            for (int rowLimit : new int[] {1, 8, 9, 64}) {
                check(kernel, outputs, input, rowLimit, 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void manyOutputsAreComputedTogether(Target target) {
        for (long seed = 0; seed < PROJECTIONS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RandomExpressions expressions = new RandomExpressions(seed);
            List<Expr> outputs = new ArrayList<>();
            for (int output = 0; output <= random.nextInt(MAX_OUTPUTS); output++) {
                outputs.add(expressions.expression(random.nextInt(MAX_DEPTH)).as("c" + output));
            }
            try {
                Compiled<ProjectKernel> kernel = new KernelCompiler(target).project(Samples.WIDE, outputs);
                WideInputs.Input input = inputs.trees((int) seed).getFirst();
                check(kernel, outputs, input, 1 + random.nextInt(40), random.nextInt(100));
            } catch (AssertionError | RuntimeException wrong) {
                throw new AssertionError("seed=" + seed + ": " + outputs, wrong);
            }
        }
    }

    /// Literals that are not fields any more stand in the code, the separator's byte among them.
    @Test
    void aSplitMayHaveManyLiteralsBesideIt() {
        List<Expr> outputs = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            outputs.add(col("long1").plus(1_000 + i).as("c" + i));
        }
        outputs.add(split(col("text1"), " ").as("word"));
        targets().forEach(target -> new KernelCompiler(target).flatMap(Samples.WIDE, outputs));
    }

    /// A method has 65,535 bytes.
    @Test
    void whatNoClassHoldsIsRefused() {
        // Outputs beside a split are computed in one method.
        List<Expr> outputs = new ArrayList<>(List.of(split(col("text1"), " ").as("word")));
        for (int i = 0; i < 4_000; i++) {
            outputs.add(col("long1").plus(i).as("c" + i));
        }
        String message = assertThrows(
                        ExpressionException.class,
                        () -> new KernelCompiler(new Target(0, false)).flatMap(Samples.WIDE, outputs))
                .getMessage();
        assertTrue(message.startsWith("too many outputs, or too large ones, for one kernel ("), message);
        assertTrue(message.length() < 1_000, message);
    }

    /// @param spareBytes room for text beyond that of the largest value
    private static void check(
            Compiled<ProjectKernel> kernel, List<Expr> outputs, WideInputs.Input input, int rowLimit, int spareBytes) {
        Answer.Question question = input.question();
        List<List<Object>> rows = new ArrayList<>();
        Map<Integer, Set<Failure>> failed = new TreeMap<>();
        Oracle oracle = new Oracle(Samples.WIDE);
        int textBytes = 0;
        for (int position = question.from(); position < question.to(); position++) {
            Object[] row = question.rows().get(question.row(position));
            List<Object> values = new ArrayList<>();
            Set<Failure> failures = EnumSet.noneOf(Failure.class);
            for (Expr output : outputs) {
                try {
                    values.add(oracle.value(output, row));
                } catch (Oracle.Failed failure) {
                    failures.add(failure.failure());
                }
            }
            if (failures.isEmpty()) {
                rows.add(values);
            } else {
                failed.put(position, failures);
            }
            textBytes = Math.max(
                    textBytes,
                    values.stream().mapToInt(TestColumns::textBytes).max().orElse(0));
        }
        Schema columns = KernelCompiler.projectSchema(Samples.WIDE, outputs);
        Answer answer = Answer.of(kernel, input.columns(), question, columns, rowLimit, textBytes + spareBytes);
        assertEquals(rows, answer.rows(), () -> kernel.variant() + ", " + question + ", rowLimit=" + rowLimit);
        assertEquals(failed.keySet(), answer.failed().keySet());
        // Of outputs that fail in one row, any may be the one that is found.
        answer.failed()
                .forEach((position, failure) -> assertTrue(
                        failed.get(position).contains(failure), () -> failure + " in " + failed.get(position)));
    }
}
