package io.mullion.codegen;

/// Turns each row into any number of rows: one expression generates them (`split`), the others are repeated beside it.
@FunctionalInterface
public interface FlatMapKernel {
    /// Writes the generated rows, beginning at row 0 of `out`.
    ///
    /// As [ProjectKernel#project], but it may stop inside a row: then `progress.next` is that row and
    /// `progress.resumeOffset` says where to go on; the caller hands the same `progress` back with `from = next`. A
    /// null input generates no row.
    ///
    /// @return the number of rows written, also in `progress.outRows`
    int flatMap(ColumnAddresses in, long active, int from, int to, ColumnAddresses out, Progress progress);
}
