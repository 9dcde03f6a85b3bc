package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.JobSnapshot.InputSnapshot;
import io.mullion.batch.Latencies;
import io.mullion.batch.LatencyRecorder;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.Latency;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a job tells of itself while it runs.
class JobSnapshotTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Collected collected = new Collected();

    @Test
    void aJobTellsOfItsInputsItsPanesAndItsMemory() throws InterruptedException {
        Input<Number> numbers = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ofSeconds(5)));
        Input<Void> plain = pipeline.input("plain", Schema.of(Field.of("n", DataType.INT64)), Overload.FAIL);
        numbers.stream()
                .keyBy("n")
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("c"))
                .to(collected);
        plain.stream().to(Sinks.forEachRow(_ -> {}));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        engine.advanceTo(Duration.ofSeconds(100));

        InputSnapshot before = job.snapshot().inputs().getFirst();
        assertEquals("numbers", before.name());
        assertNull(before.watermark());
        assertNull(before.lag());

        try (Producer<Number> producer = job.producer(numbers);
                Producer<Void> other = job.producer(plain)) {
            for (long time : new long[] {3, 14, 27, 38}) {
                producer.offer(new Number(time, time));
            }
            while (other.row().setLong(0, 1).commit() == Offer.ACCEPTED) {}
            engine.runUntilIdle();
            JobSnapshot snapshot = job.snapshot();
            assertEquals(JobState.RUNNING, snapshot.state());
            assertEquals(job.counters(), snapshot.counters());
            InputSnapshot in = snapshot.inputs().getFirst();
            assertEquals(4, in.rowsIn());
            assertEquals(1, in.lanes());
            assertEquals(Instant.ofEpochSecond(33), in.watermark());
            assertEquals(Duration.ofSeconds(67), in.lag());
            // Those of the thirties.
            assertEquals(1, snapshot.panes());
            InputSnapshot refusing = snapshot.inputs().get(1);
            assertEquals(1, refusing.refusedRows());
            assertEquals(3 * 64, refusing.rowsIn());
            assertNull(refusing.watermark());
            assertEquals(1 + 3, snapshot.batches());
            assertEquals(engine.memoryBytesInUse(), snapshot.bytesInUse());
            assertTrue(
                    snapshot.bytes().containsKey("numbers#0"),
                    () -> snapshot.bytes().toString());
            String text = snapshot.toString();
            assertTrue(
                    text.contains("rowsIn=196") && text.contains("bytes: numbers#0") && text.contains("lag=PT1M7S"),
                    text);
        }
        job.drain();
        job.await();
        JobSnapshot last = job.snapshot();
        assertEquals(Instant.MAX, last.inputs().getFirst().watermark());
        assertEquals(0, last.inputs().getFirst().lanes());
        assertEquals(0, last.panes());
        assertEquals(0, last.bytesInUse());
        // In a test there is no time that could be measured.
        assertEquals(Latency.NONE, last.processed());
        assertEquals(Latency.NONE, last.emitted());
    }

    @Test
    void sessionsAndWindowsOfRowsAreCounted() throws InterruptedException {
        Input<Number> numbers = pipeline.input("numbers", Number.class, Watermark.explicit());
        numbers.stream()
                .keyBy("n")
                .window(Window.session(Duration.ofSeconds(10)))
                .aggregate(count().as("c"))
                .to(collected);
        numbers.stream()
                .keyBy("n")
                .window(Window.tumblingRows(2))
                .aggregate(count().as("c"))
                .to(Sinks.forEachRow(_ -> {}));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(numbers)) {
            for (int n = 0; n < 5; n++) {
                producer.offer(new Number(1, n));
            }
            producer.watermark(2);
            engine.runUntilIdle();
            assertEquals(10, job.snapshot().panes());
            producer.watermark(100);
            engine.runUntilIdle();
            assertEquals(5, job.snapshot().panes());
        }
        job.drain();
        job.await();
    }

    @Test
    void rowsAndWindowsAreTimed() throws InterruptedException {
        Job job = timed(JobConfig.defaults());
        JobSnapshot snapshot = job.snapshot();
        assertEquals(snapshot.counters().rowsIn(), snapshot.processed().count());
        assertTrue(snapshot.processed().p50Nanos() > 0);
        assertTrue(snapshot.processed().maxNanos() >= snapshot.processed().p999Nanos());
        // All windows of 1970 but the last one, which has fired at the end of input, have ended long ago.
        assertEquals(
                Duration.ofDays(1).toHours(),
                Duration.ofNanos(snapshot.emitted().p50Nanos()).toHours(),
                1);
        assertEquals(snapshot.emitted(), job.snapshot().emitted());
    }

    @Test
    void latenciesAreNotMeasuredWhereNobodyWantsThem() throws InterruptedException {
        JobSnapshot snapshot = timed(JobConfig.defaults().withLatencies(false)).snapshot();
        assertEquals(Latency.NONE, snapshot.processed());
        assertEquals(Latency.NONE, snapshot.emitted());
        assertEquals("none", snapshot.processed().toString());
    }

    @Test
    void aRowThatWaitedInItsLaneIsTimedFromItsCommit() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        Input<Number> numbers = pipeline.input("numbers", Number.class, Watermark.explicit());
        numbers.stream().filter(col("n").gt(0)).to(Sinks.forEachRow(_ -> ran.set(true)));
        Job job = engines.start().runOnCallerThread(pipeline);
        long start = System.nanoTime();
        try (Producer<Number> producer = job.producer(numbers)) {
            producer.offer(new Number(1, 1));
            Duration wait = Duration.ofMillis(20);
            Thread.sleep(wait);
            job.poll();
            assertTrue(ran.get());
            long nanos = job.snapshot().processed().maxNanos();
            assertTrue(
                    nanos >= wait.toNanos() * 99 / 100 && nanos <= (System.nanoTime() - start) * 1.01,
                    () -> nanos + " ns");
        }
        job.drain();
        job.await();
    }

    @Test
    void percentilesAreThoseOfAllThatWasRecorded() {
        LatencyRecorder recorder = new LatencyRecorder();
        assertEquals(Latency.NONE, recorder.latency());
        recorder.record(1_000, 900);
        assertEquals(900, recorder.latency().count());
        recorder.record(100_000, 99);
        recorder.record(-5, 1);
        recorder.record(Long.MAX_VALUE, 1);
        Latency latency = recorder.latency();
        assertEquals(1_001, latency.count());
        assertEquals(1_000, latency.p50Nanos(), 10);
        assertEquals(100_000, latency.p99Nanos(), 1_000);
        assertEquals(
                Duration.ofDays(1).toNanos(),
                latency.maxNanos(),
                Duration.ofDays(1).toNanos() / 100.0);
        assertTrue(
                latency.toString().startsWith("p50=1003ns p90=1003ns p99=100us p99.9=100us max="), latency::toString);
    }

    @Test
    void nanosecondsThatLeaveInt64AreTheGreatestThereAre() {
        assertEquals(-5_000_000_000L, TimeUnit.SECONDS.toNanos(-5));
        assertEquals(7, TimeUnit.NANOS.toNanos(7));
        assertEquals(Long.MAX_VALUE, TimeUnit.MILLIS.toNanos(Long.MAX_VALUE));
        assertEquals(Long.MIN_VALUE, TimeUnit.SECONDS.toNanos(Long.MIN_VALUE));
        assertEquals(Long.MAX_VALUE, TimeUnit.MICROS.toNanos(Long.MAX_VALUE / 1_000 + 1));
    }

    @Test
    void aWindowThatIsEmittedBeforeItsEndDoesNotCount() {
        Latencies latencies = new Latencies(() -> 1_000);
        latencies.windowEmitted(2_000);
        latencies.windowEmitted(400);
        assertEquals(1, latencies.emitted.latency().count());
        assertEquals(600, latencies.emitted.latency().maxNanos(), 6);
    }

    private Job timed(JobConfig config) throws InterruptedException {
        Input<Number> numbers = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        numbers.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("c"))
                .to(collected);
        Job job = engines.start().run(pipeline, config);
        try (Producer<Number> producer = job.producer(numbers)) {
            for (int i = 0; i < 1_000; i++) {
                producer.offer(new Number(i, i));
            }
        }
        job.drain();
        job.await();
        return job;
    }
}
