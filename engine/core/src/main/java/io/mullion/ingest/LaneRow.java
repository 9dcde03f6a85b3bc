package io.mullion.ingest;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.batch.CellKind;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;

/// The row that a producer is writing: where its cells lie in the open batch, and which of them have a value.
///
/// It knows nothing of lanes: what may be written when is [LaneWriter]'s. *Thread*: the producer.
final class LaneRow {
    private final Schema schema;
    private final CellKind[] kinds;
    /// The kinds of the columns that need no validity bit, null for the others: the setters' short cut.
    private final CellKind[] requiredKinds;
    /// Where the values of the columns of the open batch begin.
    private final long[] data;
    private final long requiredColumns;
    private final long allColumns;
    private final int dataBytes;
    /// Where the columns of the open batch lie, by [ColumnAddresses#slot].
    private long[] addresses;
    /// Bit `c`: column `c` of the row has a value or is null.
    private long writtenColumns;

    /// Its number in the open batch.
    int index;

    /// @param schema of at most 64 columns
    /// @param dataBytes room for the values of each variable-size column of a batch
    LaneRow(Schema schema, int dataBytes) {
        this.schema = schema;
        this.dataBytes = dataBytes;
        kinds = CellKind.of(schema);
        requiredKinds = new CellKind[schema.size()];
        data = new long[schema.size()];
        long required = 0;
        for (int column = 0; column < schema.size(); column++) {
            if (!schema.field(column).nullable()) {
                requiredKinds[column] = kinds[column];
                required |= 1L << column;
            }
        }
        requiredColumns = required;
        allColumns = schema.size() == 0 ? 0 : -1L >>> -schema.size();
    }

    /// The row has no cells yet.
    void begin() {
        writtenColumns = 0;
    }

    /// Whether there is such a column, of this kind, and it is not nullable: then a value is all there is to write.
    boolean requires(int column, CellKind kind) {
        return column >= 0 && column < requiredKinds.length && requiredKinds[column] == kind;
    }

    CellKind kind(int column) {
        return kinds[column];
    }

    /// For a column that [#requires] a long.
    void putRequired(int column, long value) {
        RawMemory.putLong(data[column] + 8L * index, value);
        writtenColumns |= 1L << column;
    }

    /// For a column that [#requires] an int.
    void putRequired(int column, int value) {
        RawMemory.putInt(data[column] + 4L * index, value);
        writtenColumns |= 1L << column;
    }

    /// For a column that [#requires] a double.
    void putRequired(int column, double value) {
        RawMemory.putDouble(data[column] + 8L * index, value);
        writtenColumns |= 1L << column;
    }

    /// For a column of any integer kind.
    ///
    /// @return whether the column has such values
    boolean putInteger(int column, long value) {
        switch (kinds[column]) {
            case LONG -> RawMemory.putLong(data[column] + 8L * index, value);
            case INT -> {
                if (value != (int) value) {
                    return false;
                }
                RawMemory.putInt(data[column] + 4L * index, (int) value);
            }
            case SHORT -> {
                if (value != (short) value) {
                    return false;
                }
                RawMemory.putShort(data[column] + 2L * index, (short) value);
            }
            case BYTE -> {
                if (value != (byte) value) {
                    return false;
                }
                RawMemory.putByte(data[column] + index, (byte) value);
            }
            case BIT, FLOAT, DOUBLE, DECIMAL, TEXT, BINARY ->
                throw new IllegalStateException("no integer column: " + schema.field(column));
        }
        written(column);
        return true;
    }

    /// For a column of float64 or float32.
    ///
    /// @return whether the column has such values, but for the last bits
    boolean putFloating(int column, double value) {
        if (kinds[column] == CellKind.DOUBLE) {
            RawMemory.putDouble(data[column] + 8L * index, value);
        } else {
            float nearest = (float) value;
            if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
                return false;
            }
            RawMemory.putFloat(data[column] + 4L * index, nearest);
        }
        written(column);
        return true;
    }

    void putBool(int column, boolean value) {
        Bitmap.put(data[column], index, value);
        written(column);
    }

    void putDecimal(int column, long high, long low) {
        RawMemory.putLong(data[column] + 16L * index, low);
        RawMemory.putLong(data[column] + 16L * index + 8, high);
        written(column);
    }

    /// Where the bytes of a variable-size column go.
    long bytesAddress(int column) {
        return data[column] + RawMemory.getInt(offset(column));
    }

    /// How many bytes a variable-size column can still take.
    int bytesRoom(int column) {
        return dataBytes - RawMemory.getInt(offset(column));
    }

    /// As many bytes as that were written to [#bytesAddress].
    void endBytes(int column, int length) {
        RawMemory.putInt(offset(column) + 4, RawMemory.getInt(offset(column)) + length);
        written(column);
    }

    /// For a column that is nullable.
    void putNull(int column) {
        Bitmap.put(address(column, ColumnAddresses.VALIDITY), index, false);
        if (kinds[column].variableSize()) {
            RawMemory.putInt(offset(column) + 4, RawMemory.getInt(offset(column)));
        }
        writtenColumns |= 1L << column;
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
        for (int column = 0; column < data.length; column++) {
            data[column] = address(column, ColumnAddresses.DATA);
        }
    }

    private void written(int column) {
        writtenColumns |= 1L << column;
        if ((requiredColumns >> column & 1) == 0) {
            Bitmap.put(address(column, ColumnAddresses.VALIDITY), index, true);
        }
    }

    private long address(int column, int buffer) {
        return addresses[ColumnAddresses.slot(column, buffer)];
    }

    private long offset(int column) {
        return address(column, ColumnAddresses.OFFSETS) + 4L * index;
    }
}
