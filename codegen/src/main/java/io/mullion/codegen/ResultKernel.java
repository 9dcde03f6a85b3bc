package io.mullion.codegen;

/// Turns accumulator rows into result columns.
@FunctionalInterface
public interface ResultKernel {
    /// Appends one output row for every accumulator row in [fromRow, toRow) of the page that has at least one input
    /// row, starting at row `progress.outRows` of `out`.
    ///
    /// *Shape*: `page` is the address of a page of [StateAddresses#ROWS_PER_PAGE] rows; `firstGroupId` is the group id
    /// of its row 0; the group id of each output row is written as int32 to `groupIdsOut + 4 * outRow`; `out` has one
    /// column for each aggregate. *Failure*: stops when `out.rowLimit` rows are there, or at a row whose result is an
    /// error (an integer sum out of int64), see [Progress]: `progress.next` is then a row of the page and nothing was
    /// appended for it.
    ///
    /// @return the number of rows now in the output, also in `progress.outRows`
    int result(
            long page,
            int fromRow,
            int toRow,
            int firstGroupId,
            long groupIdsOut,
            ColumnAddresses out,
            Progress progress);
}
