package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.nullOf;
import static io.mullion.expr.Expressions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import io.mullion.routine.VectorSupport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BinaryOperator;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `simd.table` says is so: at each width this CPU has, just the operators that are in it have a vector form, and
/// none of their vectors is an object.
class SimdTableTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CASES_PER_LOOP = 4;
    private static final int ROWS = 256;
    private static final int CALLS = 20;
    /// By then the loop waits for the JIT, to which the time is left.
    private static final int CALLS_UNTIL_COMPILED = 1200;
    private static final long COMPILER_NANOS = 5_000_000;
    private static final long PATIENCE_NANOS = 240_000_000_000L;

    private static final Map<String, DataType> TYPES = types();
    private static final Map<String, BinaryOperator<Expr>> OPERATORS = operators();

    /// An operator on operands of a type.
    private record Case(String operator, String type) {
        /// The second operand can be null.
        Schema schema() {
            return new Schema(List.of(Field.of("a", TYPES.get(type)), Field.nullable("b", TYPES.get(type))));
        }

        Typed typed() {
            return new TypeCheck(schema()).check(OPERATORS.get(operator).apply(col("a"), col("b")));
        }

        @Override
        public String toString() {
            return operator + " of " + type;
        }
    }

    private static Map<String, DataType> types() {
        Map<String, DataType> types = new LinkedHashMap<>();
        for (DataType type : List.of(
                DataType.BOOL,
                DataType.INT8,
                DataType.INT16,
                DataType.INT32,
                DataType.INT64,
                DataType.FLOAT32,
                DataType.FLOAT64,
                DataType.DATE32,
                DataType.UTF8,
                DataType.BINARY)) {
            types.put(type.toString(), type);
        }
        types.put("timestamp", DataType.timestamp(TimeUnit.MICROS));
        types.put("decimal", DataType.decimal(12, 2));
        return types;
    }

    private static Map<String, BinaryOperator<Expr>> operators() {
        Map<String, BinaryOperator<Expr>> operators = new LinkedHashMap<>();
        operators.put("column", (a, b) -> b);
        operators.put("isNull", (a, b) -> b.isNull());
        operators.put("null", (a, b) -> b.nullIf(b));
        operators.put("plus", Expr::plus);
        operators.put("minus", Expr::minus);
        operators.put("times", Expr::times);
        operators.put("dividedBy", Expr::dividedBy);
        operators.put("remainder", Expr::remainder);
        operators.put("dividedBy3", (a, b) -> b.dividedBy(3));
        operators.put("remainder3", (a, b) -> b.remainder(3));
        operators.put("negate", (a, b) -> b.negate());
        operators.put("abs", (a, b) -> b.abs());
        operators.put("sign", (a, b) -> Expressions.sign(b));
        operators.put("sqrt", (a, b) -> Expressions.sqrt(b));
        operators.put("floor", (a, b) -> Expressions.floor(b));
        operators.put("ceil", (a, b) -> Expressions.ceil(b));
        operators.put("round", (a, b) -> Expressions.round(b));
        operators.put("round2", (a, b) -> Expressions.round(b, 2));
        operators.put("roundTens", (a, b) -> Expressions.round(b, -1));
        operators.put("isNaN", (a, b) -> b.isNaN());
        operators.put("in", (a, b) -> b.in(3, 4));
        operators.put("eq", Expr::eq);
        operators.put("ne", Expr::ne);
        operators.put("lt", Expr::lt);
        operators.put("le", Expr::le);
        operators.put("gt", Expr::gt);
        operators.put("ge", Expr::ge);
        operators.put("between", (a, b) -> a.between(b, a));
        operators.put("gtConstant", (a, b) -> b.gt(3));
        operators.put("leConstant", (a, b) -> b.le(3));
        operators.put("and", Expr::and);
        operators.put("or", Expr::or);
        operators.put("not", (a, b) -> b.not());
        operators.put("when", (a, b) -> when(a.eq(b), a).otherwise(b));
        operators.put("coalesce", (a, b) -> Expressions.coalesce(b, a));
        operators.put("nullIf", (a, b) -> a.nullIf(b));
        operators.put("least", (a, b) -> Expressions.least(a, b));
        operators.put("greatest", (a, b) -> Expressions.greatest(b, a));
        operators.put("plusFloat64", (a, b) -> b.plus(nullOf(DataType.FLOAT64)));
        operators.put("plusInt64", (a, b) -> b.plus(nullOf(DataType.INT64)));
        operators.put("castFloat64", (a, b) -> b.cast(DataType.FLOAT64));
        operators.put("castFloat32", (a, b) -> b.cast(DataType.FLOAT32));
        operators.put("castInt64", (a, b) -> b.cast(DataType.INT64));
        operators.put("castInt32", (a, b) -> b.cast(DataType.INT32));
        operators.put("castInt16", (a, b) -> b.cast(DataType.INT16));
        operators.put("castInt8", (a, b) -> b.cast(DataType.INT8));
        operators.put("pow", (a, b) -> Expressions.pow(b, 3));
        operators.put("exp", (a, b) -> Expressions.exp(b));
        operators.put("ln", (a, b) -> Expressions.ln(b));
        operators.put("log10", (a, b) -> Expressions.log10(b));
        return operators;
    }

    /// The widths that the table gives to each case.
    private static Map<Case, String> table() throws IOException {
        Map<Case, String> table = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                SimdTableTest.class.getResourceAsStream("/simd.table"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#")) {
                    continue;
                }
                String[] cells = line.split("\\|", -1);
                assertEquals(4, cells.length, line);
                boolean plain = cells[2].isBlank() || cells[2].strip().equals("-");
                assertEquals(plain, !cells[3].isBlank(), "a reason is for what is not SIMD: " + line);
                for (String operator : cells[0].strip().split(" ")) {
                    for (String type : cells[1].strip().split(" ")) {
                        String before = table.put(new Case(operator, type), cells[2].strip());
                        assertEquals(null, before, "twice in the table: " + operator + " of " + type);
                    }
                }
            }
        }
        return table;
    }

    static IntStream widths() {
        return IntStream.of(128, 256, 512).filter(bits -> bits <= VectorSupport.bits());
    }

    @Test
    void theTableHasEveryOperatorWithEveryTypeThatItTakes() throws IOException {
        TreeSet<String> expected = new TreeSet<>();
        for (String operator : OPERATORS.keySet()) {
            for (String type : TYPES.keySet()) {
                if (typeChecks(new Case(operator, type))) {
                    expected.add(operator + " of " + type);
                }
            }
        }
        TreeSet<String> actual = new TreeSet<>();
        table().keySet().forEach(it -> actual.add(it.toString()));

        TreeSet<String> missing = new TreeSet<>(expected);
        missing.removeAll(actual);
        actual.removeAll(expected);
        assertEquals(
                List.of(List.of(), List.of()),
                List.of(List.copyOf(missing), List.copyOf(actual)),
                "missing, and too many");
    }

    private static boolean typeChecks(Case it) {
        try {
            it.typed();
            return true;
        } catch (ExpressionException wrong) {
            assertNotEquals("", wrong.getMessage());
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("widths")
    void whatTheTableNamesAndNothingElseIsInVectors(int bits) throws IOException {
        table().forEach((it, widths) -> {
            boolean expected = Arrays.asList(widths.split(" ")).contains(Integer.toString(bits));
            String refusal = VectorCode.form(it.typed());
            assertEquals(expected, refusal == null, () -> it + " at " + bits + " bits: " + refusal);
        });
    }

    /// Long, because it waits for the JIT, which now and then leaves a loop for minutes.
    @Tag("long")
    @ParameterizedTest
    @MethodSource("widths")
    void noVectorIsAnObject(int bits) throws IOException {
        Assumptions.assumeFalse(RawMemory.CHECKED, "looking up live memory allocates");
        List<Case> cases = table().entrySet().stream()
                .filter(it -> it.getValue().contains(Integer.toString(bits)))
                .map(Map.Entry::getKey)
                .toList();
        List<Field> fields = new ArrayList<>();
        TYPES.forEach((name, type) -> {
            fields.add(Field.of("a" + name, type));
            fields.add(Field.nullable("b" + name, type));
        });
        Schema in = new Schema(fields);
        TypeCheck check = new TypeCheck(in);
        List<Typed> expressions = cases.stream()
                .map(it -> check.check(OPERATORS.get(it.operator()).apply(col("a" + it.type()), col("b" + it.type()))))
                .toList();
        Schema out = new Schema(IntStream.range(0, expressions.size())
                .mapToObj(i -> new Field(
                        "r" + i, expressions.get(i).type(), expressions.get(i).nullable()))
                .toList());
        try (TestMemory memory = new TestMemory()) {
            TestColumns columns = TestColumns.of(memory, in, new Samples(bits).rows(in, ROWS, Samples.Nulls.SOME));
            TestColumns results = TestColumns.empty(memory, out, ROWS, 0);
            Compiled<ProjectKernel> compiled =
                    LaneProjection.of(new Target(bits, false), in, out, expressions, true, CASES_PER_LOOP);
            ProjectKernel kernel = compiled.kernel();
            Progress progress = new Progress();
            progress.scratch.use(memory.allocate(compiled.scratchBytes(), 64), compiled.scratchBytes());
            List<Case> allocating = allocating(
                    cases, loop -> kernel.project(columns.addresses, loop + 1, 0, ROWS, results.addresses, progress));
            assertTrue(allocating.isEmpty(), () -> "these make objects of vectors at " + bits + " bits: " + allocating);
        }
    }

    /// The cases of the loops that still allocate after patience has run out. Until the JIT has compiled a loop for
    /// good, its vectors are objects.
    private static List<Case> allocating(List<Case> cases, IntConsumer kernel) {
        List<Case> allocating = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (int loop = 0; loop * CASES_PER_LOOP < cases.size(); loop++) {
            int calls = 0;
            boolean quiet = allocatesNothing(loop, kernel);
            while (!quiet && System.nanoTime() < deadline) {
                calls += CALLS;
                if (calls > CALLS_UNTIL_COMPILED) {
                    LockSupport.parkNanos(COMPILER_NANOS);
                }
                quiet = allocatesNothing(loop, kernel);
            }
            if (!quiet) {
                int first = loop * CASES_PER_LOOP;
                allocating.addAll(cases.subList(first, Math.min(first + CASES_PER_LOOP, cases.size())));
            }
        }
        return allocating;
    }

    private static boolean allocatesNothing(int loop, IntConsumer kernel) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int call = 0; call < CALLS; call++) {
            kernel.accept(loop);
        }
        return THREADS.getCurrentThreadAllocatedBytes() == before;
    }
}
