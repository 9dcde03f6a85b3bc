package io.mullion.runtime;

import java.util.concurrent.atomic.AtomicLong;

/// What a logged input knows of one of its lanes, whichever producer feeds it: the first one that was asked for in a
/// run of the job has lane 0, as the first one of the run before had.
///
/// *Thread*: the worker, but for the counts.
final class LoggedLane {
    final int number;
    /// Rows that the worker has taken since the lane was opened first. *Thread*: the worker writes.
    final AtomicLong rows = new AtomicLong();
    /// How many of them are safe on the disk, in the log or in a checkpoint. *Thread*: any.
    final AtomicLong durable = new AtomicLong();
    /// What its clock had come to when it was asked last.
    long progress = Long.MIN_VALUE;

    boolean open;
    /// Number of the first record that may have anything of it which the checkpoint has not.
    long fromRecord;
    /// Rows that there are of it up to the end of the log that was there.
    long recorded;
    /// How many of its ends in that log are not the end of it: it came to be again.
    int endsThatPass;
    /// Whether it ends with the last event so far.
    boolean endsLast;
    /// Rows at the checkpoint that is on its way.
    long cutRows;

    LoggedLane(int number) {
        this.number = number;
    }

    /// Whether the end that the log has next is not the last one of the lane.
    boolean endPasses() {
        return endsThatPass-- > 0;
    }

    void safe(long count) {
        durable.accumulateAndGet(count, Math::max);
    }
}
