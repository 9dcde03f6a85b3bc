package io.mullion.codegen;

import io.mullion.routine.Failure;

/// Computes expressions for rows and writes them densely to other columns.
@FunctionalInterface
public interface ProjectKernel {
    /// Writes one output row for each active row, beginning at row 0 of `out`.
    ///
    /// *Shape*: `active`, `from` and `to` as in [FilterKernel]; one column of `out` for each expression; `out.rowLimit`
    /// rows and the data limits of variable-size columns bound it. *Failure*: stops when the output is full or a row
    /// cannot be computed, see [Progress]; a value that does not fit into the empty output is
    /// [Failure#VALUE_TOO_LARGE].
    /// With a predicate there is an output row just for those rows that fulfil it: `progress.next` says how far the
    /// call got in the input, `progress.outRows` how many rows it wrote. Bytes of the output behind the last row,
    /// within `out.rowLimit` rows, may be overwritten.
    ///
    /// @return the number of rows written, also in `progress.outRows`
    int project(ColumnAddresses in, long active, int from, int to, ColumnAddresses out, Progress progress);
}
