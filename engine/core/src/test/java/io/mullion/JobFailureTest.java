package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchView;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes wrong in a job ends that job: with its cause, with closed producers, with all memory given back, and with
/// its neighbours untouched.
class JobFailureTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final Engines engines = new Engines();

    enum Moment {
        ACCEPT,
        FLUSH,
        CLOSE
    }

    /// Throws at one moment.
    private record FailingSink(Moment moment, Exception failure) implements Sink {
        @Override
        public void accept(BatchView batch) throws Exception {
            failAt(Moment.ACCEPT);
        }

        @Override
        public void flush() throws Exception {
            failAt(Moment.FLUSH);
        }

        @Override
        public void close() throws Exception {
            failAt(Moment.CLOSE);
        }

        private void failAt(Moment now) throws Exception {
            if (now == moment) {
                throw failure;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void whatASinkThrowsFailsItsJobWithTheCause(Moment moment) {
        TestEngine engine = engines.test();
        IOException cause = new IOException("disk full");
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        Collected good = new Collected();
        input.stream().to(good);
        input.stream().to(new FailingSink(moment, cause));
        Job job = engine.run(pipeline);
        Producer<Number> producer = job.producer(input);
        assertEquals(Offer.ACCEPTED, producer.offer(new Number(1, 1)));
        engine.runUntilIdle();
        if (moment == Moment.CLOSE) {
            producer.close();
            job.drain();
        }
        MullionException failed = assertThrows(MullionException.class, job::await);
        assertEquals(Reason.USER_CODE, failed.reason());
        assertTrue(
                failed.getMessage().contains("FailingSink")
                        && failed.getMessage().contains("disk full"),
                failed::getMessage);
        assertSame(cause, rootCause(failed));
        assertEquals(JobState.FAILED, job.state());
        assertEquals(1, good.closes);
        assertEquals(Offer.CLOSED, producer.offer(new Number(2, 2)));
        assertEquals(0, engine.memoryBytesInUse());
        producer.close();
        assertThrows(MullionException.class, () -> job.producer(input));
    }

    @Test
    void aFailedJobLeavesItsNeighbourRunning() throws InterruptedException {
        Engine engine = engines.start();
        Pipeline failing = Pipeline.create();
        Input<Number> failingInput = failing.input("failing", Number.class, Watermark.explicit());
        failingInput.stream().to(new FailingSink(Moment.ACCEPT, new IllegalStateException("no")));
        Pipeline good = Pipeline.create();
        Input<Number> goodInput = good.input("good", Number.class, Watermark.bounded(Duration.ZERO));
        Collected collected = new Collected();
        goodInput.stream()
                .window(Window.tumbling(Duration.ofSeconds(1)))
                .aggregate(count().as("n"))
                .to(collected);
        Job failingJob = engine.run(failing);
        Job goodJob = engine.run(good);
        try (Producer<Number> bad = failingJob.producer(failingInput);
                Producer<Number> fine = goodJob.producer(goodInput)) {
            fine.offer(new Number(1, 1));
            bad.offer(new Number(1, 1));
            assertThrows(MullionException.class, () -> failingJob.await(LONG));
            assertEquals(JobState.FAILED, failingJob.state());
            assertEquals(JobState.RUNNING, goodJob.state());
            fine.offer(new Number(2, 2));
            assertEquals(Offer.CLOSED, bad.offer(new Number(2, 2)));
        }
        goodJob.drain();
        assertTrue(goodJob.await(LONG));
        assertEquals(2, collected.rows.size());
    }

    @Test
    void aBlockedProducerIsReleasedWhenTheJobFails() throws InterruptedException {
        Engine engine = engines.start(Engines.SMALL.withBatchRows(2).withLaneBatches(2));
        CountDownLatch full = new CountDownLatch(1);
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(Sinks.forEachRow(_ -> {
            try {
                full.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            throw new IllegalStateException("now");
        }));
        Job job = engine.run(pipeline);
        Thread feeder = Thread.ofPlatform().start(() -> {
            try (Producer<Number> producer = job.producer(input)) {
                for (long n = 0; producer.offer(new Number(n, n)) != Offer.CLOSED; n++) {
                    if (n == 3) {
                        full.countDown();
                    }
                }
            }
        });
        feeder.join();
        assertThrows(MullionException.class, () -> job.await(LONG));
        assertEquals(JobState.FAILED, job.state());
    }

    @Test
    void aDeadLetterWithoutAHandlerFailsTheJobAndSaysWhere() {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().select(col("n").dividedBy(col("n")).as("one")).to(new Collected());
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(7, 0));
        }
        MullionException failed = assertThrows(MullionException.class, job::await);
        assertEquals(Reason.BAD_ROW, failed.reason());
        for (String part : new String[] {"select n / n as one", "integer division by zero", "n=0"}) {
            assertTrue(failed.getMessage().contains(part), failed::getMessage);
        }
        assertEquals(1, job.counters().deadLetters());
    }

    @Test
    void aDeadLetterHandlerThatThrowsFailsTheJob() {
        TestEngine engine = engines.test();
        IllegalStateException cause = new IllegalStateException("handler");
        Pipeline pipeline = Pipeline.create().deadLetters(_ -> {
            throw cause;
        });
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(new Collected());
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            assertEquals(Offer.DEAD_LETTERED, producer.reject("bad", "row"));
        }
        MullionException failed = assertThrows(MullionException.class, job::await);
        assertEquals(Reason.USER_CODE, failed.reason());
        assertSame(cause, rootCause(failed));
    }

    @Test
    void stateThatOutgrowsTheBudgetFailsTheJob() {
        TestEngine engine = engines.test(Engines.SMALL.withMemoryLimitBytes(3 << 20));
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream()
                .keyBy("n")
                .window(Window.tumbling(Duration.ofDays(1)))
                .aggregate(count().as("count"))
                .to(new Collected());
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            Offer offer = Offer.ACCEPTED;
            for (long n = 0; offer == Offer.ACCEPTED && n < 1_000_000; n++) {
                offer = producer.offer(new Number(1, n));
            }
            assertEquals(Offer.CLOSED, offer);
        }
        MullionException failed = assertThrows(MullionException.class, job::await);
        assertEquals(Reason.OUT_OF_MEMORY, failed.reason());
        assertEquals(JobState.FAILED, job.state());
    }

    @Test
    void callingTheEngineFromASinkIsRefused() {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(Sinks.forEachRow(_ -> engine.runUntilIdle()));
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(1, 1));
        }
        MullionException failed = assertThrows(MullionException.class, job::await);
        assertTrue(failed.getMessage().contains("from within a sink"), failed::getMessage);
    }

    @Test
    void aSourceThatThrowsFailsTheJob() {
        Engine engine = engines.start();
        IOException cause = new IOException("connection reset");
        ScriptedSource source = new ScriptedSource((producer, _) -> {
            producer.row().setLong(0, 1).commit();
            throw cause;
        });
        Pipeline pipeline = Pipeline.create();
        pipeline.from(source).to(new Collected());
        Job job = engine.run(pipeline);
        MullionException failed = assertThrows(MullionException.class, () -> job.await(LONG));
        assertEquals(Reason.SOURCE, failed.reason());
        assertSame(cause, rootCause(failed));
        assertTrue(failed.getMessage().contains("script"), failed::getMessage);
        assertEquals(1, source.closes);
    }

    @Test
    void aSourceThatEndsDrainsTheJob() throws InterruptedException {
        Engine engine = engines.start();
        Collected collected = new Collected();
        ScriptedSource source = new ScriptedSource((producer, _) -> {
            for (long n = 0; n < 1000; n++) {
                producer.row().setLong(0, n).commit();
            }
        });
        Pipeline pipeline = Pipeline.create();
        pipeline.from(source).to(collected);
        Job job = engine.run(pipeline);
        assertTrue(job.await(LONG));
        assertEquals(JobState.FINISHED, job.state());
        assertEquals(1000, collected.rows.size());
        assertEquals(999L, collected.rows.getLast().getFirst());
        assertEquals(1, source.closes);
    }

    @Test
    void drainStopsASourceThatWaitsAndKeepsItsRows() throws InterruptedException {
        Engine engine = engines.start();
        Collected collected = new Collected();
        CountDownLatch written = new CountDownLatch(1);
        ScriptedSource source = new ScriptedSource((producer, stopped) -> {
            producer.row().setLong(0, 1).commit();
            written.countDown();
            stopped.await();
        });
        Pipeline pipeline = Pipeline.create();
        pipeline.from(source).to(collected);
        Job job = engine.run(pipeline);
        written.await();
        job.drain();
        assertTrue(job.await(LONG));
        assertEquals(JobState.FINISHED, job.state());
        assertEquals(1, collected.rows.size());
    }

    @Test
    void aSourceThatCannotBeStoppedCleanlyFailsTheJobAndNothingHangs() {
        Engine engine = engines.start();
        CountDownLatch written = new CountDownLatch(1);
        ScriptedSource source =
                new ScriptedSource((_, stopped) -> {
                    written.countDown();
                    stopped.await();
                }) {
                    @Override
                    public void stop() {
                        super.stop();
                        throw new IllegalStateException("stop failed");
                    }
                };
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        pipeline.from(source).to(new Collected());
        input.stream().to(new FailingSink(Moment.ACCEPT, new IllegalStateException("first")));
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(1, 1));
            MullionException failed = assertThrows(MullionException.class, () -> job.await(Duration.ofSeconds(20)));
            assertTrue(failed.getMessage().contains("first"), failed::getMessage);
        }
    }

    @Test
    void drainRefusesProducersAtTheirNextRow() throws InterruptedException {
        Engine engine = engines.start();
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(collected);
        Job job = engine.run(pipeline);
        Producer<Number> producer = job.producer(input);
        assertEquals(Offer.ACCEPTED, producer.offer(new Number(1, 1)));
        job.drain();
        // It takes one duty cycle to reach the lane.
        Offer offer = Offer.ACCEPTED;
        long accepted = 1;
        long deadline = System.nanoTime() + LONG.toNanos();
        while (offer == Offer.ACCEPTED && System.nanoTime() < deadline) {
            offer = producer.offer(new Number(2, 2));
            accepted += offer == Offer.ACCEPTED ? 1 : 0;
        }
        assertEquals(Offer.CLOSED, offer);
        assertTrue(job.await(LONG));
        assertEquals(accepted, collected.rows.size());
    }

    @Test
    void stopEndsTheJobAndGivesTheMemoryBack() throws InterruptedException {
        Engine engine = engines.start();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        Collected collected = new Collected();
        input.stream().to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(1, 1));
            job.stop();
            assertTrue(job.await(LONG));
            assertEquals(JobState.STOPPED, job.state());
            assertEquals(Offer.CLOSED, producer.offer(new Number(2, 2)));
        }
        assertEquals(1, collected.closes);
    }

    @Test
    void closingTheEngineUnderAnOpenProducerNamesIt() {
        Engine engine = Engine.start(Engines.SMALL);
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(new Collected());
        Job job = engine.run(pipeline);
        Producer<Number> producer = job.producer(input);
        MullionException leak = assertThrows(MullionException.class, engine::close);
        assertEquals(Reason.LEAK, leak.reason());
        assertTrue(leak.getMessage().contains("numbers"), leak::getMessage);
        assertEquals(Offer.CLOSED, producer.offer(new Number(1, 1)));
        producer.close();
        assertEquals(0, engine.memoryBytesInUse());
        engine.close();
        engine.close();
        assertEquals(JobState.STOPPED, job.state());
    }

    @Test
    void aTestJobThatCannotEndSaysWhy() throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(new Collected());
        Job job = engine.run(pipeline);
        Producer<Number> producer = job.producer(input);
        MullionException notAsked = assertThrows(MullionException.class, job::await);
        assertTrue(notAsked.getMessage().contains("drain or stop"), notAsked::getMessage);
        job.drain();
        MullionException open = assertThrows(MullionException.class, job::await);
        assertTrue(open.getMessage().contains("producer"), open::getMessage);
        producer.close();
        job.await();
        assertEquals(JobState.FINISHED, job.state());
    }

    private static Throwable rootCause(Throwable thrown) {
        return thrown.getCause() == null ? thrown : rootCause(thrown.getCause());
    }
}
