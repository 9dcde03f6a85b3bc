package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.io.BatchFilesSink.Format;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.StateSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Micro-batches of a job that dies: the one that goes on is in the batch that was open at its checkpoint.
class BatchCheckpointTest {
    record Pair(String k, long v) {}

    record Total(long total) {}

    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private final TestEngine engine = engines.test();
    private Input<Pair> input;
    private Job job;
    private Producer<Pair> producer;

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    private JobConfig config() {
        return JobConfig.defaults().withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")));
    }

    /// A pipeline of its own for each job, as another process would have it.
    private Pipeline pipeline(Consumer<BatchedStream> asked) {
        Pipeline pipeline = Pipeline.create();
        input = pipeline.input("pairs", Pair.class);
        asked.accept(input.stream().batchInterval(SECOND));
        return pipeline;
    }

    private interface Question {
        void ask(BatchedStream stream, Sink results);
    }

    private BatchTexts begin(JobConfig config, Question question) {
        BatchTexts texts = new BatchTexts();
        job = engine.run(pipeline(stream -> question.ask(stream, texts)), config);
        producer = job.producer(input);
        return texts;
    }

    private BatchTexts goOn(JobConfig config, Question question) {
        BatchTexts texts = new BatchTexts();
        job = engine.restore(pipeline(stream -> question.ask(stream, texts)), config);
        producer = job.producer(input);
        return texts;
    }

    private void offer(String k, long v) {
        producer.offer(new Pair(k, v));
        engine.runUntilIdle();
    }

    private void die() throws InterruptedException {
        job.stop();
        job.await();
        producer.close();
    }

    private void end() throws InterruptedException {
        producer.close();
        job.drain();
        job.await();
    }

    /// Rows that went straight to the sink before the checkpoint are of a batch that it has not seen end.
    @Test
    void aSinkGetsTheWholeBatchThatWasOpen() throws InterruptedException {
        Question all = BatchedStream::to;
        BatchTexts before = begin(config(), all);
        offer("a", 1);
        engine.advanceTo(SECOND);
        offer("b", 2);
        offer("c", 3);
        job.checkpoint();
        offer("d", 4);
        engine.advanceTo(millis(2_000));
        assertEquals(List.of("1000: [[a, 1]]", "2000: [[b, 2], [c, 3], [d, 4]]"), before.batches);
        die();
        BatchTexts after = goOn(config(), all);
        offer("e", 5);
        // A further death, of a job that has not made a checkpoint.
        die();
        after = goOn(config(), all);
        job.checkpoint();
        die();
        after = goOn(config(), all);
        offer("f", 6);
        engine.advanceTo(millis(3_000));
        assertEquals(List.of("2000: [[b, 2], [c, 3], [f, 6]]"), after.batches);
        engine.advanceTo(millis(4_000));
        assertEquals("3000: []", after.batches.getLast());
        end();
    }

    @Test
    void timeStandsStillWhileThereIsNoJob() throws InterruptedException {
        Question sums = (stream, to) -> stream.keyBy("k")
                .reduceByKeyAndWindow(SECOND.multipliedBy(3), SECOND, sum("v").as("v"))
                .to(to);
        begin(config(), sums);
        offer("a", 1);
        engine.advanceTo(millis(1_000));
        offer("a", 20);
        engine.advanceTo(millis(1_400));
        job.checkpoint();
        die();
        engine.advanceTo(millis(100_000));
        BatchTexts after = goOn(config(), sums);
        offer("a", 300);
        engine.advanceTo(millis(100_599));
        assertEquals(List.of(), after.batches);
        engine.advanceTo(millis(100_600));
        assertEquals(List.of("2000: [[a, 321]]"), after.batches);
        engine.advanceTo(millis(102_600));
        assertEquals(List.of("2000: [[a, 321]]", "3000: [[a, 321]]", "4000: [[a, 320]]"), after.batches);
        end();
    }

