package io.mullion.codegen;

/// Says whether numbers come in order, as event times mostly do.
@FunctionalInterface
public interface OrderKernel {
    /// Whether none of the numbers [`from`, `to`) is less than the one before it; one or none are in order.
    ///
    /// @param numbers address of int64
    boolean ascending(long numbers, int from, int to);
}
