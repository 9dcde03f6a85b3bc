package io.mullion.runtime;

import org.agrona.concurrent.IdleStrategy;

/// How a producer waits for the worker of a job: on any thread but the job's own, which would wait for itself.
record OutsideIdle(JobRuntime job, IdleStrategy waiting) implements IdleStrategy {
    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        job.requireNotWorker("a full lane");
        waiting.idle();
    }

    @Override
    public void reset() {
        waiting.reset();
    }

    @Override
    public String alias() {
        return waiting.alias();
    }
}