    @Test
    void batchesBeforeTheCheckpointCountToo() throws InterruptedException {
        Question states = (stream, to) -> stream.keyBy("k")
                .updateState(
                        Pair.class,
                        StateSpec.of(Total.class).withInitial(Map.of("a", new Total(100), "gone", new Total(7))),
                        (rows, old, time) -> {
                            long total = old == null ? 0 : old.total();
                            for (Pair row : rows) {
                                total += row.v;
                            }
                            return total == 7 ? null : new Total(total);
                        })
                .to(to);
        JobConfig config = config().withMostBatches(5);
        BatchTexts before = begin(config, states);
        offer("a", 1);
        engine.advanceTo(millis(1_000));
        offer("a", 2);
        engine.advanceTo(millis(2_000));
        assertEquals(List.of("1000: [[a, 101]]", "2000: [[a, 103]]"), before.batches);
        offer("b", 5);
        job.checkpoint();
        die();
        BatchTexts after = goOn(config, states);
        offer("b", 3);
        for (int batch = 3; batch <= 5; batch++) {
            assertEquals(JobState.RUNNING, job.state());
            engine.advanceTo(millis(1_000 * batch));
        }
        assertEquals(
                List.of("3000: [a, 103] [b, 8]", "4000: [a, 103] [b, 8]", "5000: [a, 103] [b, 8]"),
                after.batches.stream().map(BatchCheckpointTest::byKey).toList());
        producer.close();
        job.await();
        assertEquals(JobState.FINISHED, job.state());
        // What has ended has ended.
        after = goOn(config, states);
        engine.advanceTo(millis(9_000));
        producer.close();
        job.await();
        assertEquals(List.of(), after.batches);
    }

    @Test
    void aFileHasTheRowsOfBatchesOnce() throws InterruptedException, IOException {
        Path file = folder.resolve("pairs.csv");
        Question toFile = (stream, to) -> stream.filter(col("v").lt(100)).to(Sinks.committed(file, Format.CSV));
        begin(config(), toFile);
        offer("a", 1);
        engine.advanceTo(millis(1_000));
        offer("b", 2);
        job.checkpoint();
        offer("c", 3);
        engine.advanceTo(millis(3_000));
        die();
        goOn(config(), toFile);
        offer("c", 3);
        engine.advanceTo(millis(5_000));
        end();
        assertEquals(List.of("k,v", "a,1", "b,2", "c,3"), Files.readAllLines(file));
    }

    @Test
    void slicesReachBackBehindTheDeath() throws InterruptedException {
        BatchSlices<?>[] slices = new BatchSlices<?>[1];
        Question sliced = (stream, to) -> slices[0] = stream.slices(Pair.class, SECOND.multipliedBy(3));
        begin(config(), sliced);
        for (int batch = 1; batch <= 4; batch++) {
            offer("a", batch);
            offer("b", batch);
            engine.advanceTo(millis(1_000 * batch));
        }
        offer("a", 5);
        job.checkpoint();
        die();
        goOn(config(), sliced);
        assertEquals(
                List.of(new Pair("a", 2), new Pair("b", 2), new Pair("a", 3), new Pair("b", 3)),
                slices[0].slice(millis(2_000), millis(3_000)));
        assertThrows(MullionException.class, () -> slices[0].slice(millis(1_000), millis(3_000)));
        offer("b", 5);
        engine.advanceTo(millis(5_000));
        assertEquals(List.of(new Pair("a", 5), new Pair("b", 5)), slices[0].slice(millis(4_001), millis(5_000)));
        assertThrows(MullionException.class, () -> slices[0].slice(millis(2_000), millis(3_000)));
        end();
    }

