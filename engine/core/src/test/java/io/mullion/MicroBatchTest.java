package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.reduceLong;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.KeepKeys;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// When micro-batches end, who is told, and what is refused; with one worker and with several.
@ParameterizedClass
@ValueSource(ints = {1, 2, 3})
class MicroBatchTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    record Pair(String k, long v) {}

    record Timed(
            @EventTime(io.mullion.expr.TimeUnit.SECONDS) long time, long v) {}

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

    @Test
    void aBatchHasWhatCameSinceTheOneBefore() throws InterruptedException {
        stream.select(col("v")).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Pair> feed = job.producer(pairs)) {
            feed.offer(new Pair("a", 1));
            engine.advanceTo(Duration.ofMillis(999));
            assertEquals(List.of(), results.batches);
            feed.offer(new Pair("a", 2));
            engine.advanceTo(SECOND);
            feed.offer(new Pair("a", 3));
            engine.advanceTo(Duration.ofSeconds(2));
        }
        assertEquals(List.of("1000: [1, 2]", "2000: [3]"), results.batches);
        job.stop();
        job.await();
    }

    @Test
    void batchesCountFromTheStartOfTheJob() throws InterruptedException {
        stream.count().to(results);
        TestEngine engine = engines.test();
        engine.advanceTo(Duration.ofMillis(12_345));
        Job job = engine.run(pipeline, config());
        engine.advanceTo(Duration.ofMillis(13_344));
        assertEquals(List.of(), results.batches);
        engine.advanceTo(Duration.ofMillis(13_345));
        assertEquals(List.of("1000: [0]"), results.batches);
        job.stop();
        job.await();
    }

    @Test
    void intervalsThatPassTogetherEndOneByOne() throws InterruptedException {
        stream.countByWindow(Duration.ofSeconds(2), SECOND).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        engine.advanceTo(SECOND);
        try (Producer<Pair> feed = job.producer(pairs)) {
            feed.offer(new Pair("a", 1));
            engine.advanceTo(Duration.ofSeconds(5));
        }
        assertEquals(List.of("1000: []", "2000: [1]", "3000: [1]", "4000: [0]", "5000: [0]"), results.batches);
        job.stop();
        job.await();
    }

    @Test
    void theEndOfTheInputEndsTheBatchThatHasRows() throws InterruptedException {
        stream.reduce(sum("v").as("v")).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Pair> feed = job.producer(pairs)) {
            feed.offer(new Pair("a", 1));
            engine.advanceTo(SECOND);
            feed.offer(new Pair("a", 20));
            feed.offer(new Pair("a", 3));
        }
        job.drain();
        job.await();
        assertEquals(List.of("1000: [1]", "2000: [23]"), results.batches);
    }

    @Test
    void theEndOfTheInputMakesNoEmptyBatch() throws InterruptedException {
        stream.count().to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        engine.advanceTo(SECOND);
        job.drain();
        job.await();
        assertEquals(List.of("1000: [0]"), results.batches);
    }

    @Test
    void aJobEndsAfterSoManyBatches() throws InterruptedException {
        stream.select(col("v")).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config().withMostBatches(2));
        try (Producer<Pair> feed = job.producer(pairs)) {
            feed.offer(new Pair("a", 1));
            engine.advanceTo(Duration.ofSeconds(10));
            assertEquals(JobState.FINISHED, job.state());
        }
        job.await();
        assertEquals(List.of("1000: [1]", "2000: []"), results.batches);
    }

    @Test
    void aJobOnAThreadEndsAfterSoManyBatches() throws InterruptedException {
        Pipeline quick = Pipeline.create();
        quick.input("none", Pair.class).stream()
                .batchInterval(Duration.ofMillis(2))
                .count()
                .to(results);
        Engine engine = engines.start();
        Job job = engine.run(quick, config().withMostBatches(3));
        job.await();
        assertEquals(List.of("2: [0]", "4: [0]", "6: [0]"), results.batches);
    }

    @Test
    void resultsBelongToTheBatchTheyAreOfHoweverManyTurnsTheyTake() throws InterruptedException {
        // 500 keys, of which a turn does 64: what a batch leads to is spread over turns, and stays in its batch.
        Duration two = Duration.ofSeconds(2);
        stream.keyBy("k")
                .reduceByKeyAndWindow(two, SECOND, KeepKeys.where(col("n").gt(0)), count().as("n"))
                .union(stream.keyBy("k").reduceByKey(count().as("n")))
                .reduce(count().as("keys"), sum("n").as("n"))
                .to(results);
        BatchTexts counts = new BatchTexts();
        stream.count().to(counts);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Pair> feed = job.producer(pairs)) {
            for (int batch = 1; batch <= 3; batch++) {
                for (int row = 0; row < 500 * batch; row++) {
                    feed.offer(new Pair("key " + row % 500, 1));
                }
                engine.advanceTo(Duration.ofSeconds(batch));
            }
            engine.advanceTo(Duration.ofSeconds(5));
        }
        assertEquals(
                List.of(
                        "1000: [[1000, 1000]]",
                        "2000: [[1000, 2500]]",
                        "3000: [[1000, 4000]]",
                        "4000: [[500, 1500]]",
                        "5000: []"),
                results.batches);
        assertEquals(List.of("1000: [500]", "2000: [1000]", "3000: [1500]", "4000: [0]", "5000: [0]"), counts.batches);
        job.stop();
        job.await();
    }

    @Test
    void windowsOfEventTimeLeadToBatches() throws InterruptedException {
        Input<Timed> timed = pipeline.input("timed", Timed.class, Watermark.bounded(Duration.ZERO));
        timed.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(sum("v").as("v"))
                .batchInterval(SECOND)
                .reduce(count().as("windows"), sum("v").as("v"))
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Timed> feed = job.producer(timed)) {
            for (int second = 0; second < 40; second++) {
                feed.offer(new Timed(second, 1));
            }
            engine.advanceTo(SECOND);
            assertEquals(List.of("1000: [[3, 30]]"), results.batches);
        }
        job.drain();
        job.await();
        assertEquals(List.of("1000: [[3, 30]]", "2000: [[1, 10]]"), results.batches);
    }

    @Test
    void aReductionByFunctionsIsTakenOutOfItsWindow() throws InterruptedException {
        stream.keyBy("k")
                .reduceByKeyAndWindow(
                        Duration.ofSeconds(2),
                        SECOND,
                        KeepKeys.forever(),
                        reduceLong(col("v"), (a, b) -> a ^ b, (a, b) -> a ^ b).as("x"),
                        reduceLong(col("v"), (a, b) -> a * b, (a, b) -> a / b).as("product"))
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Pair> feed = job.producer(pairs)) {
            for (int batch = 1; batch <= 3; batch++) {
                feed.offer(new Pair("a", 1L << batch));
                engine.advanceTo(Duration.ofSeconds(batch));
            }
            engine.advanceTo(Duration.ofSeconds(5));
        }
        assertEquals(
                List.of(
                        "1000: [[a, 2, 2]]",
                        "2000: [[a, 6, 8]]",
                        "3000: [[a, 12, 32]]",
                        "4000: [[a, 8, 8]]",
                        "5000: [[a, 0, 1]]"),
                results.batches);
        job.stop();
        job.await();
    }

    @Test
    void keysThatAreForgottenLeaveTheirMemory() throws InterruptedException {
        stream.keyBy("k")
                .reduceByKeyAndWindow(SECOND, SECOND, KeepKeys.where(col("n").gt(0)), count().as("n"))
                .to(Sinks.forEachRow(_ -> {}));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        long settled = 0;
        try (Producer<Pair> feed = job.producer(pairs)) {
            for (int batch = 1; batch <= 400; batch++) {
                for (int row = 0; row < 200; row++) {
                    feed.offer(new Pair("a rather long key, batch " + batch + ", row " + row, 1));
                }
                engine.advanceTo(Duration.ofSeconds(batch));
                settled = batch == 100 ? engine.memoryBytesInUse() : settled;
            }
            assertTrue(engine.memoryBytesInUse() <= settled, settled + ", then " + engine.memoryBytesInUse());
        }
        job.stop();
        job.await();
    }

    @Test
    void aStreamThatIsSlowerThanItsParentHasItsOwnBatches() throws InterruptedException {
        BatchedStream slow = stream.window(Duration.ofSeconds(2), Duration.ofSeconds(2));
        assertEquals(Duration.ofSeconds(2), slow.interval());
        slow.reduce(sum("v").as("v")).window(Duration.ofSeconds(4)).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Pair> feed = job.producer(pairs)) {
            for (int batch = 1; batch <= 6; batch++) {
                feed.offer(new Pair("a", batch));
                engine.advanceTo(Duration.ofSeconds(batch));
            }
        }
        assertEquals(List.of("2000: [3]", "4000: [3, 7]", "6000: [7, 11]"), results.batches);
        job.stop();
        job.await();
    }

    @Test
    void explainSaysWhatBecameOfTheSteps() throws InterruptedException {
        stream.filter(col("v").gt(0))
                .window(Duration.ofSeconds(3))
                .keyBy("k")
                .reduceByKeyAndWindow(Duration.ofSeconds(2), SECOND, KeepKeys.forever(), sum("v").as("v"))
                .sort("k")
                .limit(3)
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        String plan = job.explain();
        for (String step : List.of(
                "micro-batches of PT1S",
                "window PT3S every PT1S",
                "rows of 3 batches, all of them each time",
                "running total",
                "keys k kept",
                "sort by k",
                "first 3 rows of a batch")) {
            assertTrue(plan.contains(step), () -> step + " is not in\n" + plan);
        }
        job.stop();
        job.await();
    }

    @Test
    void whatIsWrongIsSaidWhenThePipelineIsBuilt() {
        refused("batch interval must be positive: batchInterval=PT0S", () -> fresh().batchInterval(Duration.ZERO));
        refused(
                "batch interval must be whole microseconds: batchInterval=PT0.0000005S",
                () -> fresh().batchInterval(Duration.ofNanos(500)));
        refused(
                "a pipeline has one batch interval: batchInterval=PT2S, and already batchInterval=PT1S",
                () -> pairs.stream().batchInterval(Duration.ofSeconds(2)));
        Duration half = Duration.ofMillis(500);
        Duration three = Duration.ofSeconds(3);
        refused(
                "window: window must be a multiple of the batch interval: window=PT0.5S, batchInterval=PT1S",
                () -> stream.window(half));
        refused(
                "countByWindow: slide must be a multiple of the batch interval: slide=PT0.5S, batchInterval=PT1S",
                () -> stream.countByWindow(SECOND, half));
        refused(
                "reduceByWindow: slide must be a multiple of the batch interval: slide=PT3S, batchInterval=PT2S",
                () -> stream.window(three, Duration.ofSeconds(2)).reduceByWindow(three.plus(SECOND), three, sum("v")));
        refused(
                "reduceByKeyAndWindow: window must be a multiple of the batch interval: window=PT0S, batchInterval=PT1S",
                () -> stream.keyBy("k").reduceByKeyAndWindow(Duration.ZERO, SECOND, sum("v")));
        refused(
                "union needs streams with batches at the same times: batchInterval=PT1S and batchInterval=PT3S",
                () -> stream.union(stream.window(three, three)));
        refused(
                "reduceByKeyAndWindow: keys are kept with counts, sums and reductions with an inverse: max(v)",
                () -> stream.keyBy("k").reduceByKeyAndWindow(three, SECOND, KeepKeys.forever(), max("v")));
        refused("a batch has at least one partition: partitions=0", () -> stream.repartition(0));
        refused("limit must not be negative: rows=-1", () -> stream.limit(-1));
        refused(
                "filter: no column named w",
                () -> stream.keyBy("k")
                        .reduceByKeyAndWindow(three, SECOND, KeepKeys.where(col("w").gt(1)), sum("v").as("v")));
        refused("sort: no column named w", () -> stream.sort("w"));
        refused("keyBy: no column named w", () -> stream.keyBy("w"));
        refused("select: no column named w", () -> stream.select(col("w")));
    }

    private static DataStream fresh() {
        return Pipeline.create().input("fresh", Pair.class).stream();
    }

    private static void refused(String expected, Runnable building) {
        MullionException refusal = assertThrows(MullionException.class, building::run, expected);
        assertEquals(MullionException.Reason.INVALID_PIPELINE, refusal.reason());
        assertTrue(refusal.getMessage().startsWith(expected), refusal.getMessage());
    }

    /// Its rows stay in windows that others go on with.
    @Test
    void windowsOfASourceThatHasEndedGoOn() throws InterruptedException {
        Pipeline sources = Pipeline.create();
        Duration interval = Duration.ofMillis(50);
        sources.from(new ScriptedSource((producer, _) -> {
                    producer.row().setLong(0, 7).commit();
                }))
                .batchInterval(interval)
                .window(interval.multipliedBy(4), interval)
                .to(results);
        Collected lasting = new Collected();
        sources.from(new ScriptedSource((_, stopped) -> stopped.await(600, TimeUnit.MILLISECONDS)))
                .batchInterval(interval)
                .to(lasting);
        Job job = engines.start().run(sources, config());
        assertTrue(job.await(Duration.ofSeconds(60)));
        assertEquals(
                4, results.batches.stream().filter(it -> it.endsWith("[7]")).count(), () -> results.batches.toString());
    }
}
