package io.mullion.expr;

/// An aggregate of the user's own whose state is some words off the heap. They lie with the accumulators of the group,
/// so that windows are assembled as for any other aggregate and nothing is allocated.
///
/// *Thread*: the job's worker. *Ownership*: state, inputs and result are lent for the call; they are the same objects
/// each time.
public non-sealed interface StateAggregate extends UserAggregate {
    /// The most words of a state.
    int MAX_WORDS = 512;

    /// Words of 8 bytes that a state takes, from 1 to [#MAX_WORDS]. Of no rows at all they are 0.
    int stateWords();

    /// Takes a row.
    void accumulate(AggregateState state, AggregateInputs inputs);

    /// Takes what another state has.
    void combine(AggregateState into, AggregateState from);

    /// Whether [#retract] is exact.
    default boolean retractable() {
        return false;
    }

    /// Takes out of a state what was combined into it: a window that slides then costs the panes that enter and leave.
    /// Asked only if [#retractable].
    default void retract(AggregateState from, AggregateState what) {
        throw new UnsupportedOperationException(name() + " cannot retract");
    }

    /// Gives the result of a group that has rows, though perhaps none that count: null unless `result` is told of one.
    ///
    /// The type of the results is int64, float64 or bool.
    void result(AggregateState state, AggregateResult result);
}
