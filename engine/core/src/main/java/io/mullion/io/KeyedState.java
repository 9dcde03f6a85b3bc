package io.mullion.io;

/// The state of the key at hand: one object, moved from key to key. Do not keep it.
///
/// A state is a record; its components lie in typed columns off the heap, in the engine's budget. [#get] makes a new
/// record of them and [#update] takes one apart: nothing of the state is on the heap between calls, and no record is
/// shared with the engine.
///
/// @param <S> the record type
public interface KeyedState<S> {
    /// The columns of the key, in the order in which they were named.
    RowView key();

    /// Whether the key has a state.
    boolean exists();

    /// A new record, or null where there is no state.
    S get();

    /// Sets the state.
    ///
    /// *Failure*: null, and a component that its column cannot hold, are refused; so is a key that is timing out.
    void update(S state);

    /// The key has no state any more, and is forgotten unless it has a timer: it starts afresh when it comes again. No
    /// matter if it has none.
    void remove();

    /// Whether the key has been idle for longer than the time-out, and is about to be removed.
    boolean isTimingOut();
}
