package io.mullion.window;

/// What one lane says about time. *Thread*: the worker.
public final class LaneClock {
    /// The greatest event time seen in the lane, or, where the watermark is explicit, what was stated last; the least
    /// int64 before.
    long progress = Long.MIN_VALUE;

    /// Whether the lane holds the watermark back: not when it has been idle for long, nor when it is closed.
    boolean holds = true;

    /// What the lane has come to.
    public long progress() {
        return progress;
    }
}
