package io.mullion.expr;

/// An aggregate of the user's own whose state is an object on the heap, one for each group and pane: for what has no
/// fixed size. It is outside of what the engine promises about garbage and the cost of a slide, since each result
/// combines the states of all panes of its window, and of its memory limit.
///
/// *Thread*: the job's worker. *Ownership*: inputs are lent for the call.
///
/// @param <S> the state
public non-sealed interface ObjectAggregate<S> extends UserAggregate {
    /// The state of no rows.
    S create();

    /// Takes a row.
    void accumulate(S state, AggregateInputs inputs);

    /// Takes what another state has, which stays as it is.
    void combine(S into, S from);

    /// The result: a Long, Double, Boolean, String or `byte[]` as the type has it, a [java.util.List] of such, or null.
    Object result(S state);

    /// One whose states checkpoints can have. Of a job with another one none are made.
    ///
    /// @param <S> the state
    interface Saving<S> extends ObjectAggregate<S> {
        /// The state as bytes.
        byte[] write(S state);

        /// A state from bytes that [#write] made, perhaps in another JVM.
        S read(byte[] bytes);
    }
}
