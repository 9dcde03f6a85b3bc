package io.mullion;

import io.mullion.runtime.JobOptions;
import io.mullion.runtime.JobRuntime;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.EpochNanoClock;

/// An engine for tests: no threads, no real time. Jobs run when the test says so, on its thread, and the test owns the
/// clock, so that every run is the same run.
///
/// *Thread*: one. Feed inputs through producers (a full lane works itself off), move time with [#advanceTo], end with
/// `job.drain()` and `job.await()`. Sources are refused.
public final class TestEngine implements AutoCloseable {
    private final TestClock clock = new TestClock();
    private final Jobs jobs;

    private TestEngine(EngineConfig config) {
        jobs = new Jobs(config, clock, true);
    }

    /// With the default sizes; lanes never count as idle.
    public static TestEngine create() {
        return create(EngineConfig.defaults().withLaneIdleTimeout(Duration.ZERO));
    }

    public static TestEngine create(EngineConfig config) {
        return new TestEngine(config);
    }

    public Job run(Pipeline pipeline) {
        return run(pipeline, JobConfig.defaults());
    }

    /// The same, with a choice of the job's name, of when it ends, and of several workers, which the test's thread runs
    /// one after the other; thread and idle strategy mean nothing here.
    public Job run(Pipeline pipeline, JobConfig config) {
        return jobs.start(pipeline, config, JobOptions.Beginning.ANEW);
    }

    /// A job that goes on from a checkpoint, as [Engine#restore] starts it.
    public Job restore(Pipeline pipeline, JobConfig config) {
        return jobs.start(pipeline, config, JobOptions.Beginning.FROM_CHECKPOINT);
    }

    /// Processes all rows offered so far, then sets the clock and lets jobs see it. Never goes back.
    ///
    /// @param sinceEpoch the new time, counted from 1970-01-01T00:00Z
    public void advanceTo(Duration sinceEpoch) {
        runUntilIdle();
        clock.nanos = Math.max(clock.nanos, sinceEpoch.toNanos());
        runUntilIdle();
    }

    /// Lets jobs work until there is nothing left to do at the present time.
    public void runUntilIdle() {
        List<JobRuntime> running = jobs.running();
        for (int i = 0; i < running.size(); i++) {
            running.get(i).runUntilIdle();
        }
    }

    /// Off-heap bytes in use by jobs and producers.
    public long memoryBytesInUse() {
        return jobs.bytesOut();
    }

    @Override
    public void close() {
        jobs.close();
    }

    private static final class TestClock implements EpochNanoClock {
        private long nanos;

        @Override
        public long nanoTime() {
            return nanos;
        }
    }
}
