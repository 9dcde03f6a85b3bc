package io.mullion.runtime;

import io.mullion.batch.SinkOperator;
import io.mullion.batch.States;
import io.mullion.batch.Turn;
import io.mullion.exchange.Segment;
import io.mullion.exchange.WorkerExchanges;
import io.mullion.spec.JobState;
import org.agrona.concurrent.EpochNanoClock;

/// One of the workers of a job: its duty cycle, and how it comes to its end.
///
/// In a cycle it serves what has come from other workers first, then its own lanes, unless what they have led to waits
/// for room with another worker; so what is on its way goes on, whatever else stands still.
/// *Thread*: one at a time ([Turns] sees to that).
final class Worker {
    private final int number;
    private final JobLife life;
    private final WorkerGroup group;
    private final WorkerInputs inputs;
    /// Null where another worker handles them.
    private final DeadLetterQueue deadLetters;
    private final WorkerExchanges exchanges;
    /// The operators that read the inputs.
    private final Segment first;
    private final States states;
    private final EpochNanoClock clock;
    /// Null where there are no checkpoints.
    private Checkpointer checkpointer;
    /// Null where there are no checkpoints of several workers.
    private Standstill standstill;

    private boolean finishing;
    private boolean inputsEnded;
    /// Whether the job goes on from the end of an earlier one: there is nothing to do.
    private boolean finished;
    /// Whether the worker is on its way to a standstill, or stands.
    private boolean draining;
    /// Whether what was read has been flushed on that way.
    private boolean flushed;
    /// Whether anything was done since the token of the standstill was passed last, and [WorkerExchanges#traffic] then.
    private boolean moved;

    private long traffic;
    /// The engine's clock on that way.
    private long drainNanos;

    private volatile boolean left;

    /// @param number of the worker, from 0 on
    /// @param deadLetters null where another worker handles them
    /// @param first the operators that read the inputs
    Worker(
            int number,
            JobLife life,
            WorkerGroup group,
            WorkerInputs inputs,
            DeadLetterQueue deadLetters,
            WorkerExchanges exchanges,
            Segment first,
            States states,
            EpochNanoClock clock) {
        this.number = number;
        this.life = life;
        this.group = group;
        this.inputs = inputs;
        this.deadLetters = deadLetters;
        this.exchanges = exchanges;
        this.first = first;
        this.states = states;
        this.clock = clock;
    }

    /// One duty cycle: takes what has come from other workers and what is committed in every lane, moves time on,
    /// handles what other threads asked for.
    ///
    /// @return how much was done; 0 if there was nothing to do, or the worker has left
    int turn() {
        if (left) {
            return 0;
        }
        try {
            return cycle();
        } catch (Throwable e) {
            life.fail(e);
            leave(JobState.FAILED);
            return 1;
        }
    }

    /// Has it take part in checkpoints; the first worker makes them. Before the first turn.
    ///
    /// @param standstill null where there is one worker
    /// @param finished whether it goes on from the last one of a job that had come to its end
    void checkpointed(Checkpointer checkpointer, Standstill standstill, boolean finished) {
        this.checkpointer = checkpointer;
        this.standstill = standstill;
        this.finished = finished;
    }

    /// Whether it does no more for the job.
    boolean hasLeft() {
        return left;
    }

    /// Whether there is nothing on its way between workers that it could go on with.
    boolean idle() {
        return left || exchanges.idle();
    }

    private int cycle() {
        if (standstill != null && number > 0 && standstill.phase() == Standstill.Phase.STANDING) {
            // The first worker reads what is here, whatever has happened meanwhile.
            return runOrStand();
        }
        if (life.failure() != null) {
            leave(JobState.FAILED);
            return 1;
        }
        if (life.stopRequested()) {
            leave(JobState.STOPPED);
            return 1;
        }
        if (finished) {
            leave(JobState.FINISHED);
            return 1;
        }
        return standstill == null ? run(clock.nanoTime()) : runOrStand();
    }

    /// A cycle of one of several workers, which may be on their way to a standstill.
    private int runOrStand() {
        boolean token = standstill.has(number);
        Standstill.Phase phase = standstill.phase();
        int work = switch (phase) {
            case RUNNING, CALLED -> {
                goOn();
                long now = clock.nanoTime();
                yield callsForCheckpoint(phase, now) ? 1 : run(now);
            }
            case DRAINING -> drain();
            case STANDING -> number == 0 && token ? checkpointer.stand() : 0;
        };
        boolean passes = token && phase != Standstill.Phase.RUNNING && !left;
        if (!passes || !standstill.pass(number, moved || traffic != exchanges.traffic())) {
            return work;
        }
        moved = false;
        traffic = exchanges.traffic();
        return work + 1;
    }

