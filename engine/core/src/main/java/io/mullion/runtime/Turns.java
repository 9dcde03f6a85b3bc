package io.mullion.runtime;

import java.time.Duration;
import org.agrona.concurrent.IdleStrategy;

/// How a job's worker comes by its turns: on a thread that does nothing else, or when the host calls.
sealed interface Turns permits LoopTurns, CallerTurns {
    /// Where the worker has a thread, starts it.
    void start();

    /// Whether the calling thread is in the worker's code now.
    boolean runsHere();

    /// How a producer waits for the worker.
    IdleStrategy waiting();

    /// How threads wait for the worker by one strategy for all of them.
    IdleStrategy waitingOfMany();

    /// Waits until the job is over.
    ///
    /// @return whether it is; `false` if the time was up first
    boolean await(Duration timeout) throws InterruptedException;

    /// The job was told to stop: gives it the turn for that where nobody else will.
    void stop();
}
