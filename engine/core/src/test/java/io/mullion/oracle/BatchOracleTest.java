package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.BatchedStream;
import io.mullion.Collected;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.KeyedBatchedStream;
import io.mullion.Pipeline;
import io.mullion.StatefulBatchedStream;
import io.mullion.TestEngine;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.KeepKeys;
import io.mullion.spec.StateSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The operations of micro-batches against lists: random batches, empty ones among them, windows of several lengths,
/// keys that come and go.
@Tag("oracle")
class BatchOracleTest {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    record Pair(String k, long v) {}

    record Sum(long sum, long touched, String trace) {}

    record Total(long total) {}

    record Said(long said, String why) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private final Pipeline pipeline = Pipeline.create();
    private final Map<String, Emitted> emitted = new TreeMap<>();
    private final Map<String, List<List<String>>> expected = new TreeMap<>();
    private List<List<Pair>> batches;

    static Stream<Arguments> seeds() {
        // As many for each stream that OracleTest asks for, and so fewer where the suite is run again.
        return IntStream.range(0, Math.ceilDiv(60 * Integer.getInteger("mullion.seeds", 2000), 2000))
                .boxed()
                .flatMap(seed -> Stream.of(
                        Arguments.of(seed, 1, 1),
                        Arguments.of(seed, 2 + seed % 2, 1),
                        Arguments.of(seed, 3 - seed % 2, 3)));
    }

    /// Rows as text, batch by batch.
    private static final class Emitted implements Sink {
        final List<List<String>> batches = new ArrayList<>();
        private final boolean ordered;
        private List<String> batch = new ArrayList<>();

        Emitted(boolean ordered) {
            this.ordered = ordered;
        }

        /// Of a batch that was open when a job died a sink of the next one knows nothing.
        @Override
        public void open(Schema schema) {
            batch = new ArrayList<>();
        }

        @Override
        public void accept(BatchView rows) {
            for (int row = 0; row < rows.rowCount(); row++) {
                List<Object> cells = new ArrayList<>();
                for (int column = 0; column < rows.schema().size(); column++) {
                    cells.add(Collected.cell(rows, column, row));
                }
                batch.add(cells.toString());
            }
        }

