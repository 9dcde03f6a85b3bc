package io.mullion.batch;

import java.util.ArrayList;
import java.util.List;

/// How much the worker may do before it looks around again: for a stop, for the host's other work where it runs on the
/// host's thread, for dead letters.
///
/// Most of what operators do ends with the rows they were handed. What does not, the results of windows of many groups
/// and rows that meet very many others, is done in steps that are [spent][#spend]; an operator that finds the turn
/// spent in the middle of [Operator#advance] suspends itself and goes on in a later turn, and so does one in the middle
/// of [Operator#process] that keeps what is left of the rows. Until it is done the job hands on neither rows nor time,
/// so operators never see them in another order.
/// *Thread*: the worker.
public final class Turn {
    /// What an operator still has to do of rows or of an advance of time.
    @FunctionalInterface
    public interface Suspended {
        /// Goes on until it is done or the turn is spent.
        ///
        /// @return whether it is done
        boolean resume();
    }

    private final int most;
    /// Null if stages are not timed.
    private final StageTimes times;
    private final List<Suspended> suspended = new ArrayList<>();
    /// In which stage each of them is; nulls if stages are not timed.
    private final List<StageTimes.Stage> stages = new ArrayList<>();
    private int left;
    /// Where the operator that is going on stands among the suspended ones, or -1.
    private int resuming = -1;

    /// @param most groups combined or results emitted in a turn
    /// @param times of the stages, or null if they are not timed
    public Turn(int most, StageTimes times) {
        this.most = most;
        this.times = times;
        left = most;
    }

    public void begin() {
        left = most;
    }

    public void spend(int amount) {
        left -= amount;
    }

    /// Nothing more is to be begun: there is no room for what it makes.
    public void end() {
        left = Math.min(left, 0);
    }

    public boolean spent() {
        return left <= 0;
    }

    /// Has an operator go on in a later turn. What it takes up while another one goes on it has got from that one, and
    /// then it comes first: rows do not pile up before it.
    public void suspend(Suspended operator) {
        int at = resuming < 0 ? suspended.size() : resuming++;
        suspended.add(at, operator);
        stages.add(at, times == null ? null : times.current());
    }

    /// Whether an operator has not done all that time has brought.
    public boolean suspended() {
        return !suspended.isEmpty();
    }

    /// Lets them go on.
    public void resume() {
        while (!suspended.isEmpty() && !spent()) {
            resuming = 0;
            if (resumeFirst()) {
                suspended.remove(resuming);
                stages.remove(resuming);
            }
            resuming = -1;
        }
    }

    private boolean resumeFirst() {
        if (times == null) {
            return suspended.getFirst().resume();
        }
        times.leaveTo(stages.getFirst());
        try {
            return suspended.getFirst().resume();
        } finally {
            times.leaveTo(null);
        }
    }
}
