package io.mullion.io;

import io.mullion.expr.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/// One row of a [BatchView]: a flyweight that is moved from row to row. Do not keep it; `toString` shows its values.
///
/// Columns are named or numbered; numbers are faster. *Failure*: an unknown name or a wrong type throws and names the
/// column.
public interface RowView {
    Schema schema();

    boolean isNull(int column);

    /// Value of an int8, int16, int32, int64, date32 (days) or timestamp (units of the type) column.
    long int64(int column);

    /// Value of a float32 or float64 column.
    double float64(int column);

    boolean bool(int column);

    /// A new string.
    String utf8(int column);

    /// A new array.
    byte[] binary(int column);

    /// A new list that cannot be changed, its elements as the methods here give them: Long for integers and timestamps
    /// (units of the type), Double, Boolean, String, `byte[]`, BigDecimal, LocalDate.
    List<Object> list(int column);

    /// A new number, with the scale of the column.
    BigDecimal decimal(int column);

    /// The upper 64 bits of a decimal's unscaled value, with the sign: what [#decimal] is made of, without allocating.
    long decimalHigh(int column);

    /// The lower 64 bits of a decimal's unscaled value, unsigned.
    long decimalLow(int column);

    /// A new date, of a date32 column.
    LocalDate date(int column);

    /// A new instant, of a timestamp column. *Failure*: refuses timestamps in seconds that are beyond [Instant#MAX].
    Instant instant(int column);

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

    default byte[] binary(String column) {
        return binary(schema().indexOf(column));
    }

    default List<Object> list(String column) {
        return list(schema().indexOf(column));
    }

    default BigDecimal decimal(String column) {
        return decimal(schema().indexOf(column));
    }

    default LocalDate date(String column) {
        return date(schema().indexOf(column));
    }

    default Instant instant(String column) {
        return instant(schema().indexOf(column));
    }
}
