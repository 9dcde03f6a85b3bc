package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchFilesSink.Format;
import io.mullion.io.Producer;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import io.mullion.spec.WorkerThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checkpoints of jobs with several workers.
class WorkersCheckpointTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, String shop, long amount) {}

    private static final List<String> SHOPS = List.of("a", "b", "c", "d", "e", "f", "g", "h");

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private final Collected results = new Collected();
    /// Of the job that runs.
    private Pipeline pipeline;

    private Input<Sale> input;
    private Input<Sale> other;

    private void begin() {
        pipeline = Pipeline.create();
        input = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
    }

    /// Minutes by shop, and what became of them by the whole.
    private void minutesAndTotals() {
        begin();
        DataStream minutes = input.stream()
                .keyBy("shop")
                .window(Window.tumbling(Duration.ofSeconds(60)))
                .aggregate(sum(col("amount")).as("amount"));
        minutes.to(results);
        minutes.window(Window.tumbling(Duration.ofSeconds(120)))
                .aggregate(count().as("shops"), sum(col("amount")).as("amount"))
                .to(Sinks.committed(folder.resolve("totals.csv"), Format.CSV));
    }

    private JobConfig config(int workers) {
        return JobConfig.defaults().withWorkers(workers).withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")));
    }

    private static void offer(Producer<Sale> producer, long time, long amount) {
        SHOPS.forEach(shop -> producer.offer(new Sale(time, shop, amount)));
    }

    @ParameterizedTest
    @CsvSource({"1,2", "1,3", "2,1", "2,2", "2,3", "3,1", "3,2"})
    void othersGoOnWithWhatSomeHaveLeft(int before, int after) throws InterruptedException, IOException {
        minutesAndTotals();
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config(before));
        // Lanes of two workers, if there are two.
        try (Producer<Sale> one = job.producer(input);
                Producer<Sale> other = job.producer(input)) {
            offer(one, 1, 1);
            offer(other, 50, 10);
            offer(one, 70, 100);
            offer(other, 61, 1_000);
            engine.runUntilIdle();
            assertEquals(1, job.checkpoint());
            assertEquals(SHOPS.size(), results.rows.size());
            offer(one, 1_000, 5);
            engine.runUntilIdle();
            job.stop();
            job.await();
        }
        results.rows.clear();
        minutesAndTotals();
        job = engine.restore(pipeline, config(after));
        try (Producer<Sale> one = job.producer(input);
                Producer<Sale> other = job.producer(input)) {
            // The first minute is over.
            offer(other, 59, 7);
            offer(one, 80, 10_000);
            offer(other, 110, 100_000);
            engine.runUntilIdle();
            assertEquals(2, job.checkpoint());
        }
        job.drain();
        job.await();
        assertEquals(
                SHOPS.stream()
                        .map(shop -> List.<Object>of(60L, 120L, shop, 111_100L))
                        .toList(),
                results.rows.stream()
                        .sorted((a, b) -> a.get(2).toString().compareTo(b.get(2).toString()))
                        .toList());
        assertEquals(SHOPS.size(), job.counters().lateRows());
        assertEquals(
                List.of("window_start,window_end,shops,amount", "0,120,16,888888"),
                Files.readAllLines(folder.resolve("totals.csv")).stream()
                        .map(line -> line.replaceAll("1970-01-01T00:0(\\d):00Z", "$1"))
                        .map(line -> line.replace("0,2,", "0,120,"))
                        .toList());
    }

    /// Time waits for the producer that was there at the checkpoint, and not for one that had gone.
    @ParameterizedTest
    @CsvSource({"1,1,true", "1,2,true", "2,1,true", "2,3,true", "1,1,false", "2,2,false", "3,1,false"})
    void anInputThatHadLostItsProducersHoldsNoTime(int before, int after, boolean gone) throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(twoInputs(), config(before));
        Producer<Sale> leaving = job.producer(other);
        try (Producer<Sale> staying = job.producer(input)) {
            offer(staying, 1, 1);
            offer(leaving, 2, 10);
            if (gone) {
                leaving.close();
            }
            engine.runUntilIdle();
            job.checkpoint();
            job.stop();
            job.await();
        }
        leaving.close();
        assertEquals(List.of(), results.rows);
        job = engine.restore(twoInputs(), config(after));
        try (Producer<Sale> staying = job.producer(input)) {
            offer(staying, 1_000, 1);
            engine.runUntilIdle();
            assertEquals(gone ? SHOPS.size() : 0, results.rows.size());
        }
        job.drain();
        job.await();
        assertEquals(2 * SHOPS.size(), results.rows.size());
    }

    private Pipeline twoInputs() {
        begin();
        other = pipeline.input("others", Sale.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .union(other.stream())
                .keyBy("shop")
                .window(Window.tumbling(Duration.ofSeconds(60)))
                .aggregate(sum(col("amount")).as("amount"))
                .to(results);
        return pipeline;
    }

    @Test
    void aJobThatHadEndedHasNothingToAddForOthers() throws InterruptedException, IOException {
        TestEngine engine = engines.test();
        for (int workers = 3; workers > 0; workers--) {
            minutesAndTotals();
            Job job = workers == 3 ? engine.run(pipeline, config(3)) : engine.restore(pipeline, config(workers));
            if (workers == 3) {
                try (Producer<Sale> producer = job.producer(input)) {
                    offer(producer, 1, 1);
                }
            }
            job.drain();
            job.await();
            assertEquals(JobState.FINISHED, job.state());
            assertEquals(SHOPS.size(), results.rows.size());
            assertEquals(2, Files.readAllLines(folder.resolve("totals.csv")).size());
        }
    }

    @Test
    void aDiskThatFailsStopsNoWorker() throws InterruptedException, IOException {
        minutesAndTotals();
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config(2));
        Path checkpoints = folder.resolve("checkpoints");
        Path aside = folder.resolve("aside");
        try (Producer<Sale> producer = job.producer(input)) {
            offer(producer, 1, 5);
            engine.runUntilIdle();
            job.checkpoint();
            Files.move(checkpoints, aside);
            MullionException refused = assertThrows(MullionException.class, job::checkpoint);
            assertEquals(Reason.CHECKPOINT, refused.reason());
            offer(producer, 2, 6);
            engine.runUntilIdle();
            Files.move(aside, checkpoints);
            assertEquals(3, job.checkpoint());
            assertEquals(1, job.snapshot().checkpoints().failed());
        }
        job.stop();
        job.await();
        minutesAndTotals();
        job = engine.restore(pipeline, config(3));
        job.drain();
        job.await();
        assertEquals(
                8 * 11L,
                results.rows.stream().mapToLong(row -> (long) row.get(3)).sum());
    }

    /// Batches that end each millisecond, while checkpoints are made as often as it goes.
    @Test
    void workersOnThreadsMakeThemAmidBatches() throws InterruptedException {
        begin();
        input.stream()
                .batchInterval(Duration.ofMillis(1))
                .keyBy("shop")
                .reduceByKey(sum("amount").as("amount"))
                .to(results);
        assertWholeWithCheckpointsMeanwhile(1);
    }

    /// Each on a thread, which makes a checkpoint as often as it can while it is fed and while it is drained.
    @Test
    void workersOnThreadsMakeThemWhileTheyRun() throws InterruptedException {
        minutesAndTotals();
        assertWholeWithCheckpointsMeanwhile(3);
    }

    /// @param total the column of the results whose sum is that of all amounts
    private void assertWholeWithCheckpointsMeanwhile(int total) throws InterruptedException {
        Job job = engines.start(Engines.SMALL).run(pipeline, often(3));
        feed(job, 200);
        for (int made = 0; made < 5; made++) {
            job.checkpoint();
        }
        job.drain();
        job.await();
        assertTrue(job.snapshot().checkpoints().completed() > 5);
        assertEquals(0, job.snapshot().checkpoints().failed());
        assertEquals(
                3 * 200L * SHOPS.size(),
                results.rows.stream().mapToLong(row -> (long) row.get(total)).sum());
    }

    @Test
    void workersOnAnExecutorMakeThemWhileTheyRun() throws InterruptedException {
        minutesAndTotals();
        try (ExecutorService executor = Executors.newCachedThreadPool()) {
            Job job = engines.start(Engines.SMALL).run(pipeline, often(2).withThread(WorkerThread.on(executor)));
            feed(job, 50);
            assertTrue(job.checkpoint() > 0);
            job.drain();
            job.await();
        }
        assertEquals(
                3 * 50L * SHOPS.size(),
                results.rows.stream().mapToLong(row -> (long) row.get(3)).sum());
    }

    @Test
    void aStopComesThroughWhileCheckpointsAreMade() throws InterruptedException {
        Engine engine = engines.start(Engines.SMALL);
        for (int run = 0; run < 20; run++) {
            minutesAndTotals();
            Job job = engine.resume(pipeline, often(1 + run % 3));
            Thread feeding = Thread.ofPlatform().start(() -> {
                try {
                    feed(job, 1_000_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Thread.sleep(run * 3L);
            job.stop();
            assertTrue(job.await(Duration.ofSeconds(60)));
            feeding.join();
            assertEquals(JobState.STOPPED, job.state());
        }
    }

    private JobConfig often(int workers) {
        return JobConfig.defaults()
                .withWorkers(workers)
                .withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")).every(Duration.ofMillis(1)));
    }

    /// From three producers, until that or the job is over.
    private void feed(Job job, int minutes) throws InterruptedException {
        List<Producer<Sale>> producers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            producers.add(job.producer(input));
        }
        for (Producer<Sale> producer : producers) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (producer) {
                    for (int minute = 0; minute < minutes && job.state() == JobState.RUNNING; minute++) {
                        offer(producer, minute * 60L, 1);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
