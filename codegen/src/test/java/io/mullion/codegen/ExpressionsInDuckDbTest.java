package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.parseTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionTree;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import io.mullion.routine.VectorSupport;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The expressions of the contract suite and random ones over the same rows here and in DuckDB, which knows nothing of
/// our rules: equal, or one of the [IntendedDifference]s.
class ExpressionsInDuckDbTest {
    private static final DataType.Timestamp MILLIS = (DataType.Timestamp) DataType.timestamp(TimeUnit.MILLIS);
    private static final int ROWS = 200;
    private static final int TEXT_BYTES = 1 << 20;
    private static final int TREES = 1_000;
    private static final int DEPTH = 4;
    private static final int BATCH = 24;
    private static final int SHOWN_FAILURES = 20;

    private static List<Object[]> rows;
    private static DuckDb duckDb;

    private final Oracle oracle = new Oracle(Samples.WIDE);
    private final Map<Expr, Optional<List<Object>>> answers = new HashMap<>();
    private final Set<IntendedDifference> met = EnumSet.noneOf(IntendedDifference.class);
    private final List<String> failures = new ArrayList<>();

    @BeforeAll
    static void fillTable() throws SQLException {
        rows = new Samples(21).rows(Samples.WIDE, ROWS, Samples.Nulls.SOME);
        duckDb = new DuckDb(rows);
    }

    @AfterAll
    static void close() throws SQLException {
        duckDb.close();
    }

    @Test
    void everyOperatorAndFunctionMeansWhatItMeansThereOrIsAnIntendedDifference() {
        List<Expr> cases = new ArrayList<>();
        ExpressionCases.families().values().forEach(cases::addAll);
        cases.add(parseTime(col("text1"), "yyyy-MM-dd", MILLIS).isNull());
        int compared = compare(cases);
        assertTrue(compared > 2_000, "compared=" + compared);
        // A difference that nobody meets any more is no difference.
        Set<IntendedDifference> stale = EnumSet.complementOf(EnumSet.copyOf(met));
        assertEquals(Set.of(), stale, "differences that were not met");
    }

    @Test
    void randomTreesMeanWhatTheyMeanThereOrAreIntendedDifferences() {
        List<Expr> trees = new ArrayList<>();
        for (long seed = 0; seed < TREES; seed++) {
            trees.add(new RandomExpressions(seed).expression(1 + (int) (seed % DEPTH)));
        }
        int compared = compare(trees);
        assertTrue(compared > TREES / 2, "compared=" + compared);
    }

    private int compare(List<Expr> expressions) {
        for (int first = 0; first < expressions.size(); first += BATCH) {
            ask(expressions.subList(first, Math.min(first + BATCH, expressions.size())));
        }
        int compared = 0;
        try (TestMemory memory = new TestMemory()) {
            TestColumns columns = TestColumns.of(memory, Samples.WIDE, rows);
            for (Expr expression : expressions) {
                Optional<List<Object>> theirs = theirs(expression);
                if (theirs.isPresent()) {
                    compared++;
                    compare(expression, mine(expression, columns), theirs.get());
                }
            }
        }
        assertTrue(
                failures.isEmpty(),
                () -> failures.size() + " differences that are not intended:\n"
                        + failures.stream().limit(SHOWN_FAILURES).collect(Collectors.joining("\n")));
        return compared;
    }

    /// What the kernel says of each row: a value, or the reason why there is none.
    private static List<Object> mine(Expr expression, TestColumns columns) {
        List<Expr> outputs = List.of(expression);
        Target target = new Target(VectorSupport.bits(), RawMemory.CHECKED);
        Schema schema = KernelCompiler.projectSchema(Samples.WIDE, outputs);
        Compiled<ProjectKernel> kernel = new KernelCompiler(target).project(Samples.WIDE, outputs);
        Answer answer = Answer.of(kernel, columns, new Answer.Question(rows, null, 0), schema, ROWS, TEXT_BYTES);
        List<Object> mine = new ArrayList<>();
        int next = 0;
        for (int row = 0; row < ROWS; row++) {
            Failure failure = answer.failed().get(row);
            mine.add(failure != null ? failure : answer.rows().get(next++).getFirst());
        }
        return mine;
    }

