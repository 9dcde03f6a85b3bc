package io.mullion.io;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.agrona.DirectBuffer;

/// Writes one row straight into the columns of the lane's open batch.
///
/// Set every column that is not nullable, in any order, then [#commit]. *Thread*: the producer's. *Ownership*: belongs
/// to its [Producer] and is the same object for every row. *Failure*: a wrong type, a null in a column that is not
/// nullable and a missing column throw and name the column; the row is then still open and may be mended or aborted.
public interface RowWriter extends CellWriter {
    /// For int8, int16, int32, int64, date32 (days since 1970-01-01) and timestamp (units of the type) columns. A value
    /// that the column's type does not have makes the row a dead letter at commit.
    @Override
    RowWriter setLong(int column, long value);

    /// For float64 and float32 columns; for the latter the value is rounded to the nearest float, and a finite one that
    /// would become infinite makes the row a dead letter at commit.
    @Override
    RowWriter setDouble(int column, double value);

    @Override
    RowWriter setBool(int column, boolean value);

    /// Encodes to UTF-8 without allocating. An unpaired surrogate makes the row a dead letter at commit. `null` is
    /// [#setNull].
    @Override
    RowWriter setUtf8(int column, CharSequence value);

    /// The bytes must be UTF-8; malformed ones make the row a dead letter at commit. `null` is [#setNull].
    RowWriter setUtf8(int column, byte[] bytes, int offset, int length);

    /// The same from a segment, on the heap or off it. *Ownership*: borrowed until the call returns.
    RowWriter setUtf8(int column, MemorySegment bytes, long offset, int length);

    /// The same from one of Agrona's buffers; needs no flag of the JVM that the buffer itself does not need.
    /// *Ownership*: borrowed until the call returns.
    RowWriter setUtf8(int column, DirectBuffer bytes, int offset, int length);

    /// Any bytes, for binary columns. `null` is [#setNull].
    RowWriter setBinary(int column, byte[] bytes, int offset, int length);

    /// The same from a segment, on the heap or off it. *Ownership*: borrowed until the call returns.
    RowWriter setBinary(int column, MemorySegment bytes, long offset, int length);

    /// The same from one of Agrona's buffers. *Ownership*: borrowed until the call returns.
    RowWriter setBinary(int column, DirectBuffer bytes, int offset, int length);

    /// All of an array, for binary columns. `null` is [#setNull].
    @Override
    default RowWriter setBinary(int column, byte[] bytes) {
        return setBinary(column, bytes, 0, bytes == null ? 0 : bytes.length);
    }

    /// For decimal columns. A number that has more digits than the column, before or behind the point, makes the row a
    /// dead letter at commit; nothing is rounded. May allocate. `null` is [#setNull].
    @Override
    RowWriter setDecimal(int column, BigDecimal value);

    /// For decimal columns, without allocating: the unscaled value, in two halves. One with more digits than the
    /// column makes the row a dead letter at commit.
    ///
    /// @param high the upper 64 bits, with the sign
    /// @param low the lower 64 bits, unsigned
    RowWriter setDecimal(int column, long high, long low);

    /// For date32 columns. `null` is [#setNull].
    @Override
    RowWriter setDate(int column, LocalDate value);

    /// For timestamp columns; what is finer than the unit of the column is cut off, towards the past. An instant that
    /// the column cannot hold makes the row a dead letter at commit. `null` is [#setNull].
    @Override
    RowWriter setInstant(int column, Instant value);

    @Override
    RowWriter setNull(int column);

    /// Makes the row visible to the worker.
    Offer commit();

    /// Forgets the row that was begun.
    void abort();
}
