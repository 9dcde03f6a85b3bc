package io.mullion.spec;

import java.util.concurrent.Executor;

/// Where the worker of a job runs.
public sealed interface WorkerThread {
    /// On a daemon thread of the engine, `mullion-` and the name of the job.
    record Own() implements WorkerThread {}

    /// On a thread of the engine that the system runs on one CPU only.
    ///
    /// @param cpu its number, as the system counts from 0
    record Pinned(int cpu) implements WorkerThread {
        public Pinned {
            if (cpu < 0 || cpu >= 1024) {
                throw MullionException.invalid("cpu must be from 0 to 1023: cpu=" + cpu);
            }
        }
    }

    /// As one task of the host's executor, which lasts as long as the job.
    record OnExecutor(Executor executor) implements WorkerThread {}

    /// On the thread that calls `Job.poll`.
    record Caller() implements WorkerThread {}

    static WorkerThread own() {
        return new Own();
    }

    /// Needs Linux, and `--enable-native-access` to be silent. Which CPUs other threads run on is not touched: keep
    /// them away by other means (`taskset`, `isolcpus`).
    static WorkerThread pinned(int cpu) {
        return new Pinned(cpu);
    }

    /// The executor must give the task a thread for as long as the job runs; one that runs it on the thread that
    /// submits it is refused.
    static WorkerThread on(Executor executor) {
        return new OnExecutor(executor);
    }

    static WorkerThread caller() {
        return new Caller();
    }
}
