package io.mullion.exchange;

import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import io.mullion.expr.TimeUnit;
import java.util.ArrayList;
import java.util.List;

/// Takes what comes over the channels of an exchange to one worker, and hands it on as one stream: its rows, and the
/// least of the times that the channels have come to, of those that hold it back.
///
/// *Thread*: the receiving worker.
abstract sealed class Receiver permits ArrivalReceiver, BatchReceiver, WindowReceiver {
    final List<Inlet> inlets = new ArrayList<>();
    final Operator head;
    final Turn turn;
    private final TimeRule rule;
    private long time = Long.MIN_VALUE;
    /// What it has to come to at least, whatever the channels say.
    private long least = Long.MIN_VALUE;
    /// Whether the operators know that nobody is there who could bring rows.
    private boolean saidIdle;

    private boolean idle;
    private long idleSinceNanos;
    private long idleTime;

    /// How the time of a stream follows from what its senders say.
    ///
    /// @param greatest whether the greatest of the times counts and not the least
    /// @param idleUnit the unit of the stream if its time goes on with the engine's clock while no lane holds it, else
    /// null
    record TimeRule(boolean greatest, TimeUnit idleUnit) {
        static final TimeRule LEAST = new TimeRule(false, null);
    }

    Receiver(Operator head, Turn turn, TimeRule rule) {
        this.head = head;
        this.turn = turn;
        this.rule = rule;
    }

    /// @param to takes what comes over the channel
    final void connect(Channel channel, Operator to) {
        inlets.add(new Inlet(channel, to));
    }

    /// Hands on what has come, or as much as a turn allows.
    ///
    /// @return rows handed on
    abstract int poll(int mostRows);

    /// What is left to say when all channels have ended has been said.
    abstract boolean flushed();

    /// Time has come to this at least, which is said before anything else is handed on.
    final void catchUp(long time) {
        least = time;
    }

    /// How far time has come.
    final long time() {
        return time;
    }

    /// The engine's clock has come to this.
    final void tick(long nowNanos) {
        advanceTo(least);
        if (turn.suspended()) {
            return;
        }
        if (rule.idleUnit() == null || time == Long.MIN_VALUE || held()) {
            idle = false;
        } else if (!idle) {
            idle = true;
            idleSinceNanos = nowNanos;
            idleTime = time;
        } else if (!ended()) {
            long elapsed = rule.idleUnit().fromNanos(nowNanos - idleSinceNanos);
            advanceTo(idleTime > Long.MAX_VALUE - 1 - elapsed ? Long.MAX_VALUE - 1 : idleTime + elapsed);
        }
    }

    /// Whether all senders have said that they are at their end, and that was handed on.
    boolean done() {
        return ended() && time == Long.MAX_VALUE && flushed();
    }

    /// Shipments that have been handed on to their end.
    final long finished() {
        long finished = 0;
        for (int i = 0; i < inlets.size(); i++) {
            finished += inlets.get(i).finished();
        }
        return finished;
    }

    final boolean isEmpty() {
        for (int i = 0; i < inlets.size(); i++) {
            if (!inlets.get(i).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// Time follows what the channels have said. One that has ended says nothing about those that go on.
    final void followTime() {
        if (ended()) {
            advanceTo(Long.MAX_VALUE);
        } else if (rule.greatest()) {
            advanceTo(greatest());
        } else if (held()) {
            advanceTo(leastBut(null));
        }
    }

    private void advanceTo(long now) {
        if (now > time) {
            time = now;
            head.advance(now);
        }
    }

    /// What time was before a row of a channel's shipment at hand.
    ///
    /// @param before what it was for the sender
    /// @param others the least of the times of the other channels that hold it back
    final long before(long before, long others) {
        return Math.max(time, rule.greatest() ? before : Math.min(before, others));
    }

    /// The least of the times of those channels that hold time back, without one of them.
    final long leastBut(Inlet inlet) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < inlets.size(); i++) {
            Inlet other = inlets.get(i);
            if (other != inlet && other.holds() && !other.ended()) {
                least = Math.min(least, other.time());
            }
        }
        return least;
    }

    private long greatest() {
        long greatest = Long.MIN_VALUE;
        for (int i = 0; i < inlets.size(); i++) {
            if (!inlets.get(i).ended()) {
                greatest = Math.max(greatest, inlets.get(i).time());
            }
        }
        return greatest;
    }

    /// Operators know whether anybody is there who could bring rows: before these are handed on, and when all that came
    /// has been.
    final void sayWhetherIdle() {
        boolean now = !ended() && !held() && everFed();
        if (now != saidIdle) {
            saidIdle = now;
            head.idle(now);
        }
    }

    private boolean everFed() {
        for (int i = 0; i < inlets.size(); i++) {
            if (inlets.get(i).everFed()) {
                return true;
            }
        }
        return false;
    }

    private boolean held() {
        for (int i = 0; i < inlets.size(); i++) {
            if (inlets.get(i).holds() && !inlets.get(i).ended()) {
                return true;
            }
        }
        return false;
    }

    final boolean ended() {
        for (int i = 0; i < inlets.size(); i++) {
            if (!inlets.get(i).ended()) {
                return false;
            }
        }
        return true;
    }
}
