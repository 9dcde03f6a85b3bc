package io.mullion.codegen;

/// Selects the rows whose predicate is true (neither false nor null).
@FunctionalInterface
public interface FilterKernel {
    /// Appends the row numbers of the rows that pass to the selection at `out`, in order.
    ///
    /// A condition of a conjunction that can fail is asked just of the rows for which all conditions written before it
    /// are true: a null drops a row as false does. `progress.next` is the position of a row that failed; rows behind it
    /// are not in the output.
    ///
    /// *Shape*: `active` is the address of int32 row numbers and [from, to) are positions in it, or it is 0 and [from,
    /// to) are rows. `out` has room for `to - from` int32 and 64 bytes more, which may be overwritten. *Failure*: stops
    /// at a row that cannot be computed, see [Progress]; `progress.outRows` counts the rows selected by this call.
    ///
    /// @return the number of rows selected by this call
    int filter(ColumnAddresses in, long active, int from, int to, long out, Progress progress);
}