        @Override
        public void endBatch(long timeNanos) {
            batches.add(ordered ? batch : sorted(batch));
            batch = new ArrayList<>();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyOperationIsWhatListsGive(int seed, int workers, int producers) throws InterruptedException {
        Random random = new Random(seed);
        batches = batches(random);
        Input<Pair> input = pipeline.input("pairs", Pair.class);
        BatchedStream stream = input.stream().batchInterval(INTERVAL);
        int size = 1 + random.nextInt(6);
        int slide = 1 + random.nextInt(4);
        ask(stream, size, slide);
        askUnion(stream);
        if (producers == 1) {
            askInOrder(stream);
        }
        run(input, random, workers, producers);
        assertAnswers("seed=" + seed + ", workers=" + workers + ", producers=" + producers + ", size=" + size
                + ", slide=" + slide);
    }

    private void assertAnswers(String run) {
        for (String question : expected.keySet()) {
            assertEquals(expected.get(question), emitted.get(question).batches, run + ": " + question);
        }
    }

    @ParameterizedTest
    @MethodSource("deadly")
    void deathsDoNotShow(int seed, int mostWorkers, int producers) throws InterruptedException {
        Random random = new Random(seed);
        batches = batches(random);
        Input<Pair> input = pipeline.input("pairs", Pair.class);
        BatchedStream stream = input.stream().batchInterval(INTERVAL);
        int size = 1 + random.nextInt(6);
        int slide = 1 + random.nextInt(4);
        ask(stream, size, slide);
        askUnion(stream);
        if (producers == 1) {
            askInOrder(stream);
        }
        int deaths = runWithDeaths(input, random, mostWorkers, producers);
        assertTrue(deaths > 0);
        assertAnswers("seed=" + seed + ", deaths=" + deaths + ", workers up to " + mostWorkers + ", producers="
                + producers + ", size=" + size + ", slide=" + slide);
    }

    static Stream<Arguments> deadly() {
        // Each dies some 15 times.
        return IntStream.range(100, 100 + Integer.getInteger("mullion.schedule.seeds", 6) * 2)
                .boxed()
                .flatMap(seed ->
                        Stream.of(Arguments.of(seed, 1, 1), Arguments.of(seed, 3, 1), Arguments.of(seed, 3, 3)));
    }

    private void ask(BatchedStream stream, int size, int slide) {
        Duration window = Duration.ofSeconds(size);
        Duration every = Duration.ofSeconds(slide);
        KeyedBatchedStream keyed = stream.keyBy("k");
        asked("count", stream.count(), 1, 1, rows -> List.of("[" + rows.size() + "]"));
        asked("reduce", stream.reduce(sum("v").as("v"), max("v").as("most")), 1, 1, BatchOracleTest::reduced);
        asked("byKey", keyed.reduceByKey(sum("v").as("v"), min("v").as("least")), 1, 1, BatchOracleTest::byKey);
        asked("byValue", stream.countByValue(), 1, 1, BatchOracleTest::byValue);
        asked(
                "distinct",
                stream.distinct(),
                1,
                1,
                rows -> texts(rows.stream().distinct().toList()));
        inOrder(
                "sorted",
                stream.sort("v", "k"),
                rows -> texts(rows.stream()
                        .sorted(Comparator.comparingLong(Pair::v).thenComparing(Pair::k))
                        .toList()));
        asked("window", stream.window(window, every), size, slide, BatchOracleTest::texts);
        asked(
                "windowCount",
                stream.window(window, every).count(),
                size,
                slide,
                rows -> List.of("[" + rows.size() + "]"));
        asked(
                "reduceByWindow",
                stream.reduceByWindow(window, every, sum("v").as("v"), max("v").as("most")),
                size,
                slide,
                BatchOracleTest::reduced);
        asked(
                "byKeyAndWindow",
                keyed.reduceByKeyAndWindow(window, every, sum("v").as("v"), min("v").as("least")),
                size,
                slide,
                BatchOracleTest::byKey);
        asked("byValueAndWindow", stream.countByValueAndWindow(window, every), size, slide, BatchOracleTest::byValue);
        kept("countByWindow", stream.countByWindow(window, every), size, slide, _ -> true, false);
        kept(
                "reduceByWindowInverse",
                stream.reduceByWindow(window, every, KeepKeys.forever(), count().as("n"), sum("v").as("v"))
                        .select(col("n")),
                size,
                slide,
                _ -> true,
                false);
        kept(
                "byKeyAndWindowInverse",
                keyed.reduceByKeyAndWindow(window, every, KeepKeys.forever(), sum("v").as("v")),
                size,
                slide,
                _ -> true,
                true);
        kept(
                "byKeyAndWindowFiltered",
                keyed.reduceByKeyAndWindow(window, every, KeepKeys.where(col("v").ne(0)), sum("v").as("v")),
                size,
                slide,
                v -> v != 0,
                true);
        kept(
                "byKeyAndWindowSmall",
                keyed.reduceByKeyAndWindow(window, every, KeepKeys.where(col("v").lt(20)), sum("v").as("v")),
                size,
                slide,
                v -> v < 20,
                true);
        // A window over results: pairs of slides of it.
        asked(
                "chained",
                keyed.reduceByKeyAndWindow(window, every, count().as("n"))
                        .window(every.multipliedBy(2))
                        .keyBy("k")
                        .reduceByKey(sum("n").as("n")),
                slide,
                rowsOf -> chained(rowsOf, size, slide));
        asked(
                "constant",
                stream.select(lit(1).as("one")).limit(1),
                1,
                1,
                rows -> rows.isEmpty() ? List.of() : List.of("[1]"));
    }

    private void askUnion(BatchedStream stream) {
        asked("union", stream.union(stream.filter(col("v").gt(3))), 1, 1, rows -> {
            List<Pair> both = new ArrayList<>(rows);
            rows.stream().filter(row -> row.v > 3).forEach(both::add);
            return texts(both);
        });
    }

    /// Each key has the sum of its rows, until that is a multiple of 7 or there have been no rows for three batches.
    private void askUpdated(BatchedStream stream) {
        Map<String, Sum> sums = new TreeMap<>();
        asked(
                "updated",
                stream.keyBy("k").updateState(Pair.class, StateSpec.of(Sum.class), BatchOracleTest::updated),
                1,
                end -> {
                    Map<String, List<Pair>> byKey = rows(end, 1).stream().collect(Collectors.groupingBy(Pair::k));
                    byKey.keySet().forEach(key -> sums.putIfAbsent(key, null));
                    sums.replaceAll((key, sum) -> updated(byKey.getOrDefault(key, List.of()), sum, end * 1_000_000L));
                    sums.values().removeIf(Objects::isNull);
                    return sums.entrySet().stream()
                            .map(it -> "[" + it.getKey() + ", "
                                    + it.getValue().sum() + ", "
                                    + it.getValue().touched() + ", "
                                    + it.getValue().trace() + "]")
                            .toList();
                });
    }

    private static Sum updated(Iterable<Pair> rows, Sum old, long time) {
        long sum = old == null ? 0 : old.sum();
        StringBuilder trace = new StringBuilder();
        for (Pair row : rows) {
            sum += row.v;
            trace.append(row.v).append(' ');
        }
        long touched = trace.isEmpty() && old != null ? old.touched() : time;
        boolean gone = sum % 7 == 0 || time - touched > 3_000_000;
        return gone ? null : new Sum(sum, touched, trace.isEmpty() ? null : trace.toString());
    }

    /// The same with a time-out, and what is left of it after each batch.
    private void askMapped(BatchedStream stream) {
        StatefulBatchedStream mapped = stream.keyBy("k")
                .mapWithState(
                        Pair.class,
                        StateSpec.of(Total.class).withTimeOut(INTERVAL.multipliedBy(2)),
                        Said.class,
                        (row, state, out) -> {
                            long total = state.exists() ? state.get().total() : 0;
                            if (state.isTimingOut()) {
                                out.accept(new Said(total, "idle"));
                            } else {
                                state.update(new Total(total + row.v));
                                out.accept(new Said(total + row.v, null));
                            }
                        });
        Map<String, Long> totals = new TreeMap<>();
        Map<String, Integer> touched = new TreeMap<>();
        List<List<String>> states = new ArrayList<>();
        asked("mapped", mapped, 1, end -> {
            List<String> said = new ArrayList<>();
            for (Pair row : rows(end, 1)) {
                touched.put(row.k, end);
                said.add("[" + row.k + ", " + totals.merge(row.k, row.v, Long::sum) + ", null]");
            }
            for (String key : List.copyOf(totals.keySet())) {
                if (end - touched.get(key) > 2) {
                    said.add("[" + key + ", " + totals.remove(key) + ", idle]");
                }
            }
            states.add(totals.entrySet().stream()
                    .map(it -> "[" + it.getKey() + ", " + it.getValue() + "]")
                    .toList());
            return said;
        });
        asked("states", mapped.stateSnapshots(), 1, end -> states.get(end - 1));
    }

    /// What depends on the order of rows: that of one producer.
    private void askInOrder(BatchedStream stream) {
        askUpdated(stream);
        askMapped(stream);
        asked("transformed", stream.transform(stream.schema(), (rows, _) -> rows), 1, 1, BatchOracleTest::texts);
        inOrder(
                "limited",
                stream.filter(col("v").gt(2)).limit(70),
                rows -> texts(rows.stream().filter(row -> row.v > 2).limit(70).toList()));
        inOrder("grouped", stream.keyBy("k").groupByKey().sort("k"), BatchOracleTest::grouped);
    }

    private void asked(
            String name, BatchedStream stream, int size, int slide, Function<List<Pair>, List<String>> answer) {
        asked(name, stream, slide, end -> answer.apply(rows(end, size)));
    }

    /// @param answer by the number of the last batch
    private void asked(String name, BatchedStream stream, int slide, Function<Integer, List<String>> answer) {
        Emitted sink = new Emitted(false);
        stream.to(sink);
        emitted.put(name, sink);
        List<List<String>> all = new ArrayList<>();
        for (int end = slide; end <= batches.size(); end += slide) {
            all.add(sorted(answer.apply(end)));
        }
        expected.put(name, all);
    }

    private void inOrder(String name, BatchedStream stream, Function<List<Pair>, List<String>> answer) {
        Emitted sink = new Emitted(true);
        stream.to(sink);
        emitted.put(name, sink);
        expected.put(name, batches.stream().map(answer).toList());
    }

    /// Keys have results from their first rows on, until one does not pass.
    private void kept(String name, BatchedStream stream, int size, int slide, Predicate<Long> filter, boolean byKey) {
        List<String> known = new ArrayList<>();
        asked(name, stream, slide, end -> {
            Map<String, Long> totals = new TreeMap<>();
            for (Pair row : rows(end, size)) {
                totals.merge(byKey ? row.k : "", byKey ? row.v : 1, Long::sum);
            }
            known.forEach(key -> totals.putIfAbsent(key, 0L));
            totals.values().removeIf(filter.negate());
            known.clear();
            known.addAll(totals.keySet());
            return totals.entrySet().stream()
                    .map(it -> byKey ? "[" + it.getKey() + ", " + it.getValue() + "]" : "[" + it.getValue() + "]")
                    .toList();
        });
    }

    private List<Pair> rows(int end, int size) {
        return batches.subList(Math.max(0, end - size), end).stream()
                .flatMap(List::stream)
                .toList();
    }

    private List<String> chained(int end, int size, int slide) {
        Map<String, Long> counts = new TreeMap<>();
        for (int each = Math.max(slide, end - slide); each <= end; each += slide) {
            rows(each, size).forEach(row -> counts.merge(row.k, 1L, Long::sum));
        }
        return counts.entrySet().stream()
                .map(it -> "[" + it.getKey() + ", " + it.getValue() + "]")
                .toList();
    }

    private static List<String> reduced(List<Pair> rows) {
        return rows.isEmpty()
                ? List.of()
                : List.of("[" + rows.stream().mapToLong(Pair::v).sum() + ", "
                        + rows.stream().mapToLong(Pair::v).max().orElseThrow() + "]");
    }

    private static List<String> byKey(List<Pair> rows) {
        return rows.stream().collect(Collectors.groupingBy(Pair::k)).entrySet().stream()
                .map(it -> "[" + it.getKey() + ", "
                        + it.getValue().stream().mapToLong(Pair::v).sum()
                        + ", " + it.getValue().stream().mapToLong(Pair::v).min().orElseThrow() + "]")
                .toList();
    }

    private static List<String> byValue(List<Pair> rows) {
        return rows.stream().collect(Collectors.groupingBy(row -> row, Collectors.counting())).entrySet().stream()
                .map(it -> "[" + it.getKey().k + ", " + it.getKey().v + ", " + it.getValue() + "]")
                .toList();
    }

    private static List<String> grouped(List<Pair> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(Pair::k, TreeMap::new, Collectors.mapping(Pair::v, Collectors.toList())))
                .entrySet()
                .stream()
                .map(it -> "[" + it.getKey() + ", " + it.getValue() + "]")
                .toList();
    }

