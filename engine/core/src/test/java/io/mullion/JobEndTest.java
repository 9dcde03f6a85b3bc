package io.mullion;

import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a job does, and does not do, on its way to its end: only whole windows fire, and whatever fails there, it is
/// an end that is reached and said.
class JobEndTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();

    @Test
    void aStoppedJobFiresNoWindowThatWasNotComplete() throws InterruptedException {
        Collected collected = new Collected();
        Input<Number> input = windowed(Watermark.bounded(Duration.ZERO), collected);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Number> ahead = job.producer(input);
                Producer<Number> behind = job.producer(input)) {
            behind.offer(new Number(1, 1));
            ahead.offer(new Number(100, 1));
            engine.runUntilIdle();
            // These rows are accepted and never read, so the window they belong to cannot be right.
            behind.offer(new Number(2, 1));
            job.stop();
            job.await();
        }
        assertEquals(JobState.STOPPED, job.state());
        assertEquals(List.of(), collected.rows);
        assertEquals(1, collected.closes);
    }

    @Test
    void aSinkThatThrewIsNotCalledAgain() {
        AtomicInteger calls = new AtomicInteger();
        Sink failing = Sinks.forEachRow(_ -> {
            calls.incrementAndGet();
            throw new IllegalStateException("disk full");
        });
        Input<Number> input = windowed(Watermark.bounded(Duration.ZERO), failing);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Number> ahead = job.producer(input);
                Producer<Number> behind = job.producer(input)) {
            behind.offer(new Number(1, 1));
            ahead.offer(new Number(100, 1));
            // The watermark of both is 15: the first window fires. Were the lane to go, it would be 100.
            behind.offer(new Number(15, 1));
            engine.runUntilIdle();
        }
        MullionException failed = assertThrows(MullionException.class, job::await);
        assertTrue(failed.getMessage().contains("disk full"), failed::getMessage);
        assertEquals(1, calls.get());
    }

    @ParameterizedTest
    @ValueSource(longs = {10, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void aStatedWatermarkFiresWindowsThoughItIsTheEndOfTime(long watermark) throws InterruptedException {
        Collected collected = new Collected();
        Input<Number> input = windowed(Watermark.explicit(), collected);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(1, 1));
            producer.watermark(watermark);
            engine.runUntilIdle();
            assertEquals(List.of(1L), collected.column("n"));
        }
        job.drain();
        job.await();
        assertEquals(List.of(1L), collected.column("n"));
    }

    @Test
    void aWorkerThatFindsItselfInterruptedFailsTheJob() {
        ScriptedSource source = new ScriptedSource((producer, stopped) -> {
            producer.row().setLong(0, 1).commit();
            stopped.await();
        });
        // What code does that caught an InterruptedException and may not throw it.
        pipeline.from(source).to(Sinks.forEachRow(_ -> Thread.currentThread().interrupt()));
        Job job = engines.start().run(pipeline);
        MullionException failed = assertThrows(MullionException.class, () -> job.await(LONG));
        assertEquals(Reason.STOPPED, failed.reason());
        assertTrue(failed.getMessage().contains("interrupted"), failed::getMessage);
        assertEquals(JobState.FAILED, job.state());
    }

    /// Not by [Engines]: its close is what would hang.
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void lanesWhoseMemoryCannotBeFreedDoNotKeepTheJobFromEnding() throws InterruptedException {
        int lanes = 4;
        CountDownLatch seen = new CountDownLatch(lanes);
        CountDownLatch left = new CountDownLatch(1);
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(Sinks.forEachBatch(batch -> {
            // Never released, as a sink must not do: the pool keeps the slab.
            batch.arrow().getVector(0).getDataBuffer().getReferenceManager().retain();
            seen.countDown();
            if (seen.getCount() == 0) {
                await(left);
            }
        }));
        Engine engine = Engine.start(Engines.SMALL);
        Job job = engine.run(pipeline);
        List<Producer<Number>> producers = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            Producer<Number> producer = job.producer(input);
            producers.add(producer);
            producer.offer(new Number(1, 1));
        }
        seen.await();
        // The worker is the last to leave each of the lanes, and frees it.
        producers.forEach(Producer::close);
        job.stop();
        left.countDown();
        assertThrows(MullionException.class, () -> job.await(LONG));
        assertEquals(JobState.FAILED, job.state());
        MullionException leak = assertThrows(MullionException.class, engine::close);
        assertEquals(Reason.LEAK, leak.reason());
        for (int lane = 0; lane < lanes; lane++) {
            assertTrue(leak.getMessage().contains("numbers#" + lane), leak::getMessage);
        }
    }

    private Input<Number> windowed(Watermark watermark, Sink sink) {
        Input<Number> input = pipeline.input("numbers", Number.class, watermark);
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("n"))
                .to(sink);
        return input;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
