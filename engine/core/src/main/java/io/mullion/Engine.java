package io.mullion;

import io.mullion.runtime.JobOptions;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.WorkerThread;
import org.agrona.concurrent.OffsetEpochNanoClock;

/// Runs pipelines inside this JVM: one worker or more for each job, one memory budget for all.
///
/// *Thread*: any. *Ownership*: whoever starts it closes it; producers are closed before.
public final class Engine implements AutoCloseable {
    private final Jobs jobs;

    private Engine(EngineConfig config) {
        // It is read in every duty cycle: unlike the system's own clock it makes no Instant.
        jobs = new Jobs(config, new OffsetEpochNanoClock(), false);
    }

    /// With the defaults of [EngineConfig#defaults].
    public static Engine start() {
        return start(EngineConfig.defaults());
    }

    public static Engine start(EngineConfig config) {
        return new Engine(config);
    }

    /// Starts a job for the pipeline. The same pipeline may run more than once if its sources and sinks may.
    ///
    /// @throws io.mullion.spec.MullionException if the pipeline has no sink, a source cannot be opened, or the budget
    /// has no room
    public Job run(Pipeline pipeline) {
        return run(pipeline, JobConfig.defaults());
    }

    /// The same, with a choice of the job's name, its worker's thread and how that one waits.
    public Job run(Pipeline pipeline, JobConfig config) {
        return jobs.start(pipeline, config, JobOptions.Beginning.ANEW);
    }

    /// Starts a job that keeps checkpoints.
    ///
    /// @throws io.mullion.spec.MullionException also if the folder has checkpoints already, or belongs to a job that
    /// runs
    public Job run(Pipeline pipeline, Checkpoints checkpoints) {
        return run(pipeline, JobConfig.defaults().withCheckpoints(checkpoints));
    }

    /// Starts a job that goes on where the newest whole checkpoint has it: with the same pipeline, and sources that can
    /// be read again ([io.mullion.io.ReplayableSource]), its results are those of a job that never died.
    ///
    /// @param config with checkpoints: it goes on to make them
    /// @throws io.mullion.spec.MullionException also if there is no checkpoint that is whole, if it does not fit the
    /// pipeline, or if its folder belongs to a job that runs
    public Job restore(Pipeline pipeline, JobConfig config) {
        return jobs.start(pipeline, config, JobOptions.Beginning.FROM_CHECKPOINT);
    }

    /// As [#restore] where the folder has a checkpoint, as [#run] where it never had one: for a program that is started
    /// again by the same command. A job that had come to its end has nothing to add, and ends at once.
    public Job resume(Pipeline pipeline, JobConfig config) {
        return jobs.start(pipeline, config, JobOptions.Beginning.EITHER);
    }

    /// The same as [#restore(Pipeline, JobConfig)], with the defaults of [JobConfig#defaults].
    public Job restore(Pipeline pipeline, Checkpoints checkpoints) {
        return restore(pipeline, JobConfig.defaults().withCheckpoints(checkpoints));
    }

    /// Starts a job without a thread: the caller gives it its turns, by [Job#poll].
    public Job runOnCallerThread(Pipeline pipeline) {
        return run(pipeline, JobConfig.defaults().withThread(WorkerThread.caller()));
    }

    /// Off-heap bytes in use by jobs and producers.
    public long memoryBytesInUse() {
        return jobs.bytesOut();
    }

    /// Stops all jobs without working off what is left in their lanes (drain them first for that) and returns the
    /// memory. Idempotent.
    ///
    /// @throws io.mullion.spec.MullionException `LEAK`, naming the holders, if a producer was not closed
    @Override
    public void close() {
        jobs.close();
    }
}