    /// At the end of all workers there is but the last one.
    private boolean callsForCheckpoint(Standstill.Phase phase, long now) {
        return number == 0 && phase == Standstill.Phase.RUNNING && !standstill.allEnded() && checkpointer.turn(now);
    }

    /// The standstill is over.
    private void goOn() {
        if (draining) {
            draining = false;
            exchanges.drain(false);
        }
    }

    /// Works off what is on its way, and reads no inputs.
    private int drain() {
        if (!draining) {
            draining = true;
            flushed = false;
            moved = true;
            drainNanos = clock.nanoTime();
            exchanges.drain(true);
        }
        int work = exchanges.serve(drainNanos);
        if (!inputsEnded && !first.clogged()) {
            work += settle();
        }
        work += exchanges.ship() ? 1 : 0;
        work += handleDeadLetters();
        moved |= work > 0;
        return work;
    }

    /// Goes on with what inputs have led to.
    private int settle() {
        Turn turn = first.turn();
        turn.begin();
        if (turn.suspended()) {
            turn.resume();
            return 1;
        }
        if (finishing) {
            finish();
            return 1;
        }
        if (endBatch(drainNanos)) {
            return 1;
        }
        if (!flushed) {
            flushed = true;
            inputs.flush();
            return 1;
        }
        return first.handOnKept();
    }

    private int run(long now) {
        int work = exchanges.serve(now);
        if (!inputsEnded && !first.clogged()) {
            work += read(now);
        }
        work += exchanges.ship() ? 1 : 0;
        if (inputsEnded && exchanges.done()) {
            handleDeadLetters();
            if (!commit(now)) {
                return 0;
            }
            leave(JobState.FINISHED);
            return 1;
        }
        return work;
    }

    /// Takes what is in the lanes, or goes on with what that has led to.
    private int read(long now) {
        Turn turn = first.turn();
        turn.begin();
        if (turn.suspended()) {
            turn.resume();
            return 1 + handleDeadLetters();
        }
        if (finishing) {
            finish();
            return 1;
        }
        boolean draining = life.state() == JobState.DRAINING;
        if (draining) {
            inputs.refuseProducers();
        }
        // Before inputs see the time: what came before it belongs to the period that ends.
        int work = handleDeadLetters() + first.timetable().run(now);
        if (endBatch(now)) {
            return work + 1;
        }
        work += inputs.poll(now);
        if (turn.suspended()) {
            // Perhaps before the first row that there was.
            return work + 1;
        }
        if (checkpointer != null && standstill == null && checkpointer.turn(now)) {
            work++;
        }
        // No input can come any more: only sources and they have ended, or a drain was asked for before this cycle
        // looked at the lanes.
        if (work == 0
                && (draining || !inputs.fed() && !first.batches().reading())
                && inputs.drained()
                && first.batches().drained()) {
            finishing = true;
            finish();
            return 1;
        }
        return work;
    }

    /// Ends the batch that is due, or goes on with it.
    ///
    /// @return whether there was one
    private boolean endBatch(long now) {
        if (!first.batches().run(now)) {
            return false;
        }
        if (first.batches().done()) {
            finishing = true;
        }
        return true;
    }

    /// All results are out: sinks that hold some back let them go.
    ///
    /// @return whether they have
    private boolean commit(long now) {
        if (checkpointer != null) {
            return standstill == null ? checkpointer.end(now) : standstill.end(number) && lastIsMade(now);
        }
        for (SinkOperator sink : states.sinks().values()) {
            sink.commitAll();
        }
        return true;
    }

    /// Whether the last checkpoint has been made, which is for the first of several workers to do.
    private boolean lastIsMade(long now) {
        if (number == 0 && standstill.phase() == Standstill.Phase.RUNNING && checkpointer.end(now)) {
            standstill.over();
        }
        return standstill.isOver();
    }

    private int handleDeadLetters() {
        return deadLetters == null ? 0 : deadLetters.drain();
    }

    private void finish() {
        if (inputs.end() && first.batches().end()) {
            first.end();
            inputsEnded = true;
        }
    }

    /// Leaves the lanes, then the job, which ends with the last worker. Idempotent.
    void leave(JobState as) {
        if (left) {
            return;
        }
        left = true;
        if (standstill != null && number == 0) {
            standstill.release();
        }
        try {
            inputs.close();
        } catch (Throwable e) {
            life.fail(e);
        }
        group.leave(as);
    }
}
