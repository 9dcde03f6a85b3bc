package io.mullion.exchange;

import io.mullion.batch.Operator;

/// The receiver's end of a channel, with what it has said so far. *Thread*: the receiving worker.
final class Inlet {
    /// Takes what comes.
    final Operator to;

    private final Channel channel;
    /// How far time has come.
    private long time = Long.MIN_VALUE;

    private boolean held;
    private int lanes;
    private boolean ended;
    /// What was received last and is not given back yet; null if there is nothing.
    private Shipment head;
    /// The next of its rows.
    private int row;
    /// Shipments that were given back.
    private long finished;

    Inlet(Channel channel, Operator to) {
        this.channel = channel;
        this.to = to;
        held = channel.presence == null;
    }

    /// The shipment at hand: that which was not finished, or the next one; null if there is none.
    Shipment head() {
        if (head == null) {
            head = channel.receive();
            if (head != null) {
                row = 0;
                held = head.held;
                lanes = head.lanes;
                if (head.batch != null) {
                    head.batch.readableRows(head.rows);
                }
            }
        }
        return head;
    }

    int row() {
        return row;
    }

    /// The rows before this one have been handed on.
    void comeTo(int row) {
        this.row = row;
    }

    boolean hasRows() {
        return head != null && row < head.rows;
    }

    /// The rows of the shipment at hand have been handed on: what it says behind them holds.
    ///
    /// @return whether they belong together with no more
    boolean finish() {
        time = Math.max(time, head.time);
        ended |= head.end;
        boolean flush = head.flush;
        channel.giveBack(head);
        head = null;
        finished++;
        return flush;
    }

    long finished() {
        return finished;
    }

    long time() {
        return time;
    }

    /// Whether nothing comes any more.
    boolean ended() {
        return ended;
    }

    /// Whether time waits for this channel.
    boolean holds() {
        return held || channel.presence != null && lanes != channel.presence.opened();
    }

    /// Whether there has been a lane that its rows come from.
    boolean everFed() {
        return channel.presence == null || channel.presence.everFed();
    }

    /// Whether all that was sent has been handed on.
    boolean isEmpty() {
        return head == null && channel.isEmpty();
    }

    void passOver(boolean now) {
        channel.passOver(now);
    }
}
