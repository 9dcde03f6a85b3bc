package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.split;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlatMapKernelTest {
    private static final Schema SCHEMA = Schema.of(
            Field.nullable("line", DataType.UTF8), Field.of("n", DataType.INT64), Field.nullable("tag", DataType.UTF8));

    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void keepsEmptyPieces(Target target) {
        List<Object[]> rows = List.of(
                new Object[] {"", 1L, "a"},
                new Object[] {" ", 2L, null},
                new Object[] {"a b", 3L, ""},
                new Object[] {null, 4L, "never"},
                new Object[] {" a ", 5L, "é"});
        List<List<Object>> expected = List.of(
                Arrays.asList("", 2L, "a"),
                Arrays.asList("", 4L, null),
                Arrays.asList("", 4L, null),
                Arrays.asList("a", 6L, ""),
                Arrays.asList("b", 6L, ""),
                Arrays.asList("", 10L, "é"),
                Arrays.asList("a", 10L, "é"),
                Arrays.asList("", 10L, "é"));
        assertEquals(expected, run(target, rows, " ", 100, 1000, null));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void resumesInsideOfRowsWithTinyOutputs(Target target) {
        for (String separator : List.of(" ", "--", "é")) {
            List<Object[]> rows = lines(60, separator, 7);
            List<List<Object>> expected = expected(rows, separator, null);
            for (int rowLimit : new int[] {1, 2, 3, 8, 64}) {
                for (int textBytes : new int[] {130, 200, 10_000}) {
                    assertEquals(expected, run(target, rows, separator, rowLimit, textBytes, null), separator);
                }
            }
            int[] selection = new Samples(8).selection(60);
            assertEquals(
                    expected(rows, separator, selection), run(target, rows, separator, 5, 150, selection), separator);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aPieceThatNeverFitsFailsItsRowAndNothingElse(Target target) {
        List<Object[]> rows = List.of(new Object[] {"ab toolarge cd", 1L, ""}, new Object[] {"ef g", 2L, ""});
        assertEquals(
                List.of(Arrays.asList("ab", 2L, ""), Arrays.asList("ef", 4L, ""), Arrays.asList("g", 4L, "")),
                run(target, rows, " ", 10, 4, null));
    }

    private static List<Object[]> lines(int count, String separator, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Object[]> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            StringBuilder line = new StringBuilder();
            int pieces = random.nextInt(12);
            for (int piece = 0; piece < pieces; piece++) {
                line.append(random.nextInt(3) == 0 ? "" : "word\u00e9\u4e2d-".repeat(random.nextInt(5)));
                line.append(random.nextInt(4) == 0 ? "" : separator);
            }
            String tag = random.nextInt(4) == 0 ? null : "t".repeat(random.nextInt(3));
            rows.add(new Object[] {random.nextInt(9) == 0 ? null : line.toString(), (long) row, tag});
        }
        return rows;
    }

    private static List<List<Object>> expected(List<Object[]> rows, String separator, int[] selection) {
        List<List<Object>> expected = new ArrayList<>();
        int count = selection == null ? rows.size() : selection.length;
        for (int position = 0; position < count; position++) {
            Object[] row = rows.get(selection == null ? position : selection[position]);
            if (row[0] != null) {
                for (String piece : ((String) row[0]).split(Pattern.quote(separator), -1)) {
                    expected.add(Arrays.asList(piece, (Long) row[1] * 2, row[2]));
                }
            }
        }
        return expected;
    }

    private static List<List<Object>> run(
            Target target, List<Object[]> rows, String separator, int rowLimit, int textBytes, int[] selection) {
        List<Expr> outputs = List.of(
                split(col("line"), separator).as("word"), col("n").times(lit(2)).as("twice"), col("tag"));
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, SCHEMA, rows);
            TestColumns out =
                    TestColumns.empty(memory, KernelCompiler.flatMapSchema(SCHEMA, outputs), rowLimit, textBytes);
            long active = 0;
            if (selection != null) {
                active = memory.allocate(4L * selection.length, 8);
                for (int i = 0; i < selection.length; i++) {
                    RawMemory.putInt(active + 4L * i, selection[i]);
                }
            }
            FlatMapKernel kernel =
                    new KernelCompiler(target).flatMap(SCHEMA, outputs).kernel();
            List<List<Object>> actual = new ArrayList<>();
            Progress progress = new Progress().start();
            int to = selection == null ? rows.size() : selection.length;
            int from = 0;
            do {
                int count = kernel.flatMap(in.addresses, active, from, to, out.addresses, progress);
                actual.addAll(out.rows(count));
                from = progress.next + (progress.status == Progress.Status.ROW_FAILED ? 1 : 0);
                if (progress.status == Progress.Status.ROW_FAILED) {
                    assertEquals(Failure.VALUE_TOO_LARGE, progress.failure);
                    assertEquals(0, progress.resumeOffset);
                }
            } while (progress.status != Progress.Status.DONE);
            return actual;
        }
    }
}
