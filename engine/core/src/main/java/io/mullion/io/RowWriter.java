package io.mullion.io;

/// Writes one row straight into the columns of the lane's open batch.
///
/// Set every column that is not nullable, in any order, then [#commit]. *Thread*: the producer's. *Ownership*: belongs
/// to its [Producer] and is the same object for every row. *Failure*: a wrong type, a null in a column that is not
/// nullable and a missing column throw and name the column; the row is then still open and may be mended or aborted.
public interface RowWriter {
    /// For int64 and timestamp columns.
    RowWriter setLong(int column, long value);

    RowWriter setDouble(int column, double value);

    RowWriter setBool(int column, boolean value);

    /// Encodes to UTF-8 without allocating. An unpaired surrogate makes the row a dead letter at commit. `null` is
    /// [#setNull].
    RowWriter setUtf8(int column, CharSequence value);

    /// The bytes must be UTF-8; malformed ones make the row a dead letter at commit.
    RowWriter setUtf8(int column, byte[] bytes, int offset, int length);

    RowWriter setNull(int column);

    /// Makes the row visible to the worker.
    Offer commit();

    /// Forgets the row that was begun.
    void abort();
}
