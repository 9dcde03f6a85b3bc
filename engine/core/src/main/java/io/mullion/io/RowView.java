package io.mullion.io;

import io.mullion.expr.Schema;

/// One row of a [BatchView]: a flyweight that is moved from row to row. Do not keep it.
///
/// Columns are named or numbered; numbers are faster. *Failure*: an unknown name or a wrong type throws and names the
/// column.
public interface RowView {
    Schema schema();

    boolean isNull(int column);

    /// Value of an int64 or timestamp column.
    long int64(int column);

    double float64(int column);

    boolean bool(int column);

    String utf8(int column);

    default boolean isNull(String column) {
        return isNull(schema().indexOf(column));
    }

    default long int64(String column) {
        return int64(schema().indexOf(column));
    }

    default double float64(String column) {
        return float64(schema().indexOf(column));
    }

    default boolean bool(String column) {
        return bool(schema().indexOf(column));
    }

    default String utf8(String column) {
        return utf8(schema().indexOf(column));
    }
}
