package io.mullion;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Sums of int64 in one lane, and in two when one might not be enough.
class NarrowSumsTest {
    record Reading(@EventTime(TimeUnit.SECONDS) long time, long key, long value) {}

    private static final int BATCH_ROWS = 64;

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private final Collected collected = new Collected();
    private final List<String> deadLetters = new ArrayList<>();
    private final Pipeline pipeline = Pipeline.create();
    private final Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ZERO));
    private TestEngine engine;
    private Job job;

    private Producer<Reading> run() {
        input.stream()
                .keyBy("key")
                .window(Window.sliding(Duration.ofSeconds(3), Duration.ofSeconds(1)))
                .aggregate(
                        count().as("n"),
                        sum("value").as("sum"),
                        min("value").as("least"),
                        max("value").as("most"))
                .to(collected);
        pipeline.deadLetters(letter -> deadLetters.add(letter.toString()));
        engine = engines.test(Engines.SMALL.withBatchRows(BATCH_ROWS));
        job = engine.run(pipeline);
        return job.producer(input);
    }

    private void end() throws InterruptedException {
        job.drain();
        job.await();
    }

    /// All rows there ever were might leave int64; those of the panes that are left cannot.
    @Test
    void rowsThatAreGoneNoLongerCount() throws InterruptedException {
        long value = 1L << 45;
        int each = 4 * BATCH_ROWS;
        int seconds = 1500;
        try (Producer<Reading> producer = run()) {
            for (int i = 0; i < seconds * each; i++) {
                producer.offer(new Reading(i / each, i % 2, value));
                if (i % each == 0) {
                    engine.runUntilIdle();
                }
            }
            assertTrue(Math.multiplyHigh(value, (long) seconds * each) > 0 || value * seconds * each < 0);
        }
        end();
        assertTrue(job.explain().contains(": one now"), job.explain());
        assertEquals(2 * (seconds + 2), collected.rows.size());
        int sums = collected.schema.indexOf("sum");
        for (int i = 0; i < collected.rows.size(); i++) {
            long second = i / 2 + 1;
            long panes = Math.min(3, Math.min(second, seconds + 3 - second));
            assertEquals(panes * (each / 2) * value, collected.rows.get(i).get(sums), "row " + i);
        }
    }

    @Test
    void sumsThatLeaveInt64AndComeBackAreExact() throws InterruptedException {
        try (Producer<Reading> producer = run()) {
            producer.offer(new Reading(0, 1, 5));
            engine.runUntilIdle();
            assertTrue(job.explain().contains(": one now"), job.explain());
            producer.offer(new Reading(0, 1, Long.MAX_VALUE));
            producer.offer(new Reading(1, 1, Long.MAX_VALUE));
            producer.offer(new Reading(2, 1, -Long.MAX_VALUE));
            producer.offer(new Reading(2, 2, 7));
            engine.runUntilIdle();
            assertTrue(job.explain().contains(": two now"), job.explain());
            producer.offer(new Reading(3, 1, -Long.MAX_VALUE));
        }
        end();
        int key = collected.schema.indexOf("key");
        int sum = collected.schema.indexOf("sum");
        List<String> sums = collected.rows.stream()
                .filter(row -> row.get(key).equals(1L))
                .map(row -> String.valueOf(row.get(sum)))
                .toList();
        // Of the seconds 0; 0 and 1; 0 to 2; 1 to 3; 2 and 3; 3. The first two and the fifth are out of int64.
        assertEquals(List.of("-9223372036854775807", "-9223372036854775807"), sums);
        assertEquals(4, deadLetters.size(), deadLetters::toString);
        assertFalse(collected.rows.stream().noneMatch(row -> row.get(key).equals(2L)));
    }

    /// Offers rows, makes a checkpoint, and goes on from it.
    private Producer<Reading> restored(Reading... rows) throws InterruptedException {
        run().close();
        end();
        JobConfig config = JobConfig.defaults().withCheckpoints(Checkpoints.to(folder));
        job = engine.run(pipeline, config);
        try (Producer<Reading> producer = job.producer(input)) {
            for (Reading row : rows) {
                producer.offer(row);
            }
            job.checkpoint();
        }
        job.stop();
        job.await();
        collected.rows.clear();
        job = engine.restore(pipeline, config);
        return job.producer(input);
    }

    private List<Object> sums() {
        int sum = collected.schema.indexOf("sum");
        return collected.rows.stream().map(row -> row.get(sum)).toList();
    }

    @Test
    void whatComesBackIsNarrowAndAsFarFromZeroAsItWas() throws InterruptedException {
        long far = -(1L << 40);
        try (Producer<Reading> producer =
                restored(new Reading(0, 1, 5), new Reading(0, 1, far), new Reading(1, 1, 7), new Reading(1, 1, -9))) {
            assertTrue(job.explain().contains(": one now"), job.explain());
            producer.offer(new Reading(2, 1, Long.MAX_VALUE + far));
            engine.runUntilIdle();
            // That would do alone.
            assertTrue(job.explain().contains(": two now"), job.explain());
        }
        end();
        long last = Long.MAX_VALUE + far;
        assertEquals(List.of(5 + far - 2, 5 + far - 2 + last, -2 + last, last), sums());
    }

    @Test
    void whatComesBackIsWideIfItWas() throws InterruptedException {
        try (Producer<Reading> producer =
                restored(new Reading(0, 1, Long.MAX_VALUE), new Reading(1, 1, Long.MAX_VALUE))) {
            assertTrue(job.explain().contains(": two now"), job.explain());
            producer.offer(new Reading(2, 1, -Long.MAX_VALUE));
        }
        end();
        assertEquals(List.of(Long.MAX_VALUE, 0L, -Long.MAX_VALUE), sums());
        // The sum of both.
        assertEquals(1, deadLetters.size(), deadLetters::toString);
    }
}
