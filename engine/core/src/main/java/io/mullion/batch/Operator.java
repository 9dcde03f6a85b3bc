package io.mullion.batch;

/// One step of a pipeline as it runs: takes rows, tells the next one. The state of a running job lives in its
/// operators.
///
/// *Thread*: the worker that owns the chain. *Order*: rows before the watermark that was advanced after them.
/// *Ownership*: the batch is borrowed until the call returns.
public interface Operator {
    /// Takes the active rows: if `active` is 0 the rows [from, to) of the batch, else those whose int32 numbers are at
    /// positions [from, to) there.
    void process(Batch batch, long active, int from, int to);

    /// Time has come to `time`: the watermark of an event-time stream, the clock of a processing-time stream, in the
    /// stream's unit. Never goes back. `Long.MAX_VALUE` is the end of input. What this brings may take more than one
    /// [Turn].
    void advance(long time);

    /// Whether a row at the very watermark, and not only one behind it, must find time advanced: a session ends there,
    /// and a row there would still have prolonged it. Who is told what time was before each row ([#asks]) does
    /// not need it from then on.
    default boolean exactAtWatermark() {
        return false;
    }

    /// Offers to say during a call of [#process] what time was before one of its rows.
    ///
    /// @return whether the operator asks
    default boolean asks(RowWatermarks before) {
        return false;
    }

    /// What the watermark was before a row.
    @FunctionalInterface
    interface RowWatermarks {
        /// *Order*: rows ascending.
        long before(int row);
    }

    /// Nobody is there who could bring rows, or somebody is again. Until then the stream does not hold back the time of
    /// others that it becomes one with. An operator that has something to say later, whatever comes, keeps it to
    /// itself.
    default void idle(boolean idle) {}

    /// Rows that belong together have all been handed over: all of a window, or all that was there.
    void flush();
}