    /// Asks for several at once, since most of the time of a question is planning.
    private void ask(List<Expr> expressions) {
        List<Expr> asked = new ArrayList<>();
        List<DuckDb.Question> questions = new ArrayList<>();
        for (Expr expression : expressions) {
            DataType type = oracle.types().type(expression);
            Optional<String> sql = new DuckDbText().of(expression);
            answers.put(expression, Optional.empty());
            if (sql.isPresent()) {
                asked.add(expression);
                questions.add(new DuckDb.Question(sql.get(), type));
            }
        }
        List<Optional<List<Object>>> values = duckDb.values(questions);
        for (int i = 0; i < asked.size(); i++) {
            answers.put(asked.get(i), values.get(i));
        }
    }

    private Optional<List<Object>> theirs(Expr expression) {
        if (!answers.containsKey(expression)) {
            ask(List.of(expression));
        }
        return answers.get(expression);
    }

    private void compare(Expr expression, List<Object> mine, List<Object> theirs) {
        for (int row = 0; row < ROWS; row++) {
            if (!same(mine.get(row), theirs.get(row))) {
                Expr culprit = culprit(expression, row);
                Object value = culprit == expression ? mine.get(row) : mine(culprit, row);
                IntendedDifference.Case difference = new IntendedDifference.Case(
                        culprit,
                        oracle.types(),
                        value,
                        theirs(culprit).orElseThrow().get(row));
                Optional<IntendedDifference> reason = Arrays.stream(IntendedDifference.values())
                        .filter(it -> it.explains(difference))
                        .findFirst();
                if (reason.isEmpty()) {
                    failures.add(expression + ": " + culprit + " is " + value + " here and " + difference.theirs()
                            + " there, row " + row + ": " + show(culprit, rows.get(row)));
                    return;
                }
                met.add(reason.get());
            }
        }
    }

    /// A row that fails is null there, by `TRY`. Zeros of both signs are equal.
    private static boolean same(Object mine, Object theirs) {
        return switch (mine) {
            case Failure _ -> theirs == null;
            case Double number -> theirs instanceof Double other && Double.compare(number + 0.0, other + 0.0) == 0;
            case Float number -> theirs instanceof Float other && Float.compare(number + 0.0f, other + 0.0f) == 0;
            case null -> theirs == null;
            default -> Objects.equals(mine, theirs);
        };
    }

    private Object mine(Expr expression, int row) {
        try {
            return oracle.value(expression, rows.get(row));
        } catch (Oracle.Failed failed) {
            return failed.failure();
        }
    }

    /// The innermost part whose own parts are the same here and there. Where there is nothing there, or a
    /// failure here, it may be for a part that fails the row, in whatever has no value on the other side either.
    private Expr culprit(Expr expression, int row) {
        Expr differing = differingPart(expression, row, false);
        boolean nothing =
                theirs(expression).map(all -> all.get(row)).isEmpty() || mine(expression, row) instanceof Failure;
        if (differing == null && nothing) {
            differing = differingPart(expression, row, true);
        }
        return differing == null ? expression : culprit(differing, row);
    }

    private Expr differingPart(Expr expression, int row, boolean deep) {
        for (Expr input : ExpressionTree.inputs(expression)) {
            if (input instanceof Expr.Literal) {
                continue;
            }
            Optional<List<Object>> theirs = theirs(input);
            if (theirs.isPresent() && !same(mine(input, row), theirs.get().get(row))) {
                return input;
            }
            Expr deeper = deep ? differingPart(input, row, true) : null;
            if (deeper != null) {
                return deeper;
            }
        }
        return null;
    }

    private static String show(Expr expression, Object[] row) {
        Set<String> names = new LinkedHashSet<>();
        TypeCheck.collectColumns(expression, names);
        return names.stream()
                .map(name -> name + "=" + row[Samples.WIDE.indexOf(name)])
                .collect(Collectors.joining(", "));
    }
}
