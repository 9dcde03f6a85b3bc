package io.mullion;

import static io.mullion.expr.Expressions.aggregate;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.reduceDouble;
import static io.mullion.expr.Expressions.reduceLong;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.AggregateInputs;
import io.mullion.expr.AggregateResult;
import io.mullion.expr.AggregateState;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ObjectAggregate;
import io.mullion.expr.StateAggregate;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Aggregates of the user's own, and reduction by lambdas, beside the engine's and against lists.
class UserAggregateTest {
    record Reading(@EventTime(TimeUnit.SECONDS) long time, String sensor, Long value, double weight) {}

    /// The mean of the first input weighted by the second, which takes rows out again.
    record WeightedMean(boolean retractable) implements StateAggregate {
        @Override
        public String name() {
            return "weightedMean";
        }

        @Override
        public DataType resultType(List<DataType> inputs) {
            return DataType.FLOAT64;
        }

        @Override
        public int stateWords() {
            return 3;
        }

        @Override
        public void accumulate(AggregateState state, AggregateInputs inputs) {
            add(state, 1, inputs.int64(0) * inputs.float64(1), inputs.float64(1));
        }

        @Override
        public void combine(AggregateState into, AggregateState from) {
            add(into, from.int64(0), from.float64(1), from.float64(2));
        }

        @Override
        public void retract(AggregateState from, AggregateState what) {
            add(from, -what.int64(0), -what.float64(1), -what.float64(2));
        }

        private static void add(AggregateState state, long count, double sum, double weight) {
            state.setInt64(0, state.int64(0) + count);
            state.setFloat64(1, state.float64(1) + sum);
            state.setFloat64(2, state.float64(2) + weight);
        }

        @Override
        public void result(AggregateState state, AggregateResult result) {
            if (state.int64(0) > 0) {
                result.float64(state.float64(1) / state.float64(2));
            }
        }
    }

    /// The different texts in order, as a list.
    record SortedTexts() implements ObjectAggregate<TreeSet<String>> {
        @Override
        public String name() {
            return "sortedTexts";
        }

        @Override
        public DataType resultType(List<DataType> inputs) {
            return DataType.listOf(inputs.getFirst());
        }

        @Override
        public TreeSet<String> create() {
            return new TreeSet<>();
        }

        @Override
        public void accumulate(TreeSet<String> state, AggregateInputs inputs) {
            state.add(inputs.utf8(0));
        }

        @Override
        public void combine(TreeSet<String> into, TreeSet<String> from) {
            into.addAll(from);
        }

