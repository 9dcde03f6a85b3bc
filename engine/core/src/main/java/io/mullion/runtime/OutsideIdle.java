package io.mullion.runtime;

import io.mullion.spec.MullionException;
import org.agrona.concurrent.IdleStrategy;

/// How a producer waits for the worker of a job: on any thread but the job's own, which would wait for itself. A wait
/// begins with [#reset].
record OutsideIdle(String job, Turns turns, IdleStrategy waiting) implements IdleStrategy {
    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        if (turns.runsHere()) {
            throw MullionException.misuse(
                    "a full lane waits for the job, and was met on the thread of its worker: " + job);
        }
        waiting.idle();
    }

    @Override
    public void reset() {
        JobEvents.backPressure(job);
        waiting.reset();
    }

    @Override
    public String alias() {
        return waiting.alias();
    }
}
