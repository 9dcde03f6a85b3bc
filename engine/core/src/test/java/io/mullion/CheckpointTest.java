package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Checkpoints as a user meets them.
class CheckpointTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, String shop, long amount) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private final Collected results = new Collected();

    /// A pipeline with its input.
    private final class Sales {
        final Pipeline pipeline = Pipeline.create();
        final Input<Sale> input = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));

        Sales(Window window, Expr... aggregates) {
            input.stream().keyBy("shop").window(window).aggregate(aggregates).to(results);
        }
    }

    private Sales minutes() {
        return new Sales(
                Window.tumbling(Duration.ofSeconds(60)), sum(col("amount")).as("amount"));
    }

    private JobConfig config() {
        return JobConfig.defaults().withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")));
    }

    private static void assertRefused(String message, Runnable call) {
        MullionException refused = assertThrows(MullionException.class, call::run);
        assertEquals(Reason.CHECKPOINT, refused.reason());
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
    }

    /// Some rows, a checkpoint, some more; then the end of the process.
    private void runAndDie(TestEngine engine, Sales sales) throws InterruptedException {
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            producer.offer(new Sale(1, "a", 5));
            producer.offer(new Sale(2, "b", 6));
            assertEquals(1, job.checkpoint());
            producer.offer(new Sale(3, "a", 1_000));
            engine.runUntilIdle();
            job.stop();
            job.await();
        }
        assertEquals(List.of(), results.rows);
    }

    @Test
    void thePageShowsCodeThatIsRunHere() throws IOException {
        String page = Files.readString(Path.of("../docs/checkpoints.md"));
        String source = Files.readString(Path.of("src/test/java/io/mullion/CheckpointTest.java"));
        int start = page.indexOf("```java\n") + "```java\n".length();
        String shown = page.substring(start, page.indexOf("```", start)).indent(8);
        assertTrue(source.contains(shown), shown);
    }

    @Test
    void theSameProgramGoesOn() throws InterruptedException {
        Engine engine = engines.start();
        for (long before = 0; before < 2; before++) {
            Job job = resumed(engine, minutes().pipeline);
            assertEquals(before + 1, job.checkpoint());
            job.stop();
            job.await();
        }
    }

    private Job resumed(Engine engine, Pipeline pipeline) {
        Checkpoints checkpoints = Checkpoints.to(folder).every(Duration.ofSeconds(1));
        JobConfig config = JobConfig.defaults().withCheckpoints(checkpoints);
        Job job = engine.resume(pipeline, config);
        return job;
    }

    @Test
    void aJobGoesOnWhereItsCheckpointHasIt() throws InterruptedException {
        runAndDie(engines.test(), minutes());
        Sales sales = minutes();
        TestEngine engine = engines.test();
        Job job = engine.restore(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            producer.offer(new Sale(4, "a", 7));
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 60L, "a", 12L), List.of(0L, 60L, "b", 6L)), results.rows);
        JobSnapshot.CheckpointsSnapshot checkpoints = job.snapshot().checkpoints();
        assertEquals(1, checkpoints.completed(), checkpoints::toString);
        assertEquals(2, checkpoints.newest());
        assertTrue(!checkpoints.longest().isNegative());
    }

    @Test
    void aJobThatHadEndedHasNothingToAdd() throws InterruptedException, IOException {
        Path file = folder.resolve("sales.csv");
        for (int run = 0; run < 3; run++) {
            Pipeline pipeline = Pipeline.create();
            Input<Sale> input = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
            input.stream()
                    .window(Window.tumbling(Duration.ofSeconds(60)))
                    .aggregate(count().as("n"))
                    .to(Sinks.committed(file, Format.CSV));
            TestEngine engine = engines.test();
            if (run == 0) {
                Job job = engine.run(pipeline, config());
                try (Producer<Sale> producer = job.producer(input)) {
                    producer.offer(new Sale(1, "a", 5));
                }
                job.drain();
                job.await();
            } else {
                Job job = engine.restore(pipeline, config());
                engine.runUntilIdle();
                assertEquals(JobState.FINISHED, job.state());
            }
            assertEquals(
                    List.of("window_start,window_end,n", "1970-01-01T00:00:00Z,1970-01-01T00:01:00Z,1"),
                    Files.readAllLines(file));
        }
    }

    @Test
    void aFolderIsForOneJob() throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(minutes().pipeline, config());
        assertRefused(
                folder.resolve("checkpoints").toString(), () -> engines.test().run(minutes().pipeline, config()));
        job.stop();
        job.await();
    }

    @Test
    void nothingBeginsAnewWhereThereAreCheckpoints() throws InterruptedException {
        runAndDie(engines.test(), minutes());
        assertRefused("has checkpoints of an earlier job", () -> engines.test().run(minutes().pipeline, config()));
    }

    @Test
    void nothingGoesOnWhereThereAreNone() {
        assertRefused("no checkpoint to go on from", () -> engines.test().restore(minutes().pipeline, config()));
    }

    @Test
    void anotherPipelineIsRefused() throws InterruptedException {
        runAndDie(engines.test(), minutes());
        Sales others = new Sales(
                Window.tumbling(Duration.ofSeconds(30)), sum(col("amount")).as("amount"));
        assertRefused(
                "it has state of [tumbling(PT1M) by shop], and the pipeline has [tumbling(PT30S) by shop] in its place",
                () -> engines.test().restore(others.pipeline, config()));
        Sales sessions = new Sales(Window.session(Duration.ofSeconds(60)), count().as("n"));
        assertRefused(
                "the pipeline has [session(PT1M) by shop] in its place",
                () -> engines.test().restore(sessions.pipeline, config()));
    }

    @Test
    void aDiskThatFailsStopsNoJob() throws InterruptedException, IOException {
        Sales sales = minutes();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        Path checkpoints = folder.resolve("checkpoints");
        Path aside = folder.resolve("aside");
        try (Producer<Sale> producer = job.producer(sales.input)) {
            producer.offer(new Sale(1, "a", 5));
            job.checkpoint();
            Files.move(checkpoints, aside);
            assertRefused("could not be written", job::checkpoint);
            producer.offer(new Sale(2, "a", 6));
            Files.move(aside, checkpoints);
            assertEquals(3, job.checkpoint());
            assertEquals(1, job.snapshot().checkpoints().failed());
        }
        job.stop();
        job.await();
        sales = minutes();
        job = engine.restore(sales.pipeline, config());
        job.drain();
        engine.runUntilIdle();
        job.await();
        assertEquals(List.of(List.of(0L, 60L, "a", 11L)), results.rows);
    }

    @Test
    void whatADeathWouldLoseIsCounted() throws InterruptedException {
        Sales sales = minutes();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            producer.offer(new Sale(1, "a", 5));
            producer.offer(new Sale(2, "a", 5));
            engine.runUntilIdle();
            assertEquals(2, job.snapshot().checkpoints().unsavedRows());
            job.checkpoint();
            assertEquals(0, job.snapshot().checkpoints().unsavedRows());
            producer.offer(new Sale(3, "a", 5));
            engine.runUntilIdle();
            assertTrue(
                    job.snapshot().toString().contains("unsavedRows=1"),
                    () -> job.snapshot().toString());
        }
        job.stop();
        job.await();
    }

    @Test
    void whatCanBeReadAgainIsNotLost() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Schema schema = Schema.of(Field.of("n", DataType.INT64));
        pipeline.from(Sources.generator(schema, 100_000, (number, row) -> row.setLong(0, number)))
                .to(Sinks.forEachRow(_ -> {}));
        Job job = engines.start().run(pipeline, config());
        while (job.counters().rowsIn() < 100) {
            Thread.sleep(1);
        }
        assertEquals(0, job.snapshot().checkpoints().unsavedRows());
        job.stop();
        job.await();
    }

    @Test
    void checkpointsComeByTheClock() throws InterruptedException {
        Sales sales = minutes();
        TestEngine engine = engines.test();
        Job job = engine.run(
                sales.pipeline,
                JobConfig.defaults()
                        .withCheckpoints(
                                Checkpoints.to(folder.resolve("checkpoints")).every(Duration.ofSeconds(2))));
        for (int second = 0; second <= 10; second++) {
            engine.advanceTo(Duration.ofSeconds(second));
        }
        assertEquals(5, job.snapshot().checkpoints().completed());
        job.stop();
        job.await();
    }

    @Test
    void onlyAJobWithAFolderMakesCheckpoints() throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(minutes().pipeline);
        MullionException refused = assertThrows(MullionException.class, job::checkpoint);
        assertEquals(Reason.MISUSE, refused.reason());
        assertEquals(null, job.snapshot().checkpoints());
        job.stop();
        job.await();
    }

    /// On threads of its own.
    @Test
    void aJobOnItsOwnThreadMakesThemWhileItRuns() throws InterruptedException {
        Sales sales = minutes();
        Engine engine = engines.start();
        Job job = engine.run(
                sales.pipeline, Checkpoints.to(folder.resolve("checkpoints")).every(Duration.ofMillis(1)));
        try (Producer<Sale> producer = job.producer(sales.input)) {
            for (int i = 0; i < 100_000 || job.snapshot().checkpoints().completed() < 5; i++) {
                producer.offer(new Sale(i / 1_000, "a", 1));
            }
        }
        job.drain();
        job.await();
        assertTrue(job.snapshot().checkpoints().completed() > 5);
        assertFalse(results.rows.isEmpty());
    }
}
