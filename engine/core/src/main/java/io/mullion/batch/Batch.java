package io.mullion.batch;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/// Columns of one schema with room for a fixed number of rows, in Arrow's layout, in one block of memory.
///
/// *Shape*: a variable-size column has `dataBytes` bytes for its values; nothing ever grows or moves. A column that is
/// not nullable has no validity buffer. *Ownership*: whoever allocated it closes it. *Thread*: one writes; another may
/// read rows whose number was published to it after they were written.
public final class Batch implements AutoCloseable {
    private static final int ALIGNMENT_BYTES = 64;
    /// Room for the last vector store of a kernel, and so that columns do not start at the same place of different
    /// pages.
    private static final int SLACK_BYTES = 128;

    private static final int PAGE_BYTES = 4096;

    private final Schema schema;
    private final CellKind[] kinds;
    private final int capacity;
    private final int dataBytes;
    private final BufferAllocator allocator;
    private final ArrowBuf block;
    private final ColumnAddresses writable;
    private final ColumnAddresses readable;

    /// @param capacity rows
    /// @param dataBytes room for the values of each variable-size column
    Batch(Schema schema, int capacity, int dataBytes, BufferAllocator allocator) {
        if (capacity > ColumnAddresses.MOST_ROWS) {
            throw new MullionException(
                    Reason.OUT_OF_MEMORY,
                    "more rows than a batch may hold: rows=" + capacity + ", limit=" + ColumnAddresses.MOST_ROWS);
        }
        this.schema = schema;
        this.kinds = CellKind.of(schema);
        this.capacity = capacity;
        this.dataBytes = dataBytes;
        this.allocator = allocator;
        block = allocator.buffer(blockBytes());
        writable = new ColumnAddresses(schema.size());
        readable = writable.sameAddresses();
        layOut();
        writable.rowLimit = capacity;
        readable.rowLimit = -1;
    }

    public Schema schema() {
        return schema;
    }

    /// Rows it has room for.
    public int capacity() {
        return capacity;
    }

    /// Room for the values of each variable-size column, in bytes.
    public int dataBytes() {
        return dataBytes;
    }

    /// All rows and all room, to write to.
    public ColumnAddresses writable() {
        return writable;
    }

    /// The rows that were last said to be readable, to read from.
    public ColumnAddresses readable() {
        return readable;
    }

    /// Says that the first `rows` rows are there: nothing past them may be read. *Thread*: the reader's.
    public Batch readableRows(int rows) {
        if (readable.rowLimit != rows) {
            limitReads(rows);
        }
        return this;
    }

    /// Loads a byte of each page of the readable rows, all at once. A loop over a column that lies in no cache loses
    /// time where a page begins, and loses less if it was touched (FilledBatchesBenchmark: 5 to 15 %; all lines, or
    /// several of each page, were no better).
    ///
    /// @return a sum that means nothing, but that the loads are needed
    public long touch() {
        long touched = 0;
        for (int slot = 0; slot < readable.addresses.length; slot++) {
            long address = readable.addresses[slot];
            long limit = address == 0 ? 0 : readable.limits[slot];
            for (long offset = 0; offset < limit; offset += PAGE_BYTES) {
                touched += RawMemory.getByte(address + offset);
            }
        }
        return touched;
    }

    /// Forgets all rows, so that the batch can be written anew.
    public void clear() {
        readable.rowLimit = -1;
        for (int column = 0; column < kinds.length; column++) {
            if (variableSize(column)) {
                RawMemory.putInt(writable.address(column, ColumnAddresses.OFFSETS), 0);
            }
        }
    }

    /// Says that the cells of the rows [from, to) of nullable columns are values. The bits of rows before them keep.
    public void markValid(int from, int to) {
        for (int column = 0; column < kinds.length; column++) {
            long validity = validityAddress(column);
            if (validity != 0) {
                Bitmap.set(validity, from, to);
            }
        }
    }

    public boolean isNull(int column, int row) {
        return schema.field(column).nullable() && !Bitmap.get(writable.address(column, ColumnAddresses.VALIDITY), row);
    }

    /// A value of an integer, date32 or timestamp column, sign-extended.
    public long int64(int column, int row) {
        long data = data(column);
        return switch (kinds[column]) {
            case LONG -> RawMemory.getLong(data + 8L * row);
            case INT -> RawMemory.getInt(data + 4L * row);
            case SHORT -> RawMemory.getShort(data + 2L * row);
            case BYTE -> RawMemory.getByte(data + row);
            case BIT, FLOAT, DOUBLE, DECIMAL, TEXT, BINARY, LIST -> throw wrongKind(column);
        };
    }

    /// Where the values of a column of 8-byte numbers lie, from a row on.
    long wordAddress(int column, int row) {
        return data(column) + 8L * row;
    }

    /// A value of a float32 or float64 column.
    public double float64(int column, int row) {
        return kinds[column] == CellKind.DOUBLE
                ? RawMemory.getDouble(data(column) + 8L * row)
                : RawMemory.getFloat(data(column) + 4L * row);
    }

    public boolean bool(int column, int row) {
        return Bitmap.get(data(column), row);
    }

