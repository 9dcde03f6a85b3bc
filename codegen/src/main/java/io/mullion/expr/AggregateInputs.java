package io.mullion.expr;

/// The inputs of a row that a [UserAggregate] takes, by number from 0. None of them is null.
///
/// *Failure*: an input that has another type is refused.
public interface AggregateInputs {
    /// The type of an input, the same for all rows.
    DataType type(int input);

    /// An integer, date32 (days) or timestamp (units of the type).
    long int64(int input);

    /// A float32 or float64.
    double float64(int input);

    boolean bool(int input);

    /// A new string.
    String utf8(int input);

    /// A new array: of a utf8 or binary value its bytes.
    byte[] bytes(int input);
}
