package io.mullion;

import io.mullion.memory.MemoryPool;
import io.mullion.memory.Scope;
import io.mullion.runtime.JobOptions;
import io.mullion.runtime.JobRuntime;
import io.mullion.spec.MullionException;
import io.mullion.spec.WorkerThread;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.EpochNanoClock;

/// The jobs of an engine and the memory they share.
final class Jobs implements AutoCloseable {
    private final EngineConfig config;
    private final EpochNanoClock clock;
    private final boolean inTest;
    private final MemoryPool pool;
    /// Replaced as a whole, so that who goes through it needs no copy.
    private volatile List<JobRuntime> jobs = List.of();

    private int started;
    private boolean closed;

    Jobs(EngineConfig config, EpochNanoClock clock, boolean inTest) {
        this.config = config;
        this.clock = clock;
        this.inTest = inTest;
        pool = new MemoryPool(config.memoryLimitBytes());
    }

    synchronized Job start(Pipeline pipeline, JobConfig job, JobOptions.Beginning beginning) {
        if (closed) {
            throw MullionException.misuse("the engine is closed");
        }
        List<JobRuntime> running = new ArrayList<>(jobs);
        running.removeIf(JobRuntime::hasEnded);
        jobs = List.copyOf(running);
        if (job.workers() > 1 && !inTest && job.thread() instanceof WorkerThread.Caller) {
            throw MullionException.misuse(
                    "a job on its caller's thread has one worker: workers=" + job.workers() + ", job=" + job.name());
        }
        if (beginning != JobOptions.Beginning.ANEW && job.checkpoints() == null) {
            throw MullionException.misuse(
                    "a job goes on from checkpoints, and there are none: JobConfig.withCheckpoints");
        }
        String name = name(job);
        JobOptions options = new JobOptions(
                name,
                pool.of(name),
                clock,
                config.kernels(),
                config.batchRows(),
                config.batchDataBytes(),
                config.laneBatches(),
                config.laneIdleTimeout(),
                pipeline.deadLetterHandler(),
                job.idle() == null ? config.idle() : job.idle(),
                job.workers(),
                job.partialPanes(),
                inTest ? WorkerThread.caller() : job.thread(),
                job.latencies() && !inTest,
                job.stageTimes(),
                job.mostBatches(),
                job.checkpoints(),
                beginning,
                inTest);
        JobRuntime runtime = JobRuntime.start(options, pipeline.outputs());
        running.add(runtime);
        jobs = List.copyOf(running);
        return new Job(runtime);
    }

    private String name(JobConfig job) {
        started++;
        if (job.name() == null) {
            return "job-" + started;
        }
        if (jobs.stream().anyMatch(running -> running.name().equals(job.name()))) {
            throw MullionException.misuse("a job of this name runs already: job=" + job.name());
        }
        return job.name();
    }

    List<JobRuntime> running() {
        return jobs;
    }

    long bytesOut() {
        return pool.bytesOut();
    }

    /// Stops what runs, then returns the memory.
    @Override
    public void close() {
        running().forEach(job -> job.requireOutside("close"));
        synchronized (this) {
            closed = true;
        }
        try (Scope all = new Scope()) {
            all.own(pool);
            running().forEach(job -> all.own(job::close));
        }
    }
}
