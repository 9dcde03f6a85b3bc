package io.mullion.exchange;

import io.mullion.batch.Batch;

/// What goes through a channel at once: rows, behind them how far time has come, and behind that whether what belongs
/// together is complete.
///
/// *Thread*: the sender's, then the receiver's; the queues hand it over.
final class Shipment {
    static final long NO_TIME = Long.MIN_VALUE;

    /// Null until there were rows. It goes round with the shipment.
    Batch batch;

    int rows;
    /// Of each row what time was before it, where the receiver asks for that; else null.
    long[] watermarks;
    /// [#NO_TIME] if nothing is said.
    long time;

    boolean flush;
    /// Whether nothing comes behind it.
    boolean end;
    /// Whether the sender held time back before these rows, ...
    boolean held;
    /// ... and of how many lanes it knew, where they are what holds it.
    int lanes;

    void begin(boolean held, int lanes) {
        if (batch != null) {
            batch.clear();
        }
        rows = 0;
        time = NO_TIME;
        flush = false;
        end = false;
        this.held = held;
        this.lanes = lanes;
    }

    boolean empty() {
        return rows == 0 && time == NO_TIME && !flush;
    }
}