    private static List<String> texts(List<Pair> rows) {
        return rows.stream().map(row -> "[" + row.k + ", " + row.v + "]").toList();
    }

    private static List<String> sorted(List<String> rows) {
        List<String> sorted = new ArrayList<>(rows);
        Collections.sort(sorted);
        return sorted;
    }

    /// Few rows and many, few keys and many; keys that are gone for long come back.
    private static List<List<Pair>> batches(Random random) {
        int keys = random.nextBoolean() ? 3 : 200;
        int most = random.nextBoolean() ? 5 : 300;
        List<List<Pair>> batches = new ArrayList<>();
        for (int batch = 0; batch < 20; batch++) {
            Pair[] rows = new Pair[random.nextInt(3) == 0 ? 0 : random.nextInt(most)];
            int first = random.nextInt(3) * keys / 2;
            Arrays.setAll(rows, _ -> new Pair("key " + (first + random.nextInt(keys)), random.nextInt(12) - 2));
            batches.add(List.of(rows));
        }
        return batches;
    }

    /// Now and then the job dies, some rows and batches behind a checkpoint, and another one goes on from it, sooner or
    /// later.
    private int runWithDeaths(Input<Pair> input, Random random, int mostWorkers, int count)
            throws InterruptedException {
        TestEngine engine = engines.test();
        JobConfig config = JobConfig.defaults().withMostBatches(batches.size()).withCheckpoints(Checkpoints.to(folder));
        Job job = engine.run(pipeline, config.withWorkers(1 + random.nextInt(mostWorkers)));
        List<Producer<Pair>> producers = producers(job, input, count);
        // When the batches of the present job would have begun, had it had them all.
        Duration start = Duration.ZERO;
        int deaths = 0;
        for (int batch = 0; batch < batches.size(); batch++) {
            List<Pair> rows = batches.get(batch);
            for (int row = 0; row <= rows.size(); row++) {
                if (random.nextInt(Math.max(3, rows.size())) == 0) {
                    deaths++;
                    engine.runUntilIdle();
                    job.checkpoint();
                    Map<String, Integer> there = new TreeMap<>();
                    emitted.forEach((question, sink) -> there.put(question, sink.batches.size()));
                    Duration now = lose(engine, producers, batch, row, start, random);
                    job.stop();
                    job.await();
                    producers.forEach(Producer::close);
                    there.forEach((question, ended) -> {
                        List<List<String>> came = emitted.get(question).batches;
                        came.subList(ended, came.size()).clear();
                    });
                    now = now.plusMillis(random.nextInt(5_000));
                    engine.advanceTo(now);
                    job = engine.restore(pipeline, config.withWorkers(1 + random.nextInt(mostWorkers)));
                    producers = producers(job, input, count);
                    start = now.minus(INTERVAL.multipliedBy(batch));
                }
                if (row < rows.size()) {
                    offer(producers, rows.get(row), random);
                }
            }
            engine.advanceTo(start.plus(INTERVAL.multipliedBy(batch + 1)));
        }
        producers.forEach(Producer::close);
        job.await();
        assertEquals(0, job.counters().deadLetters());
        return deaths;
    }