    @Test
    void severalStreamsAreTransformedWhole() throws InterruptedException {
        Question both = (stream, to) -> stream.filter(col("v").lt(10))
                .transformWith(
                        stream.schema(),
                        (roots, time) -> roots.get(time.toMillis() % 2_000 == 0 ? 1 : 0),
                        stream.filter(col("v").ge(10)))
                .to(to);
        begin(config(), both);
        offer("a", 1);
        engine.advanceTo(millis(1_000));
        offer("b", 2);
        offer("c", 30);
        job.checkpoint();
        die();
        BatchTexts after = goOn(config(), both);
        offer("d", 40);
        offer("e", 5);
        engine.advanceTo(millis(2_000));
        assertEquals(List.of("2000: [[c, 30], [d, 40]]"), after.batches);
        end();
    }

    @Test
    void otherBatchesAreRefused() throws InterruptedException {
        begin(config(), (stream, to) -> stream.sort("v").to(to));
        job.checkpoint();
        die();
        assertRefused(
                Reason.CHECKPOINT,
                "sort are others",
                config(),
                (stream, to) -> stream.sort("k").to(to));
        assertRefused(
                Reason.CHECKPOINT,
                "it has state of [sorted batch], and the pipeline has [limit] in its place",
                config(),
                (stream, to) -> stream.limit(3).to(to));
    }

    /// Each worker has rows of the batch that is open, and of those of the window before it.
    @ParameterizedTest
    @CsvSource({"1,2", "2,1", "2,2", "2,3", "3,1", "3,2"})
    void othersGoOnInTheBatchThatWasOpen(int before, int after) throws InterruptedException {
        BatchTexts sums = new BatchTexts();
        BatchTexts counts = new BatchTexts();
        Consumer<BatchedStream> asked = stream -> {
            BatchedStream window = stream.window(SECOND.multipliedBy(2), SECOND);
            window.keyBy("k").reduceByKey(sum("v").as("v")).sort("k").to(sums);
            window.count().to(counts);
        };
        job = engine.run(pipeline(asked), config().withWorkers(before));
        producer = job.producer(input);
        Producer<Pair> other = job.producer(input);
        for (String key : List.of("a", "b", "c", "d")) {
            offer(key, 1);
            other.offer(new Pair(key, 10));
        }
        engine.advanceTo(millis(1_000));
        offer("a", 100);
        other.offer(new Pair("b", 100));
        engine.advanceTo(millis(1_300));
        job.checkpoint();
        engine.advanceTo(millis(2_000));
        die();
        other.close();
        sums.batches.clear();
        counts.batches.clear();
        engine.advanceTo(millis(60_000));
        job = engine.restore(pipeline(asked), config().withWorkers(after));
        producer = job.producer(input);
        other = job.producer(input);
        offer("c", 1_000);
        other.offer(new Pair("a", 1_000));
        engine.advanceTo(millis(60_699));
        assertEquals(List.of(), counts.batches);
        engine.advanceTo(millis(62_700));
        other.close();
        end();
        assertEquals(
                List.of(
                        "2000: [[a, 1111], [b, 111], [c, 1011], [d, 11]]",
                        "3000: [[a, 1100], [b, 100], [c, 1000]]",
                        "4000: []"),
                sums.batches);
        assertEquals(List.of("2000: [12]", "3000: [4]", "4000: [0]"), counts.batches);
    }

    /// Keys come in the order of their ids, which depends on that of the initial states, which have none.
    private static String byKey(String batch) {
        String time = batch.substring(0, batch.indexOf(' ') + 1);
        return Pattern.compile("\\[[^\\[\\]]+]")
                .matcher(batch)
                .results()
                .map(MatchResult::group)
                .sorted()
                .collect(Collectors.joining(" ", time, ""));
    }

    private void assertRefused(Reason reason, String message, JobConfig config, Question question) {
        Pipeline pipeline = pipeline(stream -> question.ask(stream, new BatchTexts()));
        MullionException refused = assertThrows(MullionException.class, () -> engine.restore(pipeline, config));
        assertEquals(reason, refused.reason());
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
    }
}
