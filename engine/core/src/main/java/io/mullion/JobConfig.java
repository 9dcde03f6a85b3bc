package io.mullion;

import io.mullion.spec.Checkpoints;
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
/// @param workers how many there are: see [#withWorkers]
/// @param partialPanes whether each of them aggregates its own rows: see [#withPartialPanes]
/// @param checkpoints what the job needs to go on after it has died; null for none
public record JobConfig(
        String name,
        Idle idle,
        WorkerThread thread,
        boolean latencies,
        boolean stageTimes,
        long mostBatches,
        int workers,
        boolean partialPanes,
        Checkpoints checkpoints) {
    /// More would have more channels between them than they are worth.
    static final int MOST_WORKERS = 64;

    /// A name made up, the engine's idle strategy, a thread of the engine, latencies measured.
    public static JobConfig defaults() {
        return new JobConfig(null, null, WorkerThread.own(), true, false, 0, 1, true, null);
    }

    public JobConfig {
        if (name != null && name.isBlank()) {
            throw MullionException.invalid("a job's name must not be blank");
        }
        if (mostBatches < 0) {
            throw MullionException.invalid("a number of batches is not negative: mostBatches=" + mostBatches);
        }
        if (workers < 1 || workers > MOST_WORKERS) {
            throw MullionException.invalid("a job has 1 to " + MOST_WORKERS + " workers: workers=" + workers);
        }
    }

    public JobConfig withName(String name) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }

    public JobConfig withIdle(Idle idle) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }

    public JobConfig withThread(WorkerThread thread) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }

    public JobConfig withLatencies(boolean latencies) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }

    public JobConfig withStageTimes(boolean stageTimes) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }

    /// The job ends by itself when so many micro-batches have: rows that came later are not processed. Means nothing
    /// for a job without micro-batches.
    public JobConfig withMostBatches(long mostBatches) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }

    /// How many threads share the work of the job. Lanes of producers and sources are dealt out to them in turn; where
    /// rows of a key, or all of a stream, have to come together they go from worker to worker, as [Job#explain] tells.
    /// Functions and aggregates of yours are called by all of them, sinks and dead-letter handlers by the first.
    ///
    /// Pinned workers take the CPU that was said and those behind it; an executor needs a thread for each. Not for a
    /// job on its caller's thread.
    public JobConfig withWorkers(int workers) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }

    /// Whether several workers aggregate each their own rows into the panes of windows of time, by whatever keys,
    /// before these are put together by key. Then a key that most rows have keeps no worker busier than the others, and
    /// what goes from worker to worker is one row for each key and pane. The default; `false` where there are about as
    /// many keys in a pane as rows: then rows go to the worker of their key, and each key is kept once.
    public JobConfig withPartialPanes(boolean partialPanes) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }

    /// What the job needs to go on after it has died is put into a folder every so often: see `checkpoints.md`. A job
    /// that [Engine#run] starts begins with an empty folder; [Engine#restore] goes on.
    public JobConfig withCheckpoints(Checkpoints checkpoints) {
        return new JobConfig(
                name, idle, thread, latencies, stageTimes, mostBatches, workers, partialPanes, checkpoints);
    }
}