    private static List<Producer<Pair>> producers(Job job, Input<Pair> input, int count) {
        return IntStream.range(0, count).mapToObj(_ -> job.producer(input)).toList();
    }

    private static void offer(List<Producer<Pair>> producers, Pair row, Random random) {
        Producer<Pair> producer = producers.get(random.nextInt(producers.size()));
        assertEquals(Offer.ACCEPTED, producer.offer(row));
    }

    /// What a job does between its last checkpoint and its death.
    ///
    /// @return the time of death
    private Duration lose(
            TestEngine engine, List<Producer<Pair>> producers, int batch, int row, Duration start, Random random) {
        Duration now = start.plus(INTERVAL.multipliedBy(batch));
        int from = row;
        for (int lost = batch; lost < batches.size() - 1; lost++) {
            for (Pair each : batches.get(lost).subList(from, batches.get(lost).size())) {
                if (random.nextInt(20) == 0) {
                    engine.runUntilIdle();
                    return now;
                }
                offer(producers, each, random);
            }
            from = 0;
            if (random.nextBoolean()) {
                break;
            }
            now = start.plus(INTERVAL.multipliedBy(lost + 1));
            engine.advanceTo(now);
        }
        return now;
    }

    private void run(Input<Pair> input, Random random, int workers, int count) throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(
                pipeline, JobConfig.defaults().withMostBatches(batches.size()).withWorkers(workers));
        List<Producer<Pair>> producers = producers(job, input, count);
        for (int batch = 0; batch < batches.size(); batch++) {
            for (Pair row : batches.get(batch)) {
                offer(producers, row, random);
                if (random.nextInt(10) == 0) {
                    engine.runUntilIdle();
                }
            }
            engine.advanceTo(Duration.ofSeconds(batch + 1));
        }
        producers.forEach(Producer::close);
        job.await();
        assertEquals(0, job.counters().deadLetters());
    }
}
