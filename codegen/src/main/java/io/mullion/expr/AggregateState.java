package io.mullion.expr;

/// The words of 8 bytes that a [StateAggregate] keeps of a group, by number from 0. *Thread*: that of the call that
/// lends it. *Failure*: a word that the state does not have is refused.
public interface AggregateState {
    long int64(int word);

    void setInt64(int word, long value);

    double float64(int word);

    void setFloat64(int word, double value);

    /// Sets all words to 0: the state of no rows.
    void clear();
}
