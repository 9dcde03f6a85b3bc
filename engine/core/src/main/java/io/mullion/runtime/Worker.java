package io.mullion.runtime;

import io.mullion.batch.MicroBatches;
import io.mullion.batch.Timetable;
import io.mullion.batch.Turn;
import io.mullion.memory.Scope;
import io.mullion.spec.JobState;
import org.agrona.concurrent.EpochNanoClock;

/// A job's worker: its duty cycle, and how it comes to its end.
///
/// *Thread*: one at a time ([Turns] sees to that). *Ownership*: closes the job's scope, and with it all that the
/// operators hold.
final class Worker {
    private final JobLife life;
    private final JobInputs inputs;
    private final DeadLetterQueue deadLetters;
    private final Timetable timetable;
    private final Turn turn;
    private final MicroBatches batches;
    private final EpochNanoClock clock;
    private final Scope scope;
    private boolean finishing;
    private boolean closed;

    Worker(
            JobLife life,
            JobInputs inputs,
            DeadLetterQueue deadLetters,
            Timetable timetable,
            Turn turn,
            MicroBatches batches,
            EpochNanoClock clock,
            Scope scope) {
        this.life = life;
        this.inputs = inputs;
        this.deadLetters = deadLetters;
        this.timetable = timetable;
        this.turn = turn;
        this.batches = batches;
        this.clock = clock;
        this.scope = scope;
    }

    /// One duty cycle: takes what is committed in every lane, moves time on, handles what other threads asked for.
    ///
    /// @return how much was done; 0 if there was nothing to do, or the job has ended
    int turn() {
        if (life.state().ended()) {
            return 0;
        }
        try {
            return cycle();
        } catch (Throwable e) {
            life.fail(e);
            end(JobState.FAILED);
            return 1;
        }
    }

    private int cycle() {
        if (life.failure() != null) {
            end(JobState.FAILED);
            return 1;
        }
        if (life.stopRequested()) {
            end(JobState.STOPPED);
            return 1;
        }
        turn.begin();
        if (turn.suspended()) {
            turn.resume();
            return 1 + deadLetters.drain();
        }
        if (finishing) {
            finish();
            return 1;
        }
        boolean draining = life.state() == JobState.DRAINING;
        if (draining) {
            inputs.refuseProducers();
        }
        long now = clock.nanoTime();
        // Before inputs see the time: what came before it belongs to the period that ends.
        int work = deadLetters.drain() + timetable.run(now);
        if (batches.run(now)) {
            if (batches.done()) {
                inputs.stopSources();
                finishing = true;
            }
            return work + 1;
        }
        work += inputs.poll(now);
        if (turn.suspended()) {
            // Perhaps before the first row that there was.
            return work + 1;
        }
        // No input can come any more: only sources and they have ended, or a drain was asked for before this cycle
        // looked at the lanes.
        if (work == 0 && (draining || !inputs.fed() && !batches.reading()) && inputs.drained()) {
            finishing = true;
            finish();
            return 1;
        }
        return work;
    }

    private void finish() {
        if (inputs.end() && batches.end()) {
            deadLetters.drain();
            end(JobState.FINISHED);
        }
    }

    /// Gives everything back, then lets those who wait go on. Idempotent.
    void end(JobState last) {
        if (closed) {
            return;
        }
        closed = true;
        try (scope) {
            inputs.close();
            inputs.stopSources();
        } catch (Throwable e) {
            life.fail(e);
        }
        // A producer made at the last moment may have left a lane that was not adopted.
        life.end(last, inputs::close);
    }
}
