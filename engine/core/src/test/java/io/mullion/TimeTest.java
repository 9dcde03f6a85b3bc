package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Time in a test engine: the test's clock, watermarks over lanes that come, go and fall idle, and when results are
/// seen.
class TimeTest {
    record Word(String word) {}

    record Tick(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    private static final long MICROS = 1_000_000;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private final Pipeline pipeline = Pipeline.create();

    @Test
    void windowsInProcessingTimeFollowTheTestsClock() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Word> input = pipeline.input("words", Word.class);
        input.stream()
                .keyBy("word")
                .window(Window.sliding(Duration.ofSeconds(4), Duration.ofSeconds(2)))
                .aggregate(count().as("n"))
                .to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Word> producer = job.producer(input)) {
            engine.advanceTo(Duration.ofSeconds(10));
            producer.offer(new Word("a"));
            engine.advanceTo(Duration.ofMillis(11_999));
            assertEquals(0, collected.rows.size());
            // Still at 11.999.
            producer.offer(new Word("a"));
            engine.advanceTo(Duration.ofSeconds(12));
            assertEquals(List.of(List.of(8 * MICROS, 12 * MICROS, "a", 2L)), collected.rows);
            // Time does not go back.
            engine.advanceTo(Duration.ofSeconds(3));
            producer.offer(new Word("b"));
            engine.advanceTo(Duration.ofSeconds(100));
        }
        job.drain();
        job.await();
        assertEquals(
                List.of(
                        List.of(8 * MICROS, 12 * MICROS, "a", 2L),
                        List.of(10 * MICROS, 14 * MICROS, "a", 2L),
                        List.of(10 * MICROS, 14 * MICROS, "b", 1L),
                        List.of(12 * MICROS, 16 * MICROS, "b", 1L)),
                collected.rows);
        assertEquals(List.of(1, 3, 4), collected.flushes);
    }

    @Test
    void theEndOfInputFiresWindowsInProcessingTime() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Word> input = pipeline.input("words", Word.class);
        input.stream()
                .window(Window.tumbling(Duration.ofDays(1)))
                .aggregate(count().as("n"))
                .to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Word> producer = job.producer(input)) {
            producer.offer(new Word("a"));
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 86_400 * MICROS, 1L)), collected.rows);
    }

    @Test
    void aWindowFiresWhenTheWatermarkReachesItsEndAndNotBefore() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Tick> input = ticks(Watermark.bounded(Duration.ofSeconds(3)));
        Job job = engine.run(pipeline);
        try (Producer<Tick> producer = job.producer(input)) {
            offer(engine, producer, 5, 12);
            assertEquals(List.of(), collected.rows);
            offer(engine, producer, 13);
            assertEquals(List.of(List.of(0L, 10L, 1L)), collected.rows);
            // Late for [0, 10), in time for what is open.
            offer(engine, producer, 9, 10);
            assertEquals(1, job.counters().lateRows());
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 10L, 1L), List.of(10L, 20L, 3L)), collected.rows);
    }

    @Test
    void anExplicitWatermarkFiresWithoutRows() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Tick> input = ticks(Watermark.explicit());
        Job job = engine.run(pipeline);
        try (Producer<Tick> producer = job.producer(input)) {
            offer(engine, producer, 5, 100, 7);
            assertEquals(List.of(), collected.rows);
            producer.watermark(10);
            engine.runUntilIdle();
            assertEquals(List.of(List.of(0L, 10L, 2L)), collected.rows);
        }
        job.drain();
        job.await();
        assertEquals(2, collected.rows.size());
        assertEquals(0, job.counters().lateRows());
    }

    @Test
    void aLaneWithoutRowsHoldsTheWatermarkUntilItIsClosed() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Tick> input = ticks(Watermark.bounded(Duration.ZERO));
        Job job = engine.run(pipeline);
        try (Producer<Tick> busy = job.producer(input)) {
            Producer<Tick> quiet = job.producer(input);
            offer(engine, busy, 5, 50);
            engine.advanceTo(Duration.ofDays(1000));
            assertEquals(List.of(), collected.rows);
            quiet.close();
            engine.runUntilIdle();
            assertEquals(List.of(List.of(0L, 10L, 1L)), collected.rows);
        }
        job.drain();
        job.await();
    }

    @Test
    void anIdleLaneHoldsTheWatermarkNoMore() throws InterruptedException {
        TestEngine engine = engines.test(Engines.SMALL.withLaneIdleTimeout(Duration.ofSeconds(5)));
        Input<Tick> input = ticks(Watermark.bounded(Duration.ZERO));
        Job job = engine.run(pipeline);
        try (Producer<Tick> busy = job.producer(input);
                Producer<Tick> quiet = job.producer(input)) {
            offer(engine, busy, 5);
            offer(engine, quiet, 6);
            engine.advanceTo(Duration.ofSeconds(4));
            offer(engine, busy, 50);
            assertEquals(List.of(), collected.rows);
            engine.advanceTo(Duration.ofMillis(4_999));
            assertEquals(List.of(), collected.rows);
            engine.advanceTo(Duration.ofSeconds(5));
            assertEquals(List.of(List.of(0L, 10L, 2L)), collected.rows);
            // It wakes up behind the watermark: late where the window has fired, in time where it has not.
            offer(engine, quiet, 7, 50);
            assertEquals(1, job.counters().lateRows());
            // And holds the watermark again.
            offer(engine, busy, 70);
            assertEquals(1, collected.rows.size());
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 10L, 2L), List.of(50L, 60L, 2L), List.of(70L, 80L, 1L)), collected.rows);
    }

    @Test
    void rowsAreSeenByASinkBehindAWatermarkedInputAtOnce() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Tick> input = pipeline.input("ticks", Tick.class, Watermark.bounded(Duration.ZERO));
        input.stream().filter(col("n").gt(0)).select(col("n")).to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Tick> producer = job.producer(input)) {
            for (long n = 1; n <= 200; n++) {
                producer.offer(new Tick(n, n % 2 == 0 ? n : -n));
                engine.runUntilIdle();
                assertEquals(n / 2, collected.rows.size());
            }
        }
        job.drain();
        job.await();
    }

    @Test
    void oneInputFeedsSeveralWindowsAndSinks() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Tick> input = ticks(Watermark.bounded(Duration.ZERO));
        Collected wide = new Collected();
        Collected raw = new Collected();
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(100)))
                .aggregate(max("n").as("m"))
                .to(wide);
        input.stream().to(raw);
        Job job = engine.run(pipeline);
        try (Producer<Tick> producer = job.producer(input)) {
            offer(engine, producer, 1, 2, 11, 150);
        }
        job.drain();
        job.await();
        assertEquals(List.of(2L, 1L, 1L), collected.column("n"));
        assertEquals(List.of(11L, 150L), wide.column("m"));
        assertEquals(4, raw.rows.size());
        assertEquals(List.of(1, 1, 1), List.of(collected.closes, wide.closes, raw.closes));
    }

    @Test
    void aPipelineMayRunTwice() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Tick> input = ticks(Watermark.bounded(Duration.ZERO));
        for (int run = 1; run <= 2; run++) {
            Job job = engine.run(pipeline);
            try (Producer<Tick> producer = job.producer(input)) {
                offer(engine, producer, 1);
            }
            job.drain();
            job.await();
            assertEquals(run, collected.rows.size());
        }
    }

    /// Counts by windows of ten seconds.
    private Input<Tick> ticks(Watermark watermark) {
        Input<Tick> input = pipeline.input("ticks", Tick.class, watermark);
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("n"))
                .to(collected);
        return input;
    }

    private static void offer(TestEngine engine, Producer<Tick> producer, long... times) {
        for (long time : times) {
            producer.offer(new Tick(time, time));
        }
        engine.runUntilIdle();
    }
}
