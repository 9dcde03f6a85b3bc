package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.AggregateFunction;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccumulationTest {
    static final Schema SCHEMA = Schema.of(
            Field.of("a", DataType.INT64),
            Field.nullable("b", DataType.INT64),
            Field.of("x", DataType.FLOAT64),
            Field.nullable("y", DataType.FLOAT64),
            Field.nullable("t", DataType.UTF8));

    static final List<List<Expr>> GROUPINGS = List.of(
            List.of(count()),
            List.of(count("b").as("values")),
            List.of(count("t").as("texts"), count()),
            List.of(sum("a")),
            List.of(count(), sum("a"), min("a"), max("a")),
            List.of(count(), sum("b"), min("b"), max("b"), count("b")),
            List.of(sum("x"), min("x"), max("x"), min("y"), max("y"), sum("y"), count("t"), count("y")),
            List.of(sum(col("a").plus(col("b"))), min(col("x").times(2)), max("b"), sum("b"), sum("a"), min("y")),
            List.of(
                    max("a"),
                    min("y"),
                    sum("b"),
                    count("t"),
                    max(col("a").minus(1)),
                    min("b"),
                    max("b"),
                    sum("x"),
                    sum("a")));

    static Stream<Target> targets() {
        return Samples.targets();
    }

    /// What a grouping must give: group id to results, computed with lists and big integers. A row with an integer sum
    /// out of int64 is "overflow".
    private static Map<Integer, List<Object>> expected(List<Expr> aggregates, List<Object[]> rows, int[] groups) {
        Oracle oracle = new Oracle(SCHEMA);
        Map<Integer, List<Object[]>> byGroup = new TreeMap<>();
        for (int row = 0; row < rows.size(); row++) {
            byGroup.computeIfAbsent(groups[row], _ -> new ArrayList<>()).add(rows.get(row));
        }
        Map<Integer, List<Object>> results = new TreeMap<>();
        byGroup.forEach((group, members) -> {
            List<Object> values = new ArrayList<>();
            for (Expr output : aggregates) {
                Expr.Aggregate it = (Expr.Aggregate) (output instanceof Expr.Alias alias ? alias.input() : output);
                List<Object> inputs = new ArrayList<>();
                for (Object[] row : members) {
                    Object value = it.input() == null ? Boolean.TRUE : oracle.value(it.input(), row);
                    if (value != null) {
                        inputs.add(value);
                    }
                }
                values.add(aggregate(it.function(), inputs));
            }
            results.put(group, values.contains("overflow") ? List.of("overflow") : values);
        });
        return results;
    }

    private static Object aggregate(AggregateFunction function, List<Object> values) {
        if (function == AggregateFunction.COUNT) {
            return (long) values.size();
        }
        if (values.isEmpty()) {
            return null;
        }
        return switch (function) {
            case SUM -> {
                if (values.getFirst() instanceof Double) {
                    yield values.stream().mapToDouble(it -> (Double) it).sum();
                }
                BigInteger sum = values.stream()
                        .map(it -> BigInteger.valueOf((Long) it))
                        .reduce(BigInteger.ZERO, BigInteger::add);
                yield sum.bitLength() <= 63 ? (Object) sum.longValue() : "overflow";
            }
            case MIN -> zeroed(values.stream().min(Oracle::order).orElseThrow());
            case MAX -> zeroed(values.stream().max(Oracle::order).orElseThrow());
            default -> throw new IllegalArgumentException("no aggregate of these tests: " + function);
        };
    }

    private static Object zeroed(Object value) {
        return value instanceof Double number ? (Object) (number + 0.0) : value;
    }

    /// All of them, but for large inputs with all or no nulls: there a few will do.
    private static List<List<Expr>> groupings(int size, Samples.Nulls nulls) {
        return size < 100 || nulls == Samples.Nulls.SOME ? GROUPINGS : GROUPINGS.subList(5, 7);
    }

    /// Rows whose floating sums are exact in any order.
    static List<Object[]> rows(Samples samples, int count, Samples.Nulls nulls, boolean huge) {
        List<Object[]> rows = samples.rows(SCHEMA, count, nulls);
        for (Object[] row : rows) {
            row[2] = tame((Double) row[2]);
            row[3] = row[3] == null ? null : tame((Double) row[3]);
            if (!huge) {
                row[0] = (Long) row[0] >> 20;
                row[1] = row[1] == null ? null : (Long) row[1] >> 20;
            }
        }
        return rows;
    }

    private static double tame(double value) {
        return Math.abs(value) > 1000 ? 0.25 : Math.rint(value * 4) / 4;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void groupsGiveWhatListsGive(Target target) {
        Samples samples = new Samples(11);
        for (int size : Samples.SIZES) {
            for (Samples.Nulls nulls : Samples.Nulls.values()) {
                List<Object[]> rows = rows(samples, size, nulls, size < 100);
                int[] groups =
                        IntStream.generate(() -> samples.below(600)).limit(size).toArray();
                for (List<Expr> aggregates : groupings(size, nulls)) {
                    check(target, aggregates, rows, groups, null, 0);
                    check(target, aggregates, rows, groups, samples.selection(size), 1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void rowsWithoutGroupsBelongToGroupZero(Target target) {
        Samples samples = new Samples(12);
        for (int size : Samples.SIZES) {
            for (Samples.Nulls nulls : Samples.Nulls.values()) {
                List<Object[]> rows = rows(samples, size, nulls, size < 100);
                for (List<Expr> aggregates : groupings(size, nulls)) {
                    check(target, aggregates, rows, null, null, 0);
                    check(target, aggregates, rows, null, null, Math.min(size, 3));
                    check(target, aggregates, rows, null, samples.selection(size), 0);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void paneAfterPaneCombinesAndRetractsToTheSameRows(Target target) {
        Samples samples = new Samples(13);
        List<Expr> sums = List.of(count(), sum("a"), sum("b"), count("t"));
        List<Object[]> first = rows(samples, 300, Samples.Nulls.SOME, true);
        List<Object[]> second = rows(samples, 300, Samples.Nulls.SOME, true);
        int[] groups = IntStream.generate(() -> samples.below(300)).limit(300).toArray();
        for (List<Expr> aggregates : GROUPINGS) {
            combine(target, aggregates, first, second, groups, false);
        }
        combine(target, sums, first, second, groups, true);
    }

    static void combine(
            Target target,
            List<Expr> aggregates,
            List<Object[]> first,
            List<Object[]> second,
            int[] groups,
            boolean retract) {
        combine(
                new KernelCompiler(target).accumulation(SCHEMA, aggregates),
                aggregates,
                first,
                second,
                groups,
                retract);
    }

    static void combine(
            Accumulation accumulation,
            List<Expr> aggregates,
            List<Object[]> first,
            List<Object[]> second,
            int[] groups,
            boolean retract) {
        List<Object[]> both = new ArrayList<>(first);
        both.addAll(second);
        int[] bothGroups =
                IntStream.concat(Arrays.stream(groups), Arrays.stream(groups)).toArray();
        try (TestMemory memory = new TestMemory()) {
            TestState total = accumulated(memory, accumulation, first, groups, null, 0);
            TestState pane = accumulated(memory, accumulation, second, groups, null, 0);
            TestState joined = new TestState(memory, accumulation.layout(), 300);
            int oddRows = StateAddresses.ROWS_PER_PAGE - 1;
            long lastRow = (long) oddRows * accumulation.layout().rowBytes();
            int pages = 2;
            for (int page = 0; page < pages; page++) {
                CombineKernel kernel = accumulation.combine().kernel();
                int rowBytes = accumulation.layout().rowBytes();
                joined.takePage(page);
                kernel.combineInto(joined.pages()[page], total.pages()[page], pane.pages()[page], oddRows, rowBytes);
                kernel.combineInto(
                        joined.pages()[page] + lastRow,
                        total.pages()[page] + lastRow,
                        pane.pages()[page] + lastRow,
                        1,
                        rowBytes);
                kernel.combine(total.pages()[page], pane.pages()[page], oddRows);
                kernel.combine(total.pages()[page] + lastRow, pane.pages()[page] + lastRow, 1);
                kernel.combine(total.pages()[page], pane.pages()[page], 0);
            }
            assertEquals(expected(aggregates, both, bothGroups), results(memory, accumulation, total, 300, 100));
            assertEquals(expected(aggregates, both, bothGroups), results(memory, accumulation, joined, 300, 100));
            TestState scattered = accumulated(memory, accumulation, first, groups, null, 0);
            Map<Integer, List<Object>> before = results(memory, accumulation, scattered, 300, 100);
            TestState kept =
                    scatter(memory, accumulation, accumulation.combine().kernel(), scattered, pane);
            assertEquals(expected(aggregates, both, bothGroups), results(memory, accumulation, scattered, 300, 100));
            assertEquals(before, results(memory, accumulation, kept, 300, 100));
            if (retract) {
                for (int page = 0; page < pages; page++) {
                    accumulation
                            .retract()
                            .orElseThrow()
                            .kernel()
                            .combine(total.pages()[page], pane.pages()[page], StateAddresses.ROWS_PER_PAGE);
                }
                assertEquals(expected(aggregates, first, groups), results(memory, accumulation, total, 300, 7));
                CombineKernel kernel = accumulation.retract().orElseThrow().kernel();
                scatter(memory, accumulation, kernel, scattered, pane);
                assertEquals(expected(aggregates, first, groups), results(memory, accumulation, scattered, 300, 7));
            }
        }
    }

    /// Merges the rows of `source` into those of `target` from the last group to the first: page by page without, then
    /// the first one with what the groups had.
    ///
    /// @return what they had, by group
    private static TestState scatter(
            TestMemory memory, Accumulation accumulation, CombineKernel kernel, TestState target, TestState source) {
        int rowBytes = accumulation.layout().rowBytes();
        int rows = StateAddresses.ROWS_PER_PAGE;
        TestState kept = new TestState(memory, accumulation.layout(), 2 * rows);
        long turned = memory.allocate((long) rows * rowBytes, 64);
        long keptTurned = memory.allocate((long) rows * rowBytes, 64);
        long groups = memory.allocate(4L * rows, 64);
        for (int page = 0; page < 2; page++) {
            kept.takePage(page);
            RawMemory.copy(target.pages()[page], kept.pages()[page], (long) rows * rowBytes);
            for (int row = 0; row < rows; row++) {
                RawMemory.putInt(groups + 4L * row, page * rows + rows - 1 - row);
                long from = source.pages()[page] + (long) rowBytes * (rows - 1 - row);
                RawMemory.copy(from, turned + (long) rowBytes * row, rowBytes);
            }
            if (page == 0) {
                kernel.combineScattered(target, groups, turned, rows, keptTurned, rowBytes);
                for (int row = 0; row < rows; row++) {
                    long to = kept.pages()[page] + (long) rowBytes * (rows - 1 - row);
                    RawMemory.copy(keptTurned + (long) rowBytes * row, to, rowBytes);
                }
            } else {
                kernel.combineScattered(target, groups, turned, rows, 0, rowBytes);
            }
        }
        return kept;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aSumMayLeaveInt64AndComeBack(Target target) {
        List<Expr> aggregates = List.of(sum("a").as("sum"));
        Accumulation accumulation = new KernelCompiler(target).accumulation(SCHEMA, aggregates);
        try (TestMemory memory = new TestMemory()) {
            long[] out = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
            long[] back = {Long.MIN_VALUE, Long.MIN_VALUE};
            TestState state = accumulated(memory, accumulation, integers(out), new int[3], null, 0);
            assertEquals(Map.of(0, List.of("overflow")), results(memory, accumulation, state, 1, 10));
            TestState other = accumulated(memory, accumulation, integers(back), new int[2], null, 0);
            accumulation.combine().kernel().combine(state.pages()[0], other.pages()[0], 1);
            assertEquals(Map.of(0, List.of(Long.MAX_VALUE - 2)), results(memory, accumulation, state, 1, 10));
            accumulation.retract().orElseThrow().kernel().combine(state.pages()[0], other.pages()[0], 1);
            assertEquals(Map.of(0, List.of("overflow")), results(memory, accumulation, state, 1, 10));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void onlyCountsAndIntegerSumsAreRetractable(Target target) {
        KernelCompiler compiler = new KernelCompiler(target);
        assertTrue(compiler.accumulation(SCHEMA, List.of(count(), sum("b")))
                .retract()
                .isPresent());
        assertFalse(compiler.accumulation(SCHEMA, List.of(min("a"))).retract().isPresent());
        assertFalse(compiler.accumulation(SCHEMA, List.of(sum("x"))).retract().isPresent());
    }

    private static List<Object[]> integers(long... values) {
        return Arrays.stream(values)
                .mapToObj(it -> new Object[] {it, null, 0.0, null, null})
                .toList();
    }

    private static void check(
            Target target, List<Expr> aggregates, List<Object[]> rows, int[] groups, int[] selection, int from) {
        check(target, null, aggregates, rows, groups, selection, from);
    }

    /// @param predicate of the kernel, or null
    static void check(
            Target target,
            Expr predicate,
            List<Expr> aggregates,
            List<Object[]> rows,
            int[] groups,
            int[] selection,
            int from) {
        Accumulation accumulation = new KernelCompiler(target).accumulation(SCHEMA, predicate, aggregates);
        Oracle oracle = new Oracle(SCHEMA);
        try (TestMemory memory = new TestMemory()) {
            TestState state = accumulated(memory, accumulation, rows, groups, selection, from);
            List<Object[]> used = new ArrayList<>();
            List<Integer> usedGroups = new ArrayList<>();
            int to = selection == null ? rows.size() : selection.length;
            for (int position = from; position < to; position++) {
                int row = selection == null ? position : selection[position];
                if (predicate == null || oracle.passes(predicate, rows.get(row))) {
                    used.add(rows.get(row));
                    usedGroups.add(groups == null ? 0 : groups[row]);
                }
            }
            int[] groupsOfUsed = usedGroups.stream().mapToInt(Integer::intValue).toArray();
            assertEquals(
                    expected(aggregates, used, groupsOfUsed),
                    results(memory, accumulation, state, 600, 50),
                    () -> target + ", rows=" + rows.size() + ", from=" + from + ", selection=" + (selection != null)
                            + ", groups=" + (groups != null) + "\n"
                            + accumulation.accumulate().listing());
        }
    }

    /// Folds all rows into group 0, and as many in each call as are said.
    static void checkInCalls(
            Target target, Expr predicate, List<Expr> aggregates, List<Object[]> rows, int rowsOfCall) {
        Accumulation accumulation = new KernelCompiler(target).accumulation(SCHEMA, predicate, aggregates);
        try (TestMemory memory = new TestMemory()) {
            TestState state = new TestState(memory, accumulation.layout(), 1);
            accumulateInCalls(memory, accumulation, rows, rowsOfCall, state);
            assertEquals(
                    expectedOfOneGroup(predicate, aggregates, rows),
                    results(memory, accumulation, state, 1, 1),
                    () -> target + ", rows=" + rows.size() + ", rows of a call=" + rowsOfCall + ", " + predicate + "\n"
                            + accumulation.accumulate().listing());
        }
    }

    static void accumulateInCalls(
            TestMemory memory, Accumulation accumulation, List<Object[]> rows, int rowsOfCall, TestState state) {
        TestColumns in = TestColumns.of(memory, SCHEMA, rows);
        AccumulateKernel kernel = accumulation.accumulate().kernel();
        for (int from = 0; from < rows.size(); from += rowsOfCall) {
            kernel.accumulate(in.addresses, 0, from, Math.min(from + rowsOfCall, rows.size()), 0, state);
        }
    }

    static Map<Integer, List<Object>> expectedOfOneGroup(Expr predicate, List<Expr> aggregates, List<Object[]> rows) {
        Oracle oracle = new Oracle(SCHEMA);
        List<Object[]> passing =
                rows.stream().filter(row -> oracle.passes(predicate, row)).toList();
        return expected(aggregates, passing, new int[passing.size()]);
    }

    private static TestState accumulated(
            TestMemory memory,
            Accumulation accumulation,
            List<Object[]> rows,
            int[] groups,
            int[] selection,
            int from) {
        TestState state = new TestState(memory, accumulation.layout(), 600);
        TestColumns in = TestColumns.of(memory, SCHEMA, rows);
        accumulation
                .accumulate()
                .kernel()
                .accumulate(
                        in.addresses,
                        ints(memory, selection),
                        from,
                        selection == null ? rows.size() : selection.length,
                        ints(memory, groups),
                        state);
        return state;
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

    static Map<Integer, List<Object>> results(
            TestMemory memory, Accumulation accumulation, TestState state, int groups, int rowLimit) {
        TestColumns out = TestColumns.empty(memory, accumulation.results(), rowLimit, 0);
        long ids = ints(memory, new int[rowLimit]);
        Map<Integer, List<Object>> results = new TreeMap<>();
        Progress progress = new Progress();
        for (int page = 0; page < state.pages().length; page++) {
            if (state.pages()[page] == 0) {
                continue;
            }
            int first = page * StateAddresses.ROWS_PER_PAGE;
            int to = Math.min(StateAddresses.ROWS_PER_PAGE, groups - first);
            int from = 0;
            do {
                progress.outRows = 0;
                int count = accumulation
                        .result()
                        .kernel()
                        .result(state.pages()[page], from, to, first, ids, out.addresses, progress);
                List<List<Object>> rows = out.rows(count);
                for (int row = 0; row < count; row++) {
                    results.put(RawMemory.getInt(ids + 4L * row), rows.get(row));
                }
                from = progress.next;
                if (progress.status == Progress.Status.ROW_FAILED) {
                    assertEquals(Failure.SUM_OVERFLOW, progress.failure);
                    results.put(first + from++, List.of("overflow"));
                }
            } while (progress.status != Progress.Status.DONE);
        }
        return results;
    }
}
