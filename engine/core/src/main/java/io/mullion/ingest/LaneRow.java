package io.mullion.ingest;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.batch.CellKind;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;

/// The row that a producer is writing: where its cells lie in the open batch, and which of them have a value.
///
/// It knows nothing of lanes: what may be written when is [LaneWriter]'s. Cells of nullable columns count as values
/// from when the batch was opened, so that a value is one store and only a null touches a bit, when the row is
/// committed. *Thread*: the producer.
final class LaneRow {
    /// The low bits of a cell word: a [CellKind]'s number.
    private static final int KIND_BITS = 6;

    private static final int KIND = (1 << KIND_BITS) - 1;

    private final Schema schema;
    /// For each column, in one word, what a setter has to know: where the values begin in the open batch, shifted left
    /// over the number of the kind. Shifted back it is a number that the JIT knows to be an address with room behind
    /// it, and the check against the end of the address space goes.
    private final long[] cells;
    private final CellKind[] kinds;
    private final long requiredColumns;
    private final long allColumns;
    private final int dataBytes;
    /// Where the columns of the open batch lie, by [ColumnAddresses#slot].
    private long[] addresses;
    /// Bit `c`: column `c` of the row has a value or is null.
    private long writtenColumns;
    /// Bit `c`: the last that was said of column `c` is that it is null.
    private long nullColumns;

    /// Its number in the open batch.
    int index;

    /// @param schema of at most 64 columns
    /// @param dataBytes room for the values of each variable-size column of a batch
    LaneRow(Schema schema, int dataBytes) {
        this.schema = schema;
        this.dataBytes = dataBytes;
        kinds = CellKind.of(schema);
        cells = new long[schema.size()];
        long required = 0;
        for (int column = 0; column < schema.size(); column++) {
            if (!schema.field(column).nullable()) {
                required |= 1L << column;
            }
        }
        requiredColumns = required;
        allColumns = schema.size() == 0 ? 0 : -1L >>> -schema.size();
    }

    /// The row has no cells yet.
    void begin() {
        writtenColumns = 0;
        nullColumns = 0;
    }

    CellKind kind(int column) {
        return kinds[column];
    }

    /// While a batch is open.
    ///
    /// @return whether there is such a column, and it takes longs, or ints and this is one
    boolean putLong(int column, long value) {
        if (!has(column, CellKind.LONG)) {
            return value == (int) value && putInt(column, (int) value);
        }
        RawMemory.putLong(eightBytesAt(column), value);
        hasValue(column);
        return true;
    }

    private boolean putInt(int column, int value) {
        if (!has(column, CellKind.INT)) {
            return false;
        }
        RawMemory.putInt(fourBytesAt(column), value);
        hasValue(column);
        return true;
    }

    /// While a batch is open.
    ///
    /// @return whether there is such a column, and it takes doubles
    boolean putDouble(int column, double value) {
        if (!has(column, CellKind.DOUBLE)) {
            return false;
        }
        RawMemory.putDouble(eightBytesAt(column), value);
        hasValue(column);
        return true;
    }

    /// The short way of most text. While a batch is open.
    ///
    /// @return whether there is such a column of text, with room for these bytes, and they are ASCII and not many; else
    /// nothing has been written that counts
    boolean putAscii(int column, byte[] bytes, int from, int length) {
        if (!has(column, CellKind.TEXT) || bytes == null || !ShortText.within(bytes, from, length)) {
            return false;
        }
        long offset = offset(column);
        int start = RawMemory.getInt(offset);
        return length <= dataBytes - start
                && ShortText.copyAscii(bytes, from, data(column) + start, length)
                && endsAt(column, offset, start + length);
    }

    /// The same for a text on the heap.
    boolean putAscii(int column, String text) {
        if (!has(column, CellKind.TEXT)) {
            return false;
        }
        long offset = offset(column);
        int start = RawMemory.getInt(offset);
        int length = text.length();
        return length <= dataBytes - start
                && ShortText.copyAscii(text, data(column) + start, length)
                && endsAt(column, offset, start + length);
    }

    private boolean endsAt(int column, long offset, int end) {
        RawMemory.putInt(offset + 4, end);
        hasValue(column);
        return true;
    }

