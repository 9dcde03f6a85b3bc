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
public record JobConfig(String name, Idle idle, WorkerThread thread, boolean latencies, boolean stageTimes) {
    /// A name made up, the engine's idle strategy, a thread of the engine, latencies measured.
    public static JobConfig defaults() {
        return new JobConfig(null, null, WorkerThread.own(), true, false);
    }

    public JobConfig {
        if (name != null && name.isBlank()) {
            throw MullionException.invalid("a job's name must not be blank");
        }
    }

    public JobConfig withName(String name) {
        return new JobConfig(name, idle, thread, latencies, stageTimes);
    }

    public JobConfig withIdle(Idle idle) {
        return new JobConfig(name, idle, thread, latencies, stageTimes);
    }

    public JobConfig withThread(WorkerThread thread) {
        return new JobConfig(name, idle, thread, latencies, stageTimes);
    }

    public JobConfig withLatencies(boolean latencies) {
        return new JobConfig(name, idle, thread, latencies, stageTimes);
    }

    public JobConfig withStageTimes(boolean stageTimes) {
        return new JobConfig(name, idle, thread, latencies, stageTimes);
    }
}
