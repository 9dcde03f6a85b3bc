package io.mullion.batch;

/// What outlives the process: state that a checkpoint takes with it and a later job finds again.
///
/// *Thread*: the worker, between its turns: no row and no advance of time is half done, and rows that belong together
/// have been [flushed][Operator#flush].
public interface Stateful {
    /// Writes all that is needed to go on. What is written is a copy: rows may come as soon as this returns.
    void writeTo(StateWriter out);

    /// Takes over what was written, before the first row. What it was that wrote it has the same place in its plan, in
    /// the same job or in one of another process. Called once for each worker of the job that wrote, whose number may
    /// be another one than now: of each only what this worker [owns][StateReader#owns] is taken over, and what is said
    /// of the whole (time, say) is put together.
    ///
    /// @throws io.mullion.spec.MullionException if it does not fit: the message says what was expected
    void readFrom(StateReader in);

    /// All that was written has been read. Called once, and only behind [#readFrom].
    default void restored() {
        // What was read is all that there is to it.
    }
}
