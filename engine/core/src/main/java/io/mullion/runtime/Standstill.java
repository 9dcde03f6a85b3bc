package io.mullion.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/// Brings the workers of a job to a standstill at which nothing is on its way between them, and lets them go on.
///
/// A token goes round: the first worker hands it to the second one, and so on, and has it back when the *lap* is over.
/// Only who has it may say anything here, and with the token go all writes that were made before it was passed, so what
/// is plain below belongs to who has it. All happens between cycles of the workers; nobody waits in here.
///
/// 1. *Called*: workers go on as ever. When the lap is over all are known to have cycles.
/// 2. *Draining*: workers read no inputs, and the engine's clock stands for them, but what is on its way goes on. Each
///    has a cycle between getting the token and passing it, and says whether it has done anything since it passed it
///    last. Laps go on until there was nothing in one. Then nobody did anything at the moment when that lap began, and
///    whoever was first to do something after it would have been brought to it by what was there at that moment: its
///    cycle with the token would have found it. So what has not moved then never will.
/// 3. *Standing*: each passes the token and touches nothing any more. When the lap is over the first worker may read
///    and write what belongs to any of them: each wrote it before it passed the token, and reads it after the first one
///    has said that they go on.
///
/// *Thread*: each worker by its number.
final class Standstill {
    /// What workers do.
    enum Phase {
        RUNNING,
        CALLED,
        DRAINING,
        STANDING
    }

    private final int workers;
    /// Written by the first worker, while it has the token.
    private volatile Phase phase = Phase.RUNNING;
    /// Who has the token. Written by who has it.
    private volatile int holder;
    /// Whether anything was done in this lap.
    private boolean moved;
    /// Workers that are at the end of what they have to do.
    private final AtomicInteger ended = new AtomicInteger();

    private final boolean[] atEnd;
    private volatile boolean over;
    /// When the last one began. *Thread*: the first worker.
    private long sinceNanos;

    /// @param workers at least two
    Standstill(int workers) {
        this.workers = workers;
        atEnd = new boolean[workers];
    }

    Phase phase() {
        return phase;
    }

    /// All are to come to a standstill. *Thread*: the first worker, at [Phase#RUNNING].
    void call() {
        lap(Phase.CALLED);
    }

    /// The standstill has shown that some have more to do. *Thread*: the first worker, when all stand.
    void drainOn() {
        lap(Phase.DRAINING);
    }

    /// When they were told to read no inputs, by the JVM's clock. *Thread*: the first worker.
    long sinceNanos() {
        return sinceNanos;
    }

    /// All go on. *Thread*: the first worker, when all stand, or when it leaves.
    void release() {
        phase = Phase.RUNNING;
    }

    /// Whether the worker has the token: to be asked before its cycle, which the pass behind it speaks of, and before
    /// the phase.
    boolean has(int worker) {
        return holder == worker;
    }

    /// Passes the token on, if the worker has it still and it is under way: behind the last lap of a phase comes the
    /// next one. Behind a cycle of the worker that it had the token [before][#has].
    ///
    /// @param moved whether it has done anything since it passed the token last
    /// @return whether it was passed
    boolean pass(int worker, boolean moved) {
        if (holder != worker) {
            return false;
        }
        if (worker > 0) {
            this.moved |= moved;
            holder = worker + 1 == workers ? 0 : worker + 1;
            return true;
        }
        return switch (phase) {
            case RUNNING, STANDING -> false;
            case CALLED -> {
                sinceNanos = System.nanoTime();
                yield lap(Phase.DRAINING);
            }
            case DRAINING -> lap(this.moved || moved ? Phase.DRAINING : Phase.STANDING);
        };
    }

    /// Whether all stand. *Thread*: the first worker.
    boolean reached() {
        return phase == Phase.STANDING && holder == 0;
    }

    /// The worker is at the end of what it has to do, and does nothing any more but leave.
    ///
    /// @return whether all are
    boolean end(int worker) {
        if (!atEnd[worker]) {
            atEnd[worker] = true;
            ended.incrementAndGet();
        }
        return allEnded();
    }

    /// Whether all are at the end.
    boolean allEnded() {
        return ended.get() == workers;
    }

    /// They may leave. *Thread*: the first worker.
    void over() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    private boolean lap(Phase next) {
        moved = false;
        // Before the token goes on: who has it sees the phase that it belongs to.
        phase = next;
        holder = 1;
        return true;
    }
}
