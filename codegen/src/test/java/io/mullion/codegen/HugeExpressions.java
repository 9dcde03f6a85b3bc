package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.least;
import static io.mullion.expr.Expressions.when;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.TestMemory;
import io.mullion.routine.VectorSupport;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// Runs one huge expression until its loops are hot, and compares it with what it means. The main program of the child
/// JVM in [HugeExpressionTest].
enum HugeExpressions {
    SUM_OF_10_000_TERMS {
        @Override
        Expr expression() {
            Expr sum = A;
            for (int i = 1; i < 10_000; i++) {
                sum = sum.plus(A.times(i));
            }
            return sum;
        }

        @Override
        Long of(long a) {
            long sum = a;
            for (int i = 1; i < 10_000; i++) {
                sum += a * i;
            }
            return sum;
        }
    },
    OR_OF_5_000_COMPARISONS {
        @Override
        Expr expression() {
            Expr or = A.eq(-1);
            for (int i = 0; i < 5_000; i++) {
                or = or.or(A.eq(3 * i));
            }
            return when(or, 1).otherwise(0);
        }

        @Override
        Long of(long a) {
            return a % 3 == 0 && a < 15_000 ? 1L : 0L;
        }
    },
    CASE_OF_2_000_BRANCHES {
        @Override
        Expr expression() {
            Expr.Case cases = when(A.eq(0), 7);
            for (int i = 1; i < 2_000; i++) {
                cases = cases.when(A.eq(i), i * 3);
            }
            return cases.otherwise(-1);
        }

        @Override
        Long of(long a) {
            return a == 0 ? 7 : a < 2_000 ? a * 3 : -1;
        }
    },
    IN_OF_100_000 {
        @Override
        Expr expression() {
            List<Long> values =
                    IntStream.range(0, 100_000).mapToObj(i -> 2L * i).toList();
            return when(A.in(values), 1).otherwise(0);
        }

        @Override
        Long of(long a) {
            return a % 2 == 0 ? 1L : 0L;
        }
    },
    LEAST_OF_500 {
        @Override
        Expr expression() {
            return least(IntStream.range(0, 500)
                    .mapToObj(i -> A.times(i % 2 == 0 ? i : -i))
                    .toArray());
        }

        @Override
        Long of(long a) {
            return Math.min(0, -499 * a);
        }
    },
    NULL_IF_NESTED_200_TIMES {
        @Override
        Expr expression() {
            Expr nested = A;
            for (int i = 0; i < 200; i++) {
                nested = nested.nullIf(i);
            }
            return nested;
        }

        @Override
        Long of(long a) {
            return a < 200 ? null : a;
        }
    };

    static final String KERNEL = "kernel method ";
    static final String SECONDS = "compiled in ";
    private static final Expr A = col("a");
    private static final Schema SCHEMA = Schema.of(Field.of("a", DataType.INT64));
    /// Vectors leave no row to the plain loop.
    private static final int ROWS = 2_560;
    private static final int CALLS = 80;

    /// Loops over vectors go round an eighth as often.
    private static final int VECTOR_CALLS = 8 * CALLS;

    abstract Expr expression();

    /// What it is for a row.
    abstract Long of(long a);

    public static void main(String[] arguments) {
        boolean vector = Boolean.parseBoolean(arguments[1]);
        valueOf(arguments[0])
                .run(
                        new KernelCompiler(new Target(vector ? VectorSupport.bits() : 0, false)),
                        vector ? VECTOR_CALLS : CALLS);
    }

    private void run(KernelCompiler compiler, int calls) {
        compiler.filter(SCHEMA, A.gt(1));
        long start = System.nanoTime();
        List<Expr> outputs = List.of(expression().as("r"));
        Compiled<ProjectKernel> compiled = compiler.project(SCHEMA, outputs);
        // As one piece of output, into which HotSpot does not write.
        System.out.println(String.format(
                "%n%s%.2f s, %s, %s", SECONDS, (System.nanoTime() - start) / 1e9, this, compiled.variant()));
        for (Method method : compiled.kernel().getClass().getDeclaredMethods()) {
            if (!method.getName().endsWith("Selected") && !method.getName().equals("toString")) {
                System.out.println(KERNEL + method.getName());
            }
        }
        try (TestMemory memory = new TestMemory()) {
            List<Object[]> rows = IntStream.range(0, ROWS)
                    .mapToObj(i -> new Object[] {(long) i})
                    .toList();
            TestColumns in = TestColumns.of(memory, SCHEMA, rows);
            TestColumns out = TestColumns.empty(memory, KernelCompiler.projectSchema(SCHEMA, outputs), ROWS, 0);
            Progress progress = new Progress();
            if (compiled.scratchBytes() > 0) {
                progress.scratch.use(memory.allocate(compiled.scratchBytes(), 64), compiled.scratchBytes());
            }
            for (int call = 0; call < calls; call++) {
                int written = compiled.kernel().project(in.addresses, 0, 0, ROWS, out.addresses, progress.start());
                if (written != ROWS) {
                    throw new AssertionError("rows written: " + written + ", " + progress.failure);
                }
            }
            for (int row = 0; row < ROWS; row++) {
                Object expected = of(row);
                if (!Objects.equals(expected, out.get(0, row))) {
                    throw new AssertionError("a=" + row + ": " + out.get(0, row) + ", not " + expected);
                }
            }
        }
    }
}
