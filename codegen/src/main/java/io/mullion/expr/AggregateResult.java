package io.mullion.expr;

/// Takes the result of a [StateAggregate]. What was said last counts. *Failure*: a result of another type than
/// [UserAggregate#resultType] is refused.
public interface AggregateResult {
    void int64(long value);

    void float64(double value);

    void bool(boolean value);
}
