package io.mullion.bench.rows;

import java.util.Arrays;
import java.util.function.LongSupplier;

/// An answer to `latency` that notes when the first result row of each window came.
///
/// *Thread*: as an [Answer]; the notes are for others once all results have come.
public final class TimedAnswer extends Answer {
    private final long slideMillis;
    private final LongSupplier clock;
    /// Of the window that ends so many slides behind the start of the stream; 0 if none has come.
    private long[] nanos = new long[1_024];

    /// @param clock nanoseconds
    public TimedAnswer(SlidingRows rows, LongSupplier clock) {
        slideMillis = rows.slideMillis;
        this.clock = clock;
    }

    @Override
    public void add(long end, long key, long count, long sum, long min, long max) {
        int window = (int) ((end - QueryRows.START_MILLIS) / slideMillis);
        if (window >= nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * window);
        }
        if (nanos[window] == 0) {
            nanos[window] = clock.getAsLong();
        }
        super.add(end, key, count, sum, min, max);
    }

    /// How many windows to ask for; there need not be results of all.
    public int windows() {
        return nanos.length;
    }

    /// Milliseconds from the start of the stream to the end of a window.
    public long endMillis(int window) {
        return window * slideMillis;
    }

    /// When its first result came, by the clock; 0 if none came.
    public long nanos(int window) {
        return nanos[window];
    }
}
