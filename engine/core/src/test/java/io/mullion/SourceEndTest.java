package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sources that leave late, or badly.
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class SourceEndTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    final Engines engines = new Engines();

    private final CountDownLatch returning = new CountDownLatch(1);

    /// Not by [Engines]: its close is what would hang.
    @Test
    void aSourceThatThrowsAnErrorFromCloseDoesNotKeepTheJobFromEnding() throws InterruptedException {
        ScriptedSource source = new ScriptedSource((_, _) -> {}) {
            @Override
            public void close() {
                super.close();
                throw new AssertionError("close failed");
            }
        };
        Engine engine = Engine.start(Engines.SMALL);
        Job job = run(engine, source);
        assertEndsAsItsStateSays(job);
        assertEquals(1, source.closes);
        assertEquals(0, engine.memoryBytesInUse());
        engine.close();
    }

    @Test
    void aSourceThatThrowsAnErrorFromStopDoesNotKeepTheOthersFromBeingStopped() {
        ScriptedSource failing = new ScriptedSource((_, stopped) -> stopped.await()) {
            @Override
            public void stop() {
                super.stop();
                throw new AssertionError("stop failed");
            }
        };
        ScriptedSource other = new ScriptedSource((_, stopped) -> stopped.await());
        Pipeline pipeline = Pipeline.create();
        pipeline.from(failing).to(new Collected());
        pipeline.from(other).to(new Collected());
        Job job = engines.start().run(pipeline);
        job.drain();
        assertEquals(0, other.stopped.getCount());
        MullionException failed = assertThrows(MullionException.class, () -> job.await(LONG));
        assertEquals(Reason.SOURCE, failed.reason());
        assertTrue(failed.getMessage().contains("stop failed"), failed::getMessage);
        assertEquals(JobState.FAILED, job.state());
    }

    @Test
    void aSourceThatFailsWhenItsJobHasEndedDoesNotChangeHowItEnded() throws InterruptedException {
        ScriptedSource source = new ScriptedSource((_, _) -> returning.await()) {
            @Override
            public void close() {
                super.close();
                throw new IllegalStateException("close failed");
            }
        };
        Job job = run(engines.start(), source);
        job.stop();
        awaitEndOfWorker(job);
        assertEquals(JobState.STOPPED, job.state());
        returning.countDown();
        assertTrue(job.await(LONG));
        assertEquals(JobState.STOPPED, job.state());
        assertEquals(1, source.closes);
    }

    @Test
    void anEngineThatClosesWaitsForASourceOfAJobThatHadEnded() {
        CountDownLatch engineCloses = new CountDownLatch(1);
        ScriptedSource slow = new ScriptedSource((_, _) -> returning.await()) {
            @Override
            public void stop() {
                // Told once more when the engine closes; only then it returns.
                if (engineCloses.getCount() == 0) {
                    returning.countDown();
                }
            }
        };
        Engine engine = engines.start();
        Job job = run(engine, slow);
        job.stop();
        awaitEndOfWorker(job);
        // Jobs that are over are forgotten when another one starts. This one is not: its source still has a lane.
        run(engine, new ScriptedSource((_, stopped) -> stopped.await()));
        engineCloses.countDown();
        try {
            engine.close();
        } finally {
            returning.countDown();
        }
        assertEquals(1, slow.closes);
        assertEquals(0, engine.memoryBytesInUse());
    }

    private static Job run(Engine engine, ScriptedSource source) {
        Pipeline pipeline = Pipeline.create();
        pipeline.from(source).to(new Collected());
        return engine.run(pipeline);
    }

    /// The state is final before the sources have returned.
    private static void awaitEndOfWorker(Job job) {
        while (!job.state().ended()) {
            Thread.onSpinWait();
        }
    }

    /// Whether a failing close came before the worker saw the end of the input is not ours to say; that both tell the
    /// same is.
    private static void assertEndsAsItsStateSays(Job job) throws InterruptedException {
        try {
            assertTrue(job.await(LONG));
            assertEquals(JobState.FINISHED, job.state());
        } catch (MullionException failed) {
            assertTrue(failed.getMessage().contains("close failed"), failed::getMessage);
            assertEquals(JobState.FAILED, job.state());
        }
    }
}
