package io.mullion.window;

import io.mullion.batch.Bitmap;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.routine.RawMemory;

/// How long a row holds its session open.
///
/// @param fixed in the unit of the stream; not used where rows bring their own
/// @param column number of the int64 column with the gap of each row, or -1
/// @param nullable whether that column may be null
public record SessionGap(long fixed, int column, boolean nullable) {
    /// That of a row; 0 where it has none.
    long of(GroupedRows rows, int row) {
        if (column < 0) {
            return fixed;
        }
        if (nullable && !Bitmap.get(rows.column(column, ColumnAddresses.VALIDITY), row)) {
            return 0;
        }
        return RawMemory.getLong(rows.column(column, ColumnAddresses.DATA) + 8L * row);
    }
}