    /// The upper 64 bits of the unscaled value of a decimal.
    public long decimalHigh(int column, int row) {
        return RawMemory.getLong(data(column) + 16L * row + 8);
    }

    /// The lower 64 bits of the unscaled value of a decimal.
    public long decimalLow(int column, int row) {
        return RawMemory.getLong(data(column) + 16L * row);
    }

    /// Where the bytes of a utf8, binary or list value are.
    public long utf8Address(int column, int row) {
        long offsets = writable.address(column, ColumnAddresses.OFFSETS);
        return data(column) + RawMemory.getInt(offsets + 4L * row);
    }

    public int utf8Length(int column, int row) {
        long offset = writable.address(column, ColumnAddresses.OFFSETS) + 4L * row;
        return RawMemory.getInt(offset + 4) - RawMemory.getInt(offset);
    }

    /// Where the bytes of the first `rows` values of a variable-size column end, counted from where they begin.
    int bytesEnd(int column, int rows) {
        return RawMemory.getInt(offsetsAddress(column) + 4L * rows);
    }

    long dataAddress(int column) {
        return data(column);
    }

    long offsetsAddress(int column) {
        return writable.address(column, ColumnAddresses.OFFSETS);
    }

    long validityAddress(int column) {
        return writable.address(column, ColumnAddresses.VALIDITY);
    }

    /// Copies one cell to the first row of another batch of the same schema.
    public void copyCellToStart(int column, int row, Batch to) {
        Field field = schema.field(column);
        ColumnAddresses target = to.writable;
        if (field.nullable()) {
            Bitmap.put(target.address(column, ColumnAddresses.VALIDITY), 0, !isNull(column, row));
        }
        long data = target.address(column, ColumnAddresses.DATA);
        if (kinds[column] == CellKind.BIT) {
            Bitmap.put(data, 0, bool(column, row));
        } else if (variableSize(column)) {
            int length = utf8Length(column, row);
            RawMemory.copy(utf8Address(column, row), data, length);
            RawMemory.putInt(target.address(column, ColumnAddresses.OFFSETS) + 4, length);
        } else {
            long width = field.type().byteWidth();
            RawMemory.copy(data(column) + width * row, data, width);
        }
    }

    /// The buffer that begins at `address`, `bytes` long: a part of this batch's block. Borrowed.
    ArrowBuf buffer(long address, long bytes) {
        return block.slice(address - block.memoryAddress(), bytes);
    }

    BufferAllocator allocator() {
        return allocator;
    }

    boolean variableSize(int column) {
        return kinds[column].variableSize();
    }

    private long data(int column) {
        return writable.address(column, ColumnAddresses.DATA);
    }

    private IllegalStateException wrongKind(int column) {
        return new IllegalStateException("read as an integer: " + schema.field(column));
    }

    /// Asked for each row where rows come one by one, so it looks at no schema.
    private void limitReads(int rows) {
        readable.rowLimit = rows;
        // A kernel reads the bits of a vector as two bytes, so it may touch one byte past the last row's.
        long bitBytes = bitmapBytes(rows) + 1;
        for (int column = 0; column < kinds.length; column++) {
            if (validityAddress(column) != 0) {
                readable.limit(column, ColumnAddresses.VALIDITY, bitBytes);
            }
            CellKind kind = kinds[column];
            if (kind.variableSize()) {
                readable.limit(column, ColumnAddresses.OFFSETS, 4L * (rows + 1));
                readable.limit(column, ColumnAddresses.DATA, bytesEnd(column, rows));
            } else {
                readable.limit(column, ColumnAddresses.DATA, kind == CellKind.BIT ? bitBytes : kind.bytes() * rows);
            }
        }
    }

    private long blockBytes() {
        long bytes = 0;
        for (Field field : schema.fields()) {
            bytes += field.nullable() ? padded(bitmapBytes(capacity)) : 0;
            bytes += field.type().fixedWidth()
                    ? padded(fixedWidthBytes(field))
                    : padded(4L * (capacity + 1)) + padded(dataBytes);
        }
        return bytes;
    }

    private void layOut() {
        long next = block.memoryAddress();
        for (int column = 0; column < schema.size(); column++) {
            Field field = schema.field(column);
            if (field.nullable()) {
                next = place(column, ColumnAddresses.VALIDITY, next, bitmapBytes(capacity));
            }
            if (field.type().fixedWidth()) {
                next = place(column, ColumnAddresses.DATA, next, fixedWidthBytes(field));
            } else {
                next = place(column, ColumnAddresses.OFFSETS, next, 4L * (capacity + 1));
                next = place(column, ColumnAddresses.DATA, next, dataBytes);
            }
        }
    }

    private long place(int column, int buffer, long address, long bytes) {
        writable.set(column, buffer, address, bytes);
        return address + padded(bytes);
    }

    private long fixedWidthBytes(Field field) {
        int width = field.type().byteWidth();
        return width == 0 ? bitmapBytes(capacity) : (long) width * capacity;
    }

    private static long bitmapBytes(int rows) {
        return (rows + 7L) >> 3;
    }

    private static long padded(long bytes) {
        return (bytes + SLACK_BYTES + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    @Override
    public void close() {
        block.close();
    }
}