        @Override
        public Object result(TreeSet<String> state) {
            return List.copyOf(state);
        }
    }

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private final Pipeline pipeline = Pipeline.create();
    private final Input<Reading> input =
            pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ofSeconds(3)));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void windowsAreWhatListsWouldBe(long seed) throws InterruptedException {
        Random random = new Random(seed);
        int slide = 1 + random.nextInt(6);
        int size = 1 + random.nextInt(30);
        boolean retractable = random.nextBoolean();
        List<Expr> aggregates = new ArrayList<>(List.of(
                aggregate(new WeightedMean(retractable), col("value"), col("weight"))
                        .as("mean"),
                reduceLong(col("value"), (a, b) -> a ^ b, (a, b) -> a ^ b).as("xor"),
                sum("value").as("sum"),
                aggregate(new SortedTexts(), col("sensor")).as("sensors"),
                reduceLong(col("value").times(2), Long::sum, (a, b) -> a - b)
                        .filter(col("value").gt(50))
                        .as("twice")));
        if (!retractable) {
            aggregates.add(reduceLong(col("value"), Math::max).as("max"));
            aggregates.add(reduceDouble(col("weight"), Math::min).as("min"));
            aggregates.add(max("value").as("greatest"));
        }
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            long time = i / 4 + (i % 50 == 0 ? 40 : 0) - random.nextInt(3) + i / 250 * 70;
            readings.add(new Reading(
                    time,
                    "s" + random.nextInt(4),
                    random.nextInt(5) == 0 ? null : (long) random.nextInt(100),
                    1 + random.nextInt(8) / 4.0));
        }
        input.stream()
                .keyBy("sensor")
                .window(Window.sliding(Duration.ofSeconds(size), Duration.ofSeconds(slide)))
                .aggregate(aggregates.toArray(Expr[]::new))
                .to(collected);
        String plan = run(readings);
        assertEquals(naive(readings, size, slide, !retractable), byWindow(), () -> "seed=" + seed);
        assertTrue(plan.contains("weightedMean(value, weight)"), plan);
        if (size > slide) {
            assertEquals(retractable, plan.contains("panes that leave are retracted"), plan);
        }
    }

    @Test
    void groupsThatAreGoneLeaveNothingBehind() throws InterruptedException {
        // An inverse that does not bring the state back to nothing.
        input.stream()
                .keyBy("sensor")
                .window(Window.sliding(Duration.ofSeconds(4), Duration.ofSeconds(2)))
                .aggregate(
                        reduceDouble(col("weight"), Double::sum, (a, b) -> a - b - 1e-9)
                                .as("sum"),
                        count().as("n"))
                .to(collected);
        run(List.of(reading(0, "a", 1, 0.1), reading(1, "a", 1, 0.2), reading(7, "b", 1, 5), reading(20, "a", 1, 0.5)));
        assertEquals(List.of(18L, 22L, "a", 0.5, 1L), collected.rows.get(collected.rows.size() - 2));
    }

    @Test
    void everyKindOfWindowTakesThem() throws InterruptedException {
        List<Window> windows = List.of(
                Window.tumbling(Duration.ofSeconds(100)),
                Window.session(Duration.ofSeconds(50)),
                Window.tumblingRows(10),
                Window.global(Duration.ofSeconds(1_000)));
        List<Collected> sinks = new ArrayList<>();
        for (Window window : windows) {
            Collected sink = new Collected();
            sinks.add(sink);
            input.stream()
                    .keyBy("sensor")
                    .window(window)
                    .aggregate(
                            aggregate(new WeightedMean(true), col("value"), col("weight"))
                                    .as("mean"),
                            aggregate(new SortedTexts(), col("sensor")).as("sensors"),
                            min("value").as("min"))
                    .to(sink);
        }
        Collected all = new Collected();
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(100)))
                .aggregate(
                        aggregate(new WeightedMean(true), col("value"), col("weight"))
                                .as("mean"),
                        aggregate(new SortedTexts(), col("sensor")).as("sensors"))
                .to(all);
        run(List.of(reading(1, "a", 10, 1), reading(2, "b", 7, 2), reading(3, "a", 40, 2), reading(4, "b", 1, 1)));
        for (int i = 0; i < windows.size(); i++) {
            List<List<Object>> rows = sinks.get(i).rows;
            int first = windows.get(i) instanceof Window.Global ? 0 : 2;
            assertEquals(
                    List.of(Arrays.asList("a", 30.0, List.of("a"), 10L), Arrays.asList("b", 5.0, List.of("b"), 1L)),
                    rows.stream()
                            .map(row -> row.subList(first, first + 4))
                            .sorted((a, b) -> a.getFirst()
                                    .toString()
                                    .compareTo(b.getFirst().toString()))
                            .toList(),
                    windows.get(i)::toString);
        }
        assertEquals(List.of("a", "b"), all.rows.getFirst().get(3));
        assertEquals((10 + 14 + 80 + 1) / 6.0, all.rows.getFirst().get(2));
    }

    @Test
    void whatTheirCodeThrowsFailsTheJobAndSaysWhere() {
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(reduceLong(col("value"), (a, b) -> a / (b - 2)).as("x"))
                .to(collected);
        MullionException failure = assertThrows(
                MullionException.class,
                () -> run(List.of(reading(1, "a", 1, 0), reading(1, "bad", 2, 0), reading(1, "a", 3, 0))));
        assertTrue(failure.getMessage().contains("reduceLong(value)"), failure::getMessage);
        assertTrue(
                failure.getMessage().contains("ArithmeticException: / by zero, row={time=1s, sensor=bad"),
                failure::getMessage);
    }

    @Test
    void whatCannotBeIsSaidBeforeTheFirstRow() {
        DataStream rows = input.stream();
        Window window = Window.tumbling(Duration.ofSeconds(10));
        assertMessage(
                "reduceLong needs an integer, not float64: reduceLong(weight)",
                () -> rows.window(window).aggregate(reduceLong(col("weight"), Long::sum)));
        assertMessage(
                "reduceDouble needs float64 or float32, not utf8",
                () -> rows.window(window).aggregate(reduceDouble(col("sensor"), Double::sum)));
        assertMessage(
                "1 to 512 words: aggregate=sized, stateWords=0",
                () -> rows.window(window).aggregate(aggregate(new Sized(0), col("value"))));
        assertMessage("stateWords=513", () -> rows.window(window).aggregate(aggregate(new Sized(513), col("value"))));
        assertEquals(
                "sized(value)",
                rows.window(window)
                        .aggregate(aggregate(new Sized(512), col("value")))
                        .schema()
                        .field(2)
                        .name());
    }

    record Sized(int stateWords) implements StateAggregate {
        @Override
        public String name() {
            return "sized";
        }

        @Override
        public DataType resultType(List<DataType> inputs) {
            return DataType.BOOL;
        }

        @Override
        public void accumulate(AggregateState state, AggregateInputs inputs) {
            state.setInt64(stateWords - 1, 1);
        }

        @Override
        public void combine(AggregateState into, AggregateState from) {
            into.setInt64(stateWords - 1, into.int64(stateWords - 1) | from.int64(stateWords - 1));
        }

        @Override
        public void result(AggregateState state, AggregateResult result) {
            result.bool(state.int64(stateWords - 1) != 0);
        }
    }

    private static void assertMessage(String part, Runnable call) {
        RuntimeException refusal = assertThrows(RuntimeException.class, call::run);
        assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
    }

    /// @return the plan
    private String run(List<Reading> readings) throws InterruptedException {
        try (TestEngine engine = engines.test()) {
            Job job = engine.run(pipeline);
            try (Producer<Reading> producer = job.producer(input)) {
                readings.forEach(producer::offer);
            }
            job.drain();
            job.await();
            return job.explain();
        }
    }

    private TreeMap<List<Object>, List<Object>> byWindow() {
        TreeMap<List<Object>, List<Object>> rows = new TreeMap<>(UserAggregateTest::compare);
        collected.rows.forEach(row -> rows.put(row.subList(0, 3), rounded(row.subList(3, row.size()))));
        return rows;
    }

    private static TreeMap<List<Object>, List<Object>> naive(
            List<Reading> readings, long size, long slide, boolean more) {
        TreeMap<List<Object>, List<Reading>> windows = new TreeMap<>(UserAggregateTest::compare);
        long watermark = Long.MIN_VALUE;
        for (Reading reading : readings) {
            for (long start = Math.floorDiv(reading.time(), slide) * slide;
                    start > reading.time() - size;
                    start -= slide) {
                if (start + size > watermark) {
                    windows.computeIfAbsent(List.of(start, start + size, reading.sensor()), _ -> new ArrayList<>())
                            .add(reading);
                }
            }
            watermark = Math.max(watermark, reading.time() - 3);
        }
        TreeMap<List<Object>, List<Object>> results = new TreeMap<>(UserAggregateTest::compare);
        windows.forEach((window, rows) -> results.put(window, rounded(answers(rows, more))));
        return results;
    }

    private static List<Object> answers(List<Reading> rows, boolean more) {
        List<Reading> counting =
                rows.stream().filter(row -> row.value() != null).toList();
        double weights = counting.stream().mapToDouble(Reading::weight).sum();
        List<Object> answers = new ArrayList<>(Arrays.asList(
                counting.isEmpty()
                        ? null
                        : counting.stream()
                                        .mapToDouble(row -> row.value() * row.weight())
                                        .sum()
                                / weights,
                reduced(counting, Reading::value, (a, b) -> a ^ b),
                reduced(counting, Reading::value, Long::sum),
                List.of(rows.getFirst().sensor()),
                reduced(
                        counting.stream().filter(row -> row.value() > 50).toList(),
                        row -> row.value() * 2,
                        Long::sum)));
        if (more) {
            answers.add(reduced(counting, Reading::value, Math::max));
            answers.add(rows.stream().mapToDouble(Reading::weight).min().orElseThrow());
            answers.add(reduced(counting, Reading::value, Math::max));
        }
        return answers;
    }

    private static Long reduced(List<Reading> rows, Function<Reading, Long> value, BinaryOperator<Long> function) {
        return rows.stream().map(value).reduce(function).orElse(null);
    }

    /// Sums of quarters are exact; their quotients differ in the last bits only if the sums do.
    private static List<Object> rounded(List<Object> cells) {
        return cells.stream()
                .map(cell -> cell instanceof Double number
                        ? (Object) (Math.round(number * 1e9) / 1e9)
                        : Objects.toString(cell))
                .toList();
    }

    private static int compare(List<Object> a, List<Object> b) {
        int byEnd = Long.compare((Long) a.get(1), (Long) b.get(1));
        return byEnd != 0 ? byEnd : ((String) a.get(2)).compareTo((String) b.get(2));
    }

    private static Reading reading(long time, String sensor, long value, double weight) {
        return new Reading(time, sensor, value, weight);
    }
}
