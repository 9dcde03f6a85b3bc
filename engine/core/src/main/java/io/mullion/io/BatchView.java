package io.mullion.io;

import io.mullion.expr.Schema;
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

    /// Value of an int64 or timestamp column. Undefined where null.
    long int64(int column, int row);

    double float64(int column, int row);

    boolean bool(int column, int row);

    /// A new string. Malformed UTF-8 cannot occur here.
    String utf8(int column, int row);

    /// Address of the UTF-8 bytes of a value; their number is [#utf8Length].
    long utf8Address(int column, int row);

    int utf8Length(int column, int row);

    /// One row after another through a flyweight: the object is the same for each row.
    void forEachRow(Consumer<? super RowView> action);

    /// The rows as Arrow vectors over the same buffers, without copying values; a column that is not nullable takes a
    /// validity bitmap from the budget. *Ownership*: as the view itself;
    /// closing the root is not needed.
    VectorSchemaRoot arrow();

    /// The rows as Arrow vectors that outlive the callback. *Ownership*: a copy, the caller's, in the caller's
    /// allocator.
    VectorSchemaRoot toArrow(BufferAllocator allocator);
}
