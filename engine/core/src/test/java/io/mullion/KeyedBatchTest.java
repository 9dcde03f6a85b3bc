package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.io.Producer;
import io.mullion.spec.StateSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Joins and functions with state over the keys of micro-batches, with one worker and with several.
@ParameterizedClass
@ValueSource(ints = {1, 2, 3})
class KeyedBatchTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    record Pair(String k, long v) {}

    @Parameter
    int workers;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Pair> pairs = pipeline.input("pairs", Pair.class);
    private final BatchedStream stream = pairs.stream().batchInterval(SECOND);
    private final BatchTexts results = new BatchTexts();

    private JobConfig config() {
        return JobConfig.defaults().withWorkers(workers);
    }

    record Price(String k, double price) {}

    /// Keys meet within a batch, each row with each; what met none comes out with its batch.
    @Test
    void rowsOfOneBatchAreJoined() throws InterruptedException {
        Input<Price> prices = pipeline.input("prices", Price.class);
        KeyedBatchedStream right = prices.stream().batchInterval(SECOND).keyBy("k");
        stream.keyBy("k").fullJoin(right).to(results);
        BatchTexts counts = new BatchTexts();
        stream.keyBy("k").join(right).count().to(counts);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Pair> left = job.producer(pairs);
                Producer<Price> feed = job.producer(prices)) {
            left.offer(new Pair("a", 1));
            left.offer(new Pair("a", 2));
            left.offer(new Pair(null, 3));
            feed.offer(new Price("a", 0.5));
            feed.offer(new Price("a", 1.5));
            feed.offer(new Price(null, 2.5));
            engine.advanceTo(SECOND);
            left.offer(new Pair("b", 4));
            engine.advanceTo(Duration.ofSeconds(2));
            feed.offer(new Price("b", 3.5));
            engine.advanceTo(Duration.ofSeconds(4));
        }
        results.batches.replaceAll(KeyedBatchTest::sorted);
        assertEquals(
                List.of(
                        "1000: [[a, 1, 0.5], [a, 1, 1.5], [a, 2, 0.5], [a, 2, 1.5], [null, 3, null], [null, null, 2.5]]",
                        "2000: [[b, 4, null]]",
                        "3000: [[b, null, 3.5]]",
                        "4000: []"),
                results.batches);
        assertEquals(List.of("1000: [4]", "2000: [0]", "3000: [0]", "4000: [0]"), counts.batches);
        assertEquals(0, job.counters().rowsKept());
        job.stop();
        job.await();
    }

    /// Within a batch in no order.
    private static String sorted(String batch) {
        String[] parts = batch.split(": ", 2);
        String rows = parts[1].substring(1, parts[1].length() - 1);
        return parts[0] + ": " + Arrays.stream(rows.split("(?<=]), ")).sorted().toList();
    }

    record Total(long total) {}

    /// Spark's `updateStateByKey`: every known key in every batch, from the initial ones on, until it is removed.
    @Test
    void statesOfAllKeysAreUpdatedInEveryBatch() throws InterruptedException {
        stream.keyBy("k")
                .updateState(
                        Pair.class,
                        StateSpec.of(Total.class).withInitial(Map.of("z", new Total(100))),
                        (rows, state, time) -> {
                            long total = state == null ? 0 : state.total();
                            for (Pair row : rows) {
                                total += row.v();
                            }
                            return total < 0 ? null : new Total(total);
                        })
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Pair> feed = job.producer(pairs)) {
            feed.offer(new Pair("a", 1));
            feed.offer(new Pair("a", 2));
            engine.advanceTo(SECOND);
            engine.advanceTo(Duration.ofSeconds(2));
            feed.offer(new Pair("a", -10));
            engine.advanceTo(Duration.ofSeconds(3));
            feed.offer(new Pair("a", 5));
            engine.advanceTo(Duration.ofSeconds(4));
        }
        assertEquals(
                List.of(
                        "1000: [[z, 100], [a, 3]]",
                        "2000: [[z, 100], [a, 3]]",
                        "3000: [[z, 100]]",
                        "4000: [[z, 100], [a, 5]]"),
                results.batches);
        job.stop();
        job.await();
    }

    /// Spark's `mapWithState`: once for each row, and once for a key that times out.
    @Test
    void rowsAreMappedWithTheStateOfTheirKey() throws InterruptedException {
        StatefulBatchedStream totals = stream.keyBy("k")
                .mapWithState(
                        Pair.class, StateSpec.of(Total.class).withTimeOut(SECOND), Total.class, (row, state, out) -> {
                            if (state.isTimingOut()) {
                                out.accept(new Total(-1));
                                return;
                            }
                            Total total =
                                    new Total((state.exists() ? state.get().total() : 0) + row.v());
                            state.update(total);
                            out.accept(total);
                        });
        totals.to(results);
        BatchTexts snapshots = new BatchTexts();
        totals.stateSnapshots().to(snapshots);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Pair> feed = job.producer(pairs)) {
            feed.offer(new Pair("a", 1));
            feed.offer(new Pair("a", 2));
            engine.advanceTo(SECOND);
            engine.advanceTo(Duration.ofSeconds(2));
            engine.advanceTo(Duration.ofSeconds(3));
            feed.offer(new Pair("a", 5));
            engine.advanceTo(Duration.ofSeconds(4));
        }
        assertEquals(
                List.of("1000: [[a, 1], [a, 3]]", "2000: []", "3000: [[a, -1]]", "4000: [[a, 5]]"), results.batches);
        assertEquals(List.of("1000: [[a, 3]]", "2000: [[a, 3]]", "3000: []", "4000: [[a, 5]]"), snapshots.batches);
        job.stop();
        job.await();
    }
}
