package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.EventTime;
import io.mullion.spec.Overload;
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

    private Collected collected = new Collected();
    private Pipeline pipeline = Pipeline.create();

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
    void withoutAWatermarkWindowsFireAtTheEnd() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Tick> input = ticks(Watermark.none());
        Job job = engine.run(pipeline);
        try (Producer<Tick> producer = job.producer(input)) {
            offer(engine, producer, 5, 100, 7);
            engine.advanceTo(Duration.ofDays(1));
            assertEquals(List.of(), collected.rows);
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 10L, 2L), List.of(100L, 110L, 1L)), collected.rows);
        assertEquals(0, job.counters().lateRows());
    }

    @Test
    void aMicroBatchIsJudgedByTheBatchesBefore() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Tick> input = ticks(Watermark.perBatch(Duration.ofSeconds(10), Duration.ofMinutes(1)));
        Job job = engine.run(pipeline);
        try (Producer<Tick> producer = job.producer(input)) {
            // 30 is no reason yet to drop what follows in the same batch; what is before 1970 is late from the start.
            offer(engine, producer, 30, 3, -5);
            assertEquals(List.of(), collected.rows);
            assertEquals(1, job.counters().lateRows());
            engine.advanceTo(Duration.ofSeconds(59));
            assertEquals(List.of(), collected.rows);
            engine.advanceTo(Duration.ofMinutes(1));
            assertEquals(List.of(List.of(0L, 10L, 1L)), collected.rows);
            // W is 20 now, whatever comes, up to the end of this batch.
            offer(engine, producer, 19, 90, 21);
            assertEquals(2, job.counters().lateRows());
            engine.advanceTo(Duration.ofMinutes(5));
            assertEquals(List.of(List.of(0L, 10L, 1L), List.of(20L, 30L, 1L), List.of(30L, 40L, 1L)), collected.rows);
        }
        job.drain();
        job.await();
        assertEquals(4, collected.rows.size());
    }

    @Test
    void ofSeveralProducersAMicroBatchTakesTheLeastOrTheGreatest() throws InterruptedException {
        assertEquals(10, batchesOfTwo(Watermark.PerBatch.Policy.MIN));
        assertEquals(30, batchesOfTwo(Watermark.PerBatch.Policy.MAX));
    }

    /// The end of the last window that a batch with 15 from one producer and 35 from another fires.
    private long batchesOfTwo(Watermark.PerBatch.Policy policy) throws InterruptedException {
        pipeline = Pipeline.create();
        collected = new Collected();
        TestEngine engine = engines.test();
        Input<Tick> input = ticks(new Watermark.PerBatch(Duration.ofSeconds(2), Duration.ofMinutes(1), policy));
        Job job = engine.run(pipeline);
        long end;
        try (Producer<Tick> slow = job.producer(input);
                Producer<Tick> fast = job.producer(input)) {
            offer(engine, fast, 5, 25, 35);
            engine.advanceTo(Duration.ofMinutes(1));
            // A producer without rows holds the least back, and not the greatest.
            assertEquals(policy == Watermark.PerBatch.Policy.MIN, collected.rows.isEmpty());
            offer(engine, slow, 15);
            engine.advanceTo(Duration.ofMinutes(2));
            end = (long) collected.rows.getLast().get(1);
        }
        job.drain();
        job.await();
        return end;
    }

    @Test
    void theWatermarkGoesOnWithTheClockWhileAllIsIdle() throws InterruptedException {
        TestEngine engine = engines.test(Engines.SMALL.withLaneIdleTimeout(Duration.ofSeconds(5)));
        Input<Tick> input = ticks(Watermark.bounded(Duration.ofSeconds(3)).advancingWhenIdle());
        Job job = engine.run(pipeline);
        try (Producer<Tick> producer = job.producer(input)) {
            offer(engine, producer, 8);
            engine.advanceTo(Duration.ofSeconds(5));
            // Idle since now, with W = 5: it comes to 10 five seconds on.
            engine.advanceTo(Duration.ofMillis(9_999));
            assertEquals(List.of(), collected.rows);
            engine.advanceTo(Duration.ofSeconds(10));
            assertEquals(List.of(List.of(0L, 10L, 1L)), collected.rows);
            // What wakes it up may be late.
            offer(engine, producer, 9, 12);
            assertEquals(1, job.counters().lateRows());
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 10L, 1L), List.of(10L, 20L, 1L)), collected.rows);
    }

    @Test
    void rowsWithoutATimeAreLeftOutAndCounted() throws InterruptedException {
        TestEngine engine = engines.test();
        Schema schema = Schema.of(Field.nullable("time", DataType.timestamp(TimeUnit.SECONDS)));
        Input<Void> input = pipeline.input("ticks", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("n"))
                .to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Void> producer = job.producer(input)) {
            for (Long time : new Long[] {null, 5L, null, null, 6L, 25L, null}) {
                RowWriter row = producer.row();
                if (time == null) {
                    row.setNull(0);
                } else {
                    row.setLong(0, time);
                }
                row.commit();
            }
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 10L, 2L), List.of(20L, 30L, 1L)), collected.rows);
        assertEquals(4, job.counters().rowsWithoutTime());
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
