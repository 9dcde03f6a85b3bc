package io.mullion.io;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/// Takes the cells of one row, by column number: what a record is written to. A [RowWriter] takes them in more forms
/// and is told when the row is done.
///
/// *Failure*: a value that its column cannot hold does not throw; what becomes of the row is said by who has it.
public interface CellWriter {
    /// For int8, int16, int32, int64, date32 (days since 1970-01-01) and timestamp (units of the type) columns.
    CellWriter setLong(int column, long value);

    /// For float64 and float32 columns; for the latter the value is rounded to the nearest float.
    CellWriter setDouble(int column, double value);

    CellWriter setBool(int column, boolean value);

    /// Encodes to UTF-8. `null` is [#setNull].
    CellWriter setUtf8(int column, CharSequence value);

    /// All of an array, for binary columns. `null` is [#setNull].
    CellWriter setBinary(int column, byte[] bytes);

    /// For decimal columns; nothing is rounded. `null` is [#setNull].
    CellWriter setDecimal(int column, BigDecimal value);

    /// For date32 columns. `null` is [#setNull].
    CellWriter setDate(int column, LocalDate value);

    /// For timestamp columns; what is finer than the unit of the column is cut off, towards the past. `null` is
    /// [#setNull].
    CellWriter setInstant(int column, Instant value);

    CellWriter setNull(int column);
}
