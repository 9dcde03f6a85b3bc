package io.mullion.bench.latency;

import org.HdrHistogram.Histogram;

/// What the receiving thread notes: how late after its due time each row was there.
///
/// *Thread*: the receiver's alone for [#arrived]; its count is for all, the histogram for others once the last row has
/// come.
final class Arrivals {
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    private final long clockNanos;
    private volatile long count;

    /// @param clockNanos what a look at the clock takes: subtracted from each time
    Arrivals(long clockNanos) {
        this.clockNanos = clockNanos;
    }

    /// A row came that was due at `dueNanos`.
    void arrived(long dueNanos) {
        long late = System.nanoTime() - dueNanos - clockNanos;
        nanos.recordValue(Math.clamp(late, 0, LONGEST_NANOS));
        // One writer; a plain increment of a volatile is what it costs.
        count = count + 1;
    }

    long count() {
        return count;
    }

    Histogram nanos() {
        return nanos;
    }
}
