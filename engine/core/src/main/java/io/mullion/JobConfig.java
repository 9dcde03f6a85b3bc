package io.mullion;

import io.mullion.spec.Idle;
import io.mullion.spec.MullionException;
import io.mullion.spec.WorkerThread;

/// How one job runs.
///
/// @param name for threads, counters and messages; null for one that the engine makes up. No two running jobs of an
/// engine have the same
/// @param idle what its worker does while there is nothing to do; null for the engine's ([EngineConfig#idle])
/// @param thread where its worker runs
/// @param latencies whether they are measured: a look at the clock for each run of rows and each turn
/// @param stageTimes whether [Job#explainAnalyze] can tell them: two looks at the clock for each stage of each run of
/// rows
/// @param mostBatches after how many micro-batches the job ends; 0 for never
public record JobConfig(
        String name, Idle idle, WorkerThread thread, boolean latencies, boolean stageTimes, long mostBatches) {
    /// A name made up, the engine's idle strategy, a thread of the engine, latencies measured.
    public static JobConfig defaults() {
        return new JobConfig(null, null, WorkerThread.own(), true, false, 0);
    }

    public JobConfig {
        if (name != null && name.isBlank()) {
            throw MullionException.invalid("a job's name must not be blank");
        }
        if (mostBatches < 0) {
            throw MullionException.invalid("a number of batches is not negative: mostBatches=" + mostBatches);
        }
    }

    public JobConfig withName(String name) {
        return new JobConfig(name, idle, thread, latencies, stageTimes, mostBatches);
    }

    public JobConfig withIdle(Idle idle) {
        return new JobConfig(name, idle, thread, latencies, stageTimes, mostBatches);
    }

    public JobConfig withThread(WorkerThread thread) {
        return new JobConfig(name, idle, thread, latencies, stageTimes, mostBatches);
    }

    public JobConfig withLatencies(boolean latencies) {
        return new JobConfig(name, idle, thread, latencies, stageTimes, mostBatches);
    }

    public JobConfig withStageTimes(boolean stageTimes) {
        return new JobConfig(name, idle, thread, latencies, stageTimes, mostBatches);
    }

    /// The job ends by itself when so many micro-batches have: rows that came later are not processed. Means nothing
    /// for a job without micro-batches.
    public JobConfig withMostBatches(long mostBatches) {
        return new JobConfig(name, idle, thread, latencies, stageTimes, mostBatches);
    }
}
