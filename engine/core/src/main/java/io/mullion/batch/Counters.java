package io.mullion.batch;

import java.util.concurrent.atomic.AtomicLong;

/// What a job has done so far. *Thread*: each counter is added to by one thread, the job's worker, and read by any.
public final class Counters {
    /// A number that one thread adds to.
    public static final class Counter {
        private final AtomicLong value = new AtomicLong();

        /// Without a fence: readers see it soon.
        public void add(long amount) {
            value.lazySet(value.getPlain() + amount);
        }

        public long get() {
            return value.get();
        }
    }

    /// Rows taken from lanes.
    public final Counter rowsIn = new Counter();

    /// Runs of rows taken from lanes.
    public final Counter batches = new Counter();

    /// Rows handed to sinks.
    public final Counter rowsOut = new Counter();

    /// Rows that came when all their windows had fired.
    public final Counter lateRows = new Counter();

    /// Rows left out because their event time is null.
    public final Counter rowsWithoutTime = new Counter();

    /// Rows left out because their session gap is null or not positive.
    public final Counter rowsWithoutGap = new Counter();

    /// Rows and results that could not be computed.
    public final Counter deadLetters = new Counter();

    /// Panes merged or taken out to assemble windows.
    public final Counter combinedPanes = new Counter();

    /// Panes, sessions and windows of rows that are alive: each operator adds the difference.
    public final Counter panes = new Counter();

    /// Rows left out because one with the same keys came before.
    public final Counter duplicateRows = new Counter();

    /// Rows that joins keep, and keys of rows that were told from those before: each operator adds the difference.
    public final Counter rowsKept = new Counter();
}
