package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A job's own threads do not wait for the job: they are told that they would, and the job goes on or fails.
///
/// Engines are closed by the tests themselves, within their time limits: where a thread waits for itself, closing
/// would wait as well.
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class ReentryTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final EngineConfig TIGHT = Engines.SMALL.withBatchRows(4).withLaneBatches(2);

    /// Where users' code runs on threads of the job.
    enum Place {
        SINK,
        DEAD_LETTER_HANDLER,
        SOURCE
    }

    private interface Call {
        void to(Engine engine, Job job) throws InterruptedException;
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void awaitOnAThreadOfTheJobIsRefused(Place place) throws InterruptedException {
        assertRefused(place, "await", (_, job) -> job.await());
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void closingTheEngineOnAThreadOfOneOfItsJobsIsRefused(Place place) throws InterruptedException {
        assertRefused(place, "close", (engine, _) -> engine.close());
    }

    /// Feeds an input of its own job, many rows for each it gets.
    private static final class Echo implements Sink {
        final CompletableFuture<Producer<Number>> back = new CompletableFuture<>();
        final List<MullionException> refusals = new ArrayList<>();
        int accepted;

        @Override
        public void accept(BatchView batch) {
            for (int i = 0; i < 20; i++) {
                try {
                    accepted += back.join().offer(new Number(1, accepted)) == Offer.ACCEPTED ? 1 : 0;
                } catch (MullionException full) {
                    refusals.add(full);
                }
            }
        }

        @Override
        public void close() {
            // On the thread that fed it.
            back.join().close();
        }
    }

    @Test
    void aSinkThatWaitsForRoomInAnInputOfItsJobIsRefused() throws InterruptedException {
        Echo echo = new Echo();
        Collected echoed = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        Input<Number> back = pipeline.input("back", Number.class, Watermark.explicit());
        input.stream().to(echo);
        back.stream().to(echoed);
        Engine engine = Engine.start(TIGHT);
        Job job = engine.run(pipeline);
        echo.back.complete(job.producer(back));
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(1, 1));
            producer.offer(new Number(2, 1));
        }
        awaitRows(job, 2);
        job.stop();
        assertTrue(job.await(LONG));
        assertTrue(!echo.refusals.isEmpty() && echo.accepted >= 8);
        for (MullionException refusal : echo.refusals) {
            assertEquals(Reason.MISUSE, refusal.reason());
            assertTrue(refusal.getMessage().contains("thread of its worker"), refusal::getMessage);
        }
        closeEmpty(engine);
    }

    @Test
    void aRowThatMayNotWaitInATestEngineHasNotBegun() throws InterruptedException {
        Echo echo = new Echo();
        Collected echoed = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        Input<Number> back = pipeline.input("back", Number.class, Watermark.explicit());
        input.stream().to(echo);
        back.stream().to(echoed);
        TestEngine engine = TestEngine.create(TIGHT);
        Job job = engine.run(pipeline);
        echo.back.complete(job.producer(back));
        try (Producer<Number> producer = job.producer(input)) {
            for (int round = 1; round <= 3; round++) {
                producer.offer(new Number(round, 1));
                engine.runUntilIdle();
                // Twenty in each round. Two batches of four are all that there is room for, and one of them when a
                // batch
                // that is full waits for the next row to be sealed.
                assertEquals(8 + 4 * (round - 1), echo.accepted);
                assertEquals(20 * round, echo.accepted + echo.refusals.size());
                assertEquals(LongStream.range(0, echo.accepted).boxed().toList(), echoed.column("n"));
            }
        }
        for (MullionException refusal : echo.refusals) {
            assertEquals(Reason.MISUSE, refusal.reason());
            assertTrue(refusal.getMessage().contains("from within a sink"), refusal::getMessage);
        }
        job.stop();
        job.await();
        assertEquals(0, engine.memoryBytesInUse());
        engine.close();
    }

    private static void assertRefused(Place place, String name, Call call) throws InterruptedException {
        Engine engine = Engine.start(Engines.SMALL);
        CompletableFuture<Job> started = new CompletableFuture<>();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Runnable wait = () -> {
            try {
                call.to(engine, started.join());
                outcome.complete(null);
            } catch (Throwable refused) {
                outcome.complete(refused);
            }
        };
        ScriptedSource source = new ScriptedSource((producer, _) -> {
            switch (place) {
                case SINK -> producer.row().setLong(0, 1).commit();
                case DEAD_LETTER_HANDLER -> producer.reject("bad", "row");
                case SOURCE -> wait.run();
            }
        });
        Pipeline pipeline = Pipeline.create().deadLetters(_ -> wait.run());
        pipeline.from(source).to(Sinks.forEachRow(_ -> wait.run()));
        Job job = engine.run(pipeline);
        started.complete(job);
        assertTrue(job.await(LONG), "the job has not ended");
        MullionException refused = assertInstanceOf(MullionException.class, outcome.join());
        assertEquals(Reason.MISUSE, refused.reason());
        assertTrue(
                refused.getMessage().contains(name) && refused.getMessage().contains(job.name()), refused::getMessage);
        // It was refused, and not half done.
        assertEquals(JobState.FINISHED, job.state());
        closeEmpty(engine);
    }

    private static void awaitRows(Job job, long rows) {
        while (job.counters().rowsIn() < rows) {
            Thread.onSpinWait();
        }
    }

    private static void closeEmpty(Engine engine) {
        assertEquals(0, engine.memoryBytesInUse());
        engine.close();
    }
}
