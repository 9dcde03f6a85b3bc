package io.mullion.io;

import java.util.function.Consumer;

/// A function of the user's that is called for each row with the state of its key.
///
/// For its thread, its failures and what it costs see [KeyedFunction] and [KeyedState].
///
/// @param <R> the record that rows are read as, or [RowView]
/// @param <S> the record of the state
/// @param <O> the record of the output
@FunctionalInterface
public interface StateFunction<R, S, O> {
    /// @param row null if the key [is timing out][KeyedState#isTimingOut]
    /// @param out takes any number of records
    void apply(R row, KeyedState<S> state, Consumer<? super O> out);
}
