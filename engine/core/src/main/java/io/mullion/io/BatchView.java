package io.mullion.io;

import io.mullion.expr.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Some rows of a stream, column by column.
///
/// *Ownership*: borrowed until the callback returns; to keep rows, copy them or [#toArrow] them to an allocator of your
/// own. *Thread*: that of the callback.
public interface BatchView {
    Schema schema();

    int rowCount();

    boolean isNull(int column, int row);

    /// Value of an int8, int16, int32, int64, date32 (days) or timestamp (units of the type) column. What is read where
    /// there is a null is undefined; so in the methods below.
    long int64(int column, int row);

    /// Value of a float32 or float64 column.
    double float64(int column, int row);

    boolean bool(int column, int row);

    /// A new string. Malformed UTF-8 cannot occur here.
    String utf8(int column, int row);

    /// A new array.
    byte[] binary(int column, int row);

    /// A new list that cannot be changed, with elements as [RowView#list] has them.
    List<Object> list(int column, int row);

    /// A new number, with the scale of the column.
    BigDecimal decimal(int column, int row);

    /// A new date, of a date32 column.
    LocalDate date(int column, int row);

    /// A new instant, of a timestamp column. *Failure*: refuses timestamps in seconds that are beyond [Instant#MAX].
    Instant instant(int column, int row);

    /// The upper 64 bits of a decimal's unscaled value, with the sign: what [#decimal] is made of, without allocating.
    long decimalHigh(int column, int row);

    /// The lower 64 bits of a decimal's unscaled value, unsigned.
    long decimalLow(int column, int row);

    /// Address of the bytes of a utf8, binary or list value; their number is [#bytesLength]. Those of a list are as
    /// [io.mullion.expr.DataType.ListOf] says.
    long bytesAddress(int column, int row);

    int bytesLength(int column, int row);

    /// One row after another through a flyweight: the object is the same for each row.
    void forEachRow(Consumer<? super RowView> action);

    /// The rows as Arrow vectors over the same buffers, without copying values; only lists are copied, to memory of the
    /// budget, and a column that is not nullable takes a validity bitmap from there. *Ownership*: as the view itself;
    /// closing the root is not needed.
    VectorSchemaRoot arrow();

    /// The rows as Arrow vectors that outlive the callback. *Ownership*: a copy, the caller's, in the caller's
    /// allocator.
    VectorSchemaRoot toArrow(BufferAllocator allocator);
}
