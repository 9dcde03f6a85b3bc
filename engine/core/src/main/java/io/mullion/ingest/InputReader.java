package io.mullion.ingest;

import io.mullion.batch.Batch;

/// The worker's side of one way into an input.
///
/// *Thread*: the worker.
public sealed interface InputReader extends AutoCloseable permits LaneReader, SharedReader {
    /// Takes rows of an input.
    @FunctionalInterface
    interface Rows {
        /// The rows [from, to) of the batch are there to read until the call returns. `watermarks` is the address of
        /// one int64 for each row of the batch, the watermark stated before it, or 0 if the lane's watermark is not
        /// explicit.
        void accept(Batch batch, long watermarks, int from, int to);
    }

    /// Hands some of what is there to `rows`.
    ///
    /// @return how much was done; 0 if there was nothing to do
    int poll(Rows rows);

    /// From within [Rows#accept]: the rows from this one on were not taken, and are handed over again.
    void keepFrom(int row);

    /// Whether the last [#poll] took all that was committed when it looked.
    boolean atEnd();

    /// From within [Rows#accept]: when the batch was opened, by [System#nanoTime].
    long openedNanos();

    /// The watermark that holds after the rows handed over so far, where it is explicit; else `Long.MIN_VALUE`.
    long watermark();

    /// Whether it is closed at the other end and all its rows were handed over.
    boolean drained();

    /// Asks the other end to stop: what it offers from now on is refused as closed.
    void requestClose();

    /// Leaves; rows not yet read are gone.
    @Override
    void close();
}