    /// For a column of any integer kind.
    ///
    /// @return whether the column has such values
    boolean putInteger(int column, long value) {
        switch (kinds[column]) {
            case LONG -> RawMemory.putLong(data(column) + 8L * index, value);
            case INT -> {
                if (value != (int) value) {
                    return false;
                }
                RawMemory.putInt(data(column) + 4L * index, (int) value);
            }
            case SHORT -> {
                if (value != (short) value) {
                    return false;
                }
                RawMemory.putShort(data(column) + 2L * index, (short) value);
            }
            case BYTE -> {
                if (value != (byte) value) {
                    return false;
                }
                RawMemory.putByte(data(column) + index, (byte) value);
            }
            case BIT, FLOAT, DOUBLE, DECIMAL, TEXT, BINARY, LIST ->
                throw new IllegalStateException("no integer column: " + schema.field(column));
        }
        hasValue(column);
        return true;
    }

    /// For a column of float64 or float32.
    ///
    /// @return whether the column has such values, but for the last bits
    boolean putFloating(int column, double value) {
        if (kinds[column] == CellKind.DOUBLE) {
            RawMemory.putDouble(data(column) + 8L * index, value);
        } else {
            float nearest = (float) value;
            if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
                return false;
            }
            RawMemory.putFloat(data(column) + 4L * index, nearest);
        }
        hasValue(column);
        return true;
    }

    void putBool(int column, boolean value) {
        Bitmap.put(data(column), index, value);
        hasValue(column);
    }

    void putDecimal(int column, long high, long low) {
        RawMemory.putLong(data(column) + 16L * index, low);
        RawMemory.putLong(data(column) + 16L * index + 8, high);
        hasValue(column);
    }

    /// Where the bytes of a variable-size column go.
    long bytesAddress(int column) {
        return data(column) + RawMemory.getInt(offset(column));
    }

    /// How many bytes a variable-size column can still take.
    int bytesRoom(int column) {
        return dataBytes - RawMemory.getInt(offset(column));
    }

    /// As many bytes as that were written to [#bytesAddress].
    void endBytes(int column, int length) {
        RawMemory.putInt(offset(column) + 4, RawMemory.getInt(offset(column)) + length);
        hasValue(column);
    }

    /// For a column that is nullable.
    void putNull(int column) {
        if (kinds[column].variableSize()) {
            RawMemory.putInt(offset(column) + 4, RawMemory.getInt(offset(column)));
        }
        writtenColumns |= 1L << column;
        nullColumns |= 1L << column;
    }

    /// Whether all columns have a value or are null.
    boolean complete() {
        return writtenColumns == allColumns;
    }

    /// The columns that must have a value and have none, a bit for each.
    long missingColumns() {
        return requiredColumns & ~writtenColumns;
    }

    /// Where none are missing: what has no value is null.
    void nullTheRest() {
        for (long rest = allColumns & ~writtenColumns; rest != 0; rest &= rest - 1) {
            putNull(Long.numberOfTrailingZeros(rest));
        }
    }

    /// Whether some column is null.
    boolean hasNulls() {
        return nullColumns != 0;
    }

    /// The last that is written of a row that has nulls, before it is committed.
    void writeNulls() {
        for (long rest = nullColumns; rest != 0; rest &= rest - 1) {
            Bitmap.put(address(Long.numberOfTrailingZeros(rest), ColumnAddresses.VALIDITY), index, false);
        }
    }

    /// Goes on, with the cells it has, as the first row of another batch.
    ///
    /// @param from the open batch, or null if there is none
    void moveTo(Batch from, Batch to) {
        if (from != null) {
            for (long rest = writtenColumns; rest != 0; rest &= rest - 1) {
                from.copyCellToStart(Long.numberOfTrailingZeros(rest), index, to);
            }
        }
        addresses = to.writable().addresses;
        index = 0;
        for (int column = 0; column < cells.length; column++) {
            cells[column] = address(column, ColumnAddresses.DATA) << KIND_BITS | kinds[column].ordinal();
        }
    }

    private boolean has(int column, CellKind kind) {
        // Compared without sign, this is the check of the access itself, and the JIT makes one of the two.
        return Integer.compareUnsigned(column, cells.length) < 0 && ((int) cells[column] & KIND) == kind.ordinal();
    }

    private void hasValue(int column) {
        writtenColumns |= 1L << column;
        nullColumns &= ~(1L << column);
    }

    private long eightBytesAt(int column) {
        return data(column) + 8L * unsignedIndex();
    }

    private long fourBytesAt(int column) {
        return data(column) + 4L * unsignedIndex();
    }

    private long data(int column) {
        return cells[column] >>> KIND_BITS;
    }

    /// The same number, which the JIT then knows not to be negative.
    private long unsignedIndex() {
        return Integer.toUnsignedLong(index);
    }

    private long address(int column, int buffer) {
        return addresses[ColumnAddresses.slot(column, buffer)];
    }

    private long offset(int column) {
        return address(column, ColumnAddresses.OFFSETS) + 4L * index;
    }
}
