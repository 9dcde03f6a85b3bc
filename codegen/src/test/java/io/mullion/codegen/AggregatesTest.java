package io.mullion.codegen;

import static io.mullion.expr.Expressions.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.AggregateFunction;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every aggregate over every type against [NaiveAggregates], in all forms of a kernel.
class AggregatesTest {
    private static final Schema SCHEMA = Samples.WIDE;
    private static final int GROUPS = 300;
    private static final List<Integer> SIZES = List.of(0, 1, 7, 9, 64, 65, 300);

    static Stream<Target> targets() {
        return Samples.targets();
    }

    /// A type's aggregates, as many as it has, over a column without nulls and one with.
    private static List<Expr> aggregates(String type) {
        List<Expr> all = new ArrayList<>();
        for (int column : new int[] {1, 3}) {
            for (Expr.Aggregate it : aggregates(Samples.TYPES.get(type), col(type + column))) {
                all.add(it.as("a" + all.size()));
                all.add(it.filter(col("flag4")).as("a" + all.size()));
            }
        }
        return all;
    }

    /// Of each type those that have vectors, and the others.
    private static List<List<Expr>> groupings() {
        List<List<Expr>> groupings = new ArrayList<>();
        for (String type : Samples.TYPES.keySet()) {
            Map<Boolean, List<Expr>> compound = aggregates(type).stream()
                    .collect(Collectors.partitioningBy(
                            it -> AggregatePlan.of(SCHEMA, List.of(it)).layout().compound()));
            compound.values().stream().filter(it -> !it.isEmpty()).forEach(groupings::add);
        }
        return groupings;
    }

    private static List<Expr.Aggregate> aggregates(DataType type, Expr x) {
        List<Expr.Aggregate> all = new ArrayList<>(List.of(count(x), count()));
        if (type.integer() || type.floating()) {
            all.addAll(List.of(varianceSample(x), variancePopulation(x), stddevSample(x), stddevPopulation(x)));
        }
        if (type.numeric()) {
            all.addAll(List.of(sum(x), avg(x)));
        }
        if (type.integer()) {
            all.addAll(List.of(bitAnd(x), bitOr(x), bitXor(x)));
        }
        if (type instanceof DataType.Bool) {
            all.addAll(List.of(boolAnd(x), boolOr(x), countIf(x)));
        }
        if (type.fixedWidth()) {
            all.addAll(List.of(min(x), max(x)));
        }
        if (type.fixedWidth() && type.byteWidth() <= 8) {
            all.addAll(List.of(
                    minBy(x, col("long3")), maxBy(x, col("long1")), minBy(col("float4"), x), maxBy(col("flag1"), x)));
            all.addAll(List.of(timed(first(x)), timed(last(x))));
        }
        return all;
    }

    private static Expr.Aggregate timed(Expr.Aggregate it) {
        return it.with(it.input(), col("ms4"), it.where());
    }

    /// Floating sums are the same in any order, times are often equal.
    private static List<Object[]> rows(Samples samples, int count, Samples.Nulls nulls) {
        List<Object[]> rows = samples.rows(SCHEMA, count, nulls);
        for (Object[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                row[column] = switch (row[column]) {
                    case Double number -> (Object) tame(number);
                    case Float number -> (Object) (float) tame(number);
                    case null -> null;
                    default ->
                        SCHEMA.field(column).name().equals("ms4") ? (Object) (long) samples.below(5) : row[column];
                };
            }
        }
        return rows;
    }

