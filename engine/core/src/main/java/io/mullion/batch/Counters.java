package io.mullion.batch;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What a job has done so far. *Thread*: each counter is added to by one thread, a worker of the job, and read by any.
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

    /// What several workers have done so far, together.
    public static Counters sum(List<Counters> each) {
        Counters sum = new Counters();
        for (Counters one : each) {
            sum.rowsIn.add(one.rowsIn.get());
            sum.batches.add(one.batches.get());
            sum.rowsOut.add(one.rowsOut.get());
            sum.lateRows.add(one.lateRows.get());
            sum.rowsWithoutTime.add(one.rowsWithoutTime.get());
            sum.rowsWithoutGap.add(one.rowsWithoutGap.get());
            sum.deadLetters.add(one.deadLetters.get());
            sum.combinedPanes.add(one.combinedPanes.get());
            sum.panes.add(one.panes.get());
            sum.duplicateRows.add(one.duplicateRows.get());
            sum.rowsKept.add(one.rowsKept.get());
        }
        return sum;
    }
}
