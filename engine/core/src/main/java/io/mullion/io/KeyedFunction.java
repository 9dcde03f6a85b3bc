package io.mullion.io;

import java.util.function.Consumer;

/// A function of the user's over the rows of each key, with state and timers.
///
/// What it hands to `out` becomes rows: the key's columns, then the components of the record; in a stream of event time
/// their time is that of the row, or that at which the timer was due.
/// *Thread*: called by the job's worker, one key at a time, and where there are several by all of them, each for keys
/// of its own; it must not block. The arguments are good during the call.
/// *Failure*: what it throws fails its job, and the error names the operation and the key.
///
/// @param <R> the record that rows are read as, or [RowView]
/// @param <S> the record of the state
/// @param <O> the record of the output
@FunctionalInterface
public interface KeyedFunction<R, S, O> {
    /// A row of the key.
    void onRow(R row, KeyedState<S> state, Timers timers, Consumer<? super O> out);

    /// The key's timer in the time of the stream is due.
    default void onTimer(KeyedState<S> state, Timers timers, Consumer<? super O> out) {}

    /// The key's timer by the engine's clock is due.
    default void onClock(KeyedState<S> state, Timers timers, Consumer<? super O> out) {}

    /// The key has been idle for longer than its time-out: its state and its timers go after this call.
    default void onTimeOut(KeyedState<S> state, Timers timers, Consumer<? super O> out) {}
}