    private static double tame(double value) {
        return Math.abs(value) <= 1000 ? Math.rint(value * 4) / 4 : 0.25;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everyAggregateOfEveryTypeIsWhatRowsGive(Target target) {
        Samples samples = new Samples(31);
        for (List<Expr> aggregates : groupings()) {
            Accumulation accumulation = new KernelCompiler(target).accumulation(SCHEMA, aggregates);
            for (int size : SIZES) {
                for (Samples.Nulls nulls : Samples.Nulls.values()) {
                    List<Object[]> rows = rows(samples, size, nulls);
                    int[] groups = IntStream.generate(() -> samples.below(GROUPS) / 4 * 4)
                            .limit(size)
                            .toArray();
                    int[] selection = samples.selection(size);
                    check(accumulation, aggregates, rows, groups, null);
                    check(accumulation, aggregates, rows, groups, selection);
                    check(accumulation, aggregates, rows, null, null);
                    check(accumulation, aggregates, rows, null, selection);
                }
            }
        }
    }

    private static void check(
            Accumulation accumulation, List<Expr> aggregates, List<Object[]> rows, int[] groups, int[] selection) {
        try (TestMemory memory = new TestMemory()) {
            List<Object[]> used = new ArrayList<>();
            List<Integer> groupsOfUsed = new ArrayList<>();
            for (int row : selection == null ? IntStream.range(0, rows.size()).toArray() : selection) {
                used.add(rows.get(row));
                groupsOfUsed.add(groups == null ? 0 : groups[row]);
            }
            TestState state = accumulated(memory, accumulation, rows, groups, selection);
            assertSame(
                    new NaiveAggregates(SCHEMA).of(aggregates, used, groupsOfUsed),
                    results(memory, accumulation, state),
                    accumulation);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void partsCombineToTheWholeAndComeOutAgain(Target target) {
        Samples samples = new Samples(32);
        groupings().forEach(all -> combineAndRetract(target, samples, all));
        for (String type : Samples.TYPES.keySet()) {
            List<Expr> all = aggregates(type);
            List<Expr> sums = all.stream()
                    .filter(it -> retractable((Expr.Aggregate) ((Expr.Alias) it).input(), Samples.TYPES.get(type)))
                    .toList();
            assertTrue(new KernelCompiler(target)
                    .accumulation(SCHEMA, sums)
                    .retract()
                    .isPresent());
            combineAndRetract(target, samples, sums);
        }
    }

    private static boolean retractable(Expr.Aggregate it, DataType type) {
        return it.function() == AggregateFunction.COUNT
                || (it.function() == AggregateFunction.SUM || it.function() == AggregateFunction.AVG)
                        && !type.floating();
    }

    private static void combineAndRetract(Target target, Samples samples, List<Expr> aggregates) {
        Accumulation accumulation = new KernelCompiler(target).accumulation(SCHEMA, aggregates);
        NaiveAggregates naive = new NaiveAggregates(SCHEMA);
        List<Object[]> first = rows(samples, 200, Samples.Nulls.SOME);
        List<Object[]> second = rows(samples, 200, Samples.Nulls.SOME);
        int[] groups =
                IntStream.generate(() -> samples.below(GROUPS) / 8).limit(200).toArray();
        List<Integer> groupsOfFirst = IntStream.of(groups).boxed().toList();
        List<Object[]> both = new ArrayList<>(first);
        both.addAll(second);
        List<Integer> groupsOfBoth = new ArrayList<>(groupsOfFirst);
        groupsOfBoth.addAll(groupsOfFirst);
        try (TestMemory memory = new TestMemory()) {
            TestState total = accumulated(memory, accumulation, first, groups, null);
            TestState pane = accumulated(memory, accumulation, second, groups, null);
            long empty = memory.allocate((long) accumulation.layout().rowBytes() * StateAddresses.ROWS_PER_PAGE, 64);
            accumulation.layout().fillIdentity(empty, StateAddresses.ROWS_PER_PAGE);
            CombineKernel combine = accumulation.combine().kernel();
            combine.combine(empty, total.pages()[0], StateAddresses.ROWS_PER_PAGE - 1);
            combine.combine(total.pages()[0], pane.pages()[0], StateAddresses.ROWS_PER_PAGE - 1);
            assertSame(naive.of(aggregates, both, groupsOfBoth), results(memory, accumulation, total), accumulation);
            accumulation.retract().ifPresent(retract -> {
                retract.kernel().combine(total.pages()[0], pane.pages()[0], StateAddresses.ROWS_PER_PAGE);
                assertSame(
                        naive.of(aggregates, first, groupsOfFirst), results(memory, accumulation, total), accumulation);
            });
            total.pages()[0] = empty;
            assertSame(naive.of(aggregates, first, groupsOfFirst), results(memory, accumulation, total), accumulation);
        }
    }

    /// More lanes than one loop updates, more columns than one method writes, and accumulators across their bounds.
    @ParameterizedTest
    @MethodSource("targets")
    void aGroupingMayHaveAllOfThem(Target target) {
        Samples samples = new Samples(33);
        List<Expr> all = new ArrayList<>();
        for (String type : Samples.TYPES.keySet()) {
            aggregates(type).forEach(it -> all.add(((Expr.Alias) it).input().as(type + ((Expr.Alias) it).name())));
        }
        combineAndRetract(target, samples, all);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aSumOfDecimalsMayLeaveThemAndComeBack(Target target) {
        Schema schema = Schema.of(Field.of("x", DataType.decimal(38, 2)));
        BigDecimal most = new BigDecimal("9".repeat(36) + ".99");
        List<Expr> aggregates = List.of(sum("x"), avg("x"), count());
        Accumulation accumulation = new KernelCompiler(target).accumulation(schema, aggregates);
        assertEquals(
                Schema.of(
                        Field.of("sum(x)", DataType.decimal(38, 2)),
                        Field.of("avg(x)", DataType.FLOAT64),
                        Field.of("count()", DataType.INT64)),
                accumulation.results());
        try (TestMemory memory = new TestMemory()) {
            TestState state = new TestState(memory, accumulation.layout(), 1);
            List<Object[]> up = List.of(new Object[] {most}, new Object[] {most}, new Object[] {most});
            List<Object[]> down = List.of(new Object[] {most.negate()}, new Object[] {most.negate()});
            fold(memory, accumulation, schema, up, state);
            assertEquals(Map.of(0, List.of("DECIMAL_SUM_OVERFLOW")), results(memory, accumulation, state));
            fold(memory, accumulation, schema, down, state);
            assertEquals(Map.of(0, List.of(most, most.doubleValue() / 5, 5L)), results(memory, accumulation, state));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aMeanIsThereWhereTheSumIsNot(Target target) {
        Schema schema = Schema.of(Field.of("x", DataType.INT64), Field.of("d", DataType.decimal(38, 0)));
        Accumulation accumulation = new KernelCompiler(target).accumulation(schema, List.of(avg("x"), avg("d")));
        try (TestMemory memory = new TestMemory()) {
            TestState state = new TestState(memory, accumulation.layout(), 1);
            BigDecimal most = new BigDecimal("-" + "9".repeat(38));
            List<Object[]> rows = new ArrayList<>();
            for (int row = 0; row < 9; row++) {
                rows.add(new Object[] {Long.MIN_VALUE, most});
            }
            fold(memory, accumulation, schema, rows, state);
            assertSame(
                    Map.of(0, List.of((double) Long.MIN_VALUE, -1e38)),
                    results(memory, accumulation, state),
                    accumulation);
        }
    }

    /// Where the sum of squares has lost everything: the values differ by less than the squares can tell.
    @ParameterizedTest
    @MethodSource("targets")
    void varianceIsStable(Target target) {
        Schema schema = Schema.of(Field.of("x", DataType.FLOAT64));
        Accumulation accumulation = new KernelCompiler(target).accumulation(schema, List.of(varianceSample(col("x"))));
        try (TestMemory memory = new TestMemory()) {
            TestState state = new TestState(memory, accumulation.layout(), 1);
            fold(memory, accumulation, schema, List.of(new Object[] {1e9 + 4}, new Object[] {1e9 + 7}), state);
            TestState other = new TestState(memory, accumulation.layout(), 1);
            fold(memory, accumulation, schema, List.of(new Object[] {1e9 + 13}, new Object[] {1e9 + 16}), other);
            accumulation.combine().kernel().combine(state.pages()[0], other.pages()[0], 1);
            assertEquals(Map.of(0, List.of(30.0)), results(memory, accumulation, state));
            fold(memory, accumulation, schema, List.<Object[]>of(new Object[] {Double.NaN}), state);
            assertEquals(Map.of(0, List.of(Double.NaN)), results(memory, accumulation, state));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nanIsTheGreatestByWhichToChooseAndValuesKeepTheirBits(Target target) {
        Schema schema = Schema.of(Field.of("x", DataType.FLOAT64), Field.of("by", DataType.FLOAT32));
        Accumulation accumulation = new KernelCompiler(target)
                .accumulation(schema, List.of(minBy(col("x"), col("by")), maxBy(col("x"), col("by"))));
        try (TestMemory memory = new TestMemory()) {
            TestState state = new TestState(memory, accumulation.layout(), 1);
            List<Object[]> rows = List.of(
                    new Object[] {1.0, Float.POSITIVE_INFINITY},
                    new Object[] {-0.0, 0.0f},
                    new Object[] {2.0, -0.0f},
                    new Object[] {Double.NaN, Float.NaN});
            fold(memory, accumulation, schema, rows, state);
            assertEquals(Map.of(0, List.of(-0.0, Double.NaN)), results(memory, accumulation, state));
        }
    }

    @Test
    void wrongInputsAreRefused() {
        assertEquals(
                "bitAnd needs an integer, not float64: bitAnd(double1) (double1 is float64)",
                refusal(bitAnd(col("double1"))));
        assertEquals("boolOr needs bool, not int32: boolOr(int1) (int1 is int32)", refusal(boolOr(col("int1"))));
        assertEquals("sum needs a number, not utf8: sum(text1) (text1 is utf8)", refusal(sum("text1")));
        assertEquals("avg needs a number, not date32: avg(day1) (day1 is date32)", refusal(avg("day1")));
        assertEquals(
                "varianceSample needs an integer or a floating-point number, not decimal(9, 2) (cast it to float64):"
                        + " varianceSample(money1) (money1 is decimal(9, 2))",
                refusal(varianceSample(col("money1"))));
        assertEquals(
                "min and max need a value of fixed width, not utf8: min(text1) (text1 is utf8)", refusal(min("text1")));
        assertEquals(
                "minBy needs values of 8 bytes at most, not utf8: minBy(text1, int1) (text1 is utf8, int1 is int32)",
                refusal(minBy(col("text1"), col("int1"))));
        assertEquals(
                "maxBy needs values of 8 bytes at most, not decimal(9, 2): maxBy(int1, money1)"
                        + " (int1 is int32, money1 is decimal(9, 2))",
                refusal(maxBy(col("int1"), col("money1"))));
        assertEquals(
                "filter needs bool, but int1 is int32: sum(long1) filter (where int1)"
                        + " (long1 is int64, int1 is int32)",
                refusal(sum("long1").filter(col("int1"))));
        assertEquals(
                "first needs event time (minBy and maxBy choose by a column): first(int1)",
                refusal(first(col("int1"))));
    }

    private static String refusal(Expr aggregate) {
        return assertThrows(ExpressionException.class, () -> KernelCompiler.aggregateSchema(SCHEMA, List.of(aggregate)))
                .getMessage();
    }

    @Test
    void onlySumsAndCountsAreRetractable() {
        KernelCompiler compiler = new KernelCompiler(new Target(0, false));
        for (Expr it : List.<Expr>of(
                varianceSample(col("long1")),
                minBy(col("int1"), col("int2")),
                max("money1"),
                bitXor(col("long1")),
                avg("double1"))) {
            assertFalse(compiler.accumulation(SCHEMA, List.of(it)).retract().isPresent(), it.toString());
        }
    }

    private static TestState accumulated(
            TestMemory memory, Accumulation accumulation, List<Object[]> rows, int[] groups, int[] selection) {
        TestState state = new TestState(memory, accumulation.layout(), GROUPS);
        accumulation
                .accumulate()
                .kernel()
                .accumulate(
                        TestColumns.of(memory, SCHEMA, rows).addresses,
                        ints(memory, selection),
                        0,
                        selection == null ? rows.size() : selection.length,
                        ints(memory, groups),
                        state);
        return state;
    }

    private static void fold(
            TestMemory memory, Accumulation accumulation, Schema schema, List<Object[]> rows, TestState state) {
        AccumulateKernel kernel = accumulation.accumulate().kernel();
        kernel.accumulate(TestColumns.of(memory, schema, rows).addresses, 0, 0, rows.size(), 0, state);
    }

    private static long ints(TestMemory memory, int[] values) {
        if (values == null) {
            return 0;
        }
        long address = memory.allocate(4L * values.length + 4, 8);
        for (int i = 0; i < values.length; i++) {
            RawMemory.putInt(address + 4L * i, values[i]);
        }
        return address;
    }

    /// By group id; the reason alone where a row failed.
    private static Map<Integer, List<Object>> results(TestMemory memory, Accumulation accumulation, TestState state) {
        int rowLimit = 50;
        TestColumns out = TestColumns.empty(memory, accumulation.results(), rowLimit, 0);
        long ids = ints(memory, new int[rowLimit]);
        Map<Integer, List<Object>> results = new TreeMap<>();
        Progress progress = new Progress();
        for (int page = 0; page < state.pages().length; page++) {
            int first = page * StateAddresses.ROWS_PER_PAGE;
            int from = 0;
            while (state.pages()[page] != 0 && from < StateAddresses.ROWS_PER_PAGE) {
                progress.outRows = 0;
                int to = StateAddresses.ROWS_PER_PAGE;
                ResultKernel kernel = accumulation.result().kernel();
                int count = kernel.result(state.pages()[page], from, to, first, ids, out.addresses, progress);
                List<List<Object>> rows = out.rows(count);
                for (int row = 0; row < count; row++) {
                    results.put(RawMemory.getInt(ids + 4L * row), rows.get(row));
                }
                from = progress.next;
                if (progress.status == Progress.Status.ROW_FAILED) {
                    results.put(first + from++, List.of(progress.failure.name()));
                }
            }
        }
        return results;
    }

    /// But for the last bits of floating-point numbers.
    private static void assertSame(
            Map<Integer, List<Object>> expected, Map<Integer, List<Object>> actual, Accumulation accumulation) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((group, values) -> {
            assertEquals(values.size(), actual.get(group).size());
            for (int i = 0; i < values.size(); i++) {
                Object value = actual.get(group).get(i);
                boolean near = values.get(i) instanceof Double a
                        && value instanceof Double b
                        && Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a));
                int column = i;
                if (!near) {
                    assertEquals(
                            values.get(i),
                            value,
                            () -> accumulation.results().field(column) + "\n"
                                    + accumulation.accumulate().listing());
                }
            }
        });
    }
}
