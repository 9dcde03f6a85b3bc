package io.mullion.io;

/// A function of the user's that is called for every known key in every batch.
///
/// For its thread and its failures see [KeyedFunction].
///
/// @param <R> the record that rows are read as, or [RowView]
/// @param <S> the record of the state
@FunctionalInterface
public interface UpdateFunction<R, S> {
    /// @param rows those of the key in this batch, in the order of their arrival; none for most keys. Each is made when
    /// the iteration comes to it; a [RowView] is moved on. One iteration at a time
    /// @param state the old one, or null for a key that has none
    /// @param batchTime the end of the batch, in the unit of the stream
    /// @return the new state, or null: the key is removed, and starts afresh when it comes again
    S update(Iterable<R> rows, S state, long batchTime);
}
