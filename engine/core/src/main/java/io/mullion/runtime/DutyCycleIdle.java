package io.mullion.runtime;

import org.agrona.concurrent.IdleStrategy;

/// How a producer waits on the very thread that runs the job: it turns the wheel itself.
record DutyCycleIdle(JobRuntime job) implements IdleStrategy {
    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        job.runUntilIdle();
    }

    @Override
    public void reset() {}

    @Override
    public String alias() {
        return "duty-cycle";
    }
}
