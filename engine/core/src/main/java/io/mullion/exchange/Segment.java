package io.mullion.exchange;

import io.mullion.batch.OperatorContext;
import io.mullion.batch.StageTimes;
import io.mullion.batch.Timetable;
import io.mullion.batch.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What a worker does of a job between two exchanges: operators that are suspended together, and wait together for room
/// in the channels that they send to.
///
/// *Thread*: the worker's, once the job is planned.
public final class Segment {
    private final boolean everywhere;
    private final Turn turn;
    private final Timetable timetable;
    private final List<Receiver> receivers = new ArrayList<>();
    private final List<SendOperator> senders = new ArrayList<>();

    /// @param everywhere whether every worker has this segment, and not only the first
    /// @param mostGroups of a [Turn]
    /// @param stages null if they are not timed
    public Segment(boolean everywhere, int mostGroups, StageTimes stages) {
        this.everywhere = everywhere;
        turn = new Turn(mostGroups, stages);
        timetable = new Timetable();
    }

    /// Whether every worker has this segment, and not only the first.
    public boolean everywhere() {
        return everywhere;
    }

    public Turn turn() {
        return turn;
    }

    public Timetable timetable() {
        return timetable;
    }

    /// Has operators made that run in this segment.
    <T> T making(OperatorContext context, Supplier<T> made) {
        return context.site().elsewhere(turn, timetable, made);
    }

    void add(Receiver receiver) {
        receivers.add(receiver);
    }

    void add(SendOperator sender) {
        senders.add(sender);
    }

    /// One turn of a segment that takes rows from other workers.
    ///
    /// @return how much was done
    int serve(long nowNanos, int mostRows) {
        if (clogged()) {
            return 0;
        }
        turn.begin();
        if (turn.suspended()) {
            turn.resume();
            return 1;
        }
        int work = timetable.run(nowNanos);
        for (int i = 0; i < receivers.size() && !turn.suspended(); i++) {
            Receiver receiver = receivers.get(i);
            receiver.tick(nowNanos);
            if (!turn.suspended()) {
                work += receiver.poll(mostRows);
            }
        }
        return turn.suspended() ? work + 1 : work;
    }

    /// Sends what there is.
    ///
    /// @return whether rows were sent
    public boolean ship() {
        boolean rows = false;
        for (int i = 0; i < senders.size(); i++) {
            rows |= senders.get(i).ship();
        }
        return rows;
    }

    /// Whether what was made has to go first.
    public boolean clogged() {
        for (int i = 0; i < senders.size(); i++) {
            if (senders.get(i).clogged()) {
                return true;
            }
        }
        return false;
    }

    /// Whether nothing is on its way out.
    public boolean shipped() {
        for (int i = 0; i < senders.size(); i++) {
            if (!senders.get(i).shipped()) {
                return false;
            }
        }
        return true;
    }

    /// Whether all that its senders have to say was handed on.
    boolean done() {
        if (turn.suspended()) {
            return false;
        }
        for (int i = 0; i < receivers.size(); i++) {
            if (!receivers.get(i).done()) {
                return false;
            }
        }
        return true;
    }

    /// Whether it has nothing to go on with.
    boolean idle() {
        if (turn.suspended() || !shipped()) {
            return false;
        }
        for (int i = 0; i < receivers.size(); i++) {
            if (!receivers.get(i).isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
