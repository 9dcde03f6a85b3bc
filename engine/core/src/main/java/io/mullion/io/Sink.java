package io.mullion.io;

import io.mullion.expr.Schema;

/// Takes results.
///
/// *Thread*: one engine thread at a time, never two. *Order*: the rows of one window come together, windows in order of
/// their end. *Failure*: what it throws fails its job, and only that.
@FunctionalInterface
public interface Sink {
    /// Called when the sink is added to a pipeline, perhaps long before a job runs: throws if it cannot take such
    /// columns.
    default void check(Schema schema) {}

    /// Called once when a job starts, before rows come.
    default void open(Schema schema) throws Exception {}

    /// Takes some rows. *Ownership*: the view and everything reached through it end with the call.
    void accept(BatchView batch) throws Exception;

    /// Called when rows that belong together have all been delivered: all of a window, or all that was there to
    /// process.
    default void flush() throws Exception {}

    /// Called where the stream is one of micro-batches, once for each batch behind its rows and [#flush], also where
    /// there are none.
    ///
    /// @param timeNanos the end of the batch, counted from the start of the job
    default void endBatch(long timeNanos) throws Exception {}

    /// Called once, last; also when [#open] threw or the job failed.
    default void close() throws Exception {}
}
