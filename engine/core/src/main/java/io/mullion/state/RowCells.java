package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.batch.CellKind;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;

/// How the cells of a row lie side by side in a record, and their way from columns into records and back: column by
/// column, so that what a column is gets asked once.
///
/// *Shape*: words with a bit for each column that may be null (1 is a value), then 16 bytes for each decimal and each
/// value of variable size, then 8, 4, 2 and 1 byte for each of the others. A value of variable size is its bytes if
/// there are at most 8, else their address; then its length as int64. *Thread*: one.
public final class RowCells {
    private static final int INLINE_BYTES = 8;
    private static final int LENGTH = 8;

    private final Schema schema;
    private final CellKind[] kinds;
    private final int[] offsets;
    /// Which bit says whether a column is null, or -1.
    private final int[] validityBits;

    private final int validityOffset;
    private final int validityBytes;
    private final int bytes;
    private final boolean variableSize;

    /// @param headerBytes of the record before the cells, a multiple of 8
    RowCells(Schema schema, int headerBytes) {
        this.schema = schema;
        kinds = CellKind.of(schema);
        offsets = new int[kinds.length];
        validityBits = new int[kinds.length];
        validityOffset = headerBytes;
        int nullable = 0;
        boolean anyVariable = false;
        for (int column = 0; column < kinds.length; column++) {
            validityBits[column] = schema.field(column).nullable() ? nullable++ : -1;
            anyVariable |= kinds[column].variableSize();
        }
        variableSize = anyVariable;
        validityBytes = Math.ceilDiv(nullable, Long.SIZE) * Long.BYTES;
        int next = headerBytes + validityBytes;
        for (int width = 16; width > 0; width >>= 1) {
            for (int column = 0; column < kinds.length; column++) {
                if (width(kinds[column]) == width) {
                    offsets[column] = next;
                    next += width;
                }
            }
        }
        bytes = Math.ceilDiv(next, Long.BYTES) * Long.BYTES;
    }

    private static int width(CellKind kind) {
        return switch (kind) {
            case TEXT, BINARY, LIST, DECIMAL -> 16;
            case LONG, DOUBLE -> 8;
            case INT, FLOAT -> 4;
            case SHORT -> 2;
            case BYTE, BIT -> 1;
        };
    }

    /// The columns.
    Schema schema() {
        return schema;
    }

    /// Bytes of a record, a multiple of 8.
    int recordBytes() {
        return bytes;
    }

    boolean anyVariableSize() {
        return variableSize;
    }

    boolean anyNullable() {
        return validityBytes > 0;
    }

    /// Whether a column has values of variable size.
    public boolean variableSize(int column) {
        return kinds[column].variableSize();
    }

    /// Copies rows of a batch into new records.
    ///
    /// @param rows address of int32 row numbers
    /// @param records address of int64 addresses of as many records
    /// @param arena keeps values of variable size
    void write(ColumnAddresses in, long rows, long records, int count, StateArena arena) {
        for (int word = 0; word < validityBytes; word += Long.BYTES) {
            for (int i = 0; i < count; i++) {
                RawMemory.putLong(record(records, i) + validityOffset + word, 0);
            }
        }
        for (int column = 0; column < kinds.length; column++) {
            if (validityBits[column] >= 0) {
                writeValidity(in.address(column, ColumnAddresses.VALIDITY), column, rows, records, count);
            }
            long data = in.address(column, ColumnAddresses.DATA);
            int at = offsets[column];
            switch (kinds[column]) {
                case LONG, DOUBLE -> {
                    for (int i = 0; i < count; i++) {
                        RawMemory.putLong(record(records, i) + at, RawMemory.getLong(data + 8L * row(rows, i)));
                    }
                }
                case INT, FLOAT -> {
                    for (int i = 0; i < count; i++) {
                        RawMemory.putInt(record(records, i) + at, RawMemory.getInt(data + 4L * row(rows, i)));
                    }
                }
                case SHORT -> {
                    for (int i = 0; i < count; i++) {
                        RawMemory.putShort(record(records, i) + at, RawMemory.getShort(data + 2L * row(rows, i)));
                    }
                }
                case BYTE -> {
                    for (int i = 0; i < count; i++) {
                        RawMemory.putByte(record(records, i) + at, RawMemory.getByte(data + row(rows, i)));
                    }
                }
                case BIT -> {
                    for (int i = 0; i < count; i++) {
                        RawMemory.putByte(record(records, i) + at, (byte) (Bitmap.get(data, row(rows, i)) ? 1 : 0));
                    }
                }
                case DECIMAL -> {
                    for (int i = 0; i < count; i++) {
                        long from = data + 16L * row(rows, i);
                        RawMemory.putLong(record(records, i) + at, RawMemory.getLong(from));
                        RawMemory.putLong(record(records, i) + at + 8, RawMemory.getLong(from + 8));
                    }
                }
                case TEXT, BINARY, LIST -> {
                    long ends = in.address(column, ColumnAddresses.OFFSETS);
                    for (int i = 0; i < count; i++) {
                        int row = row(rows, i);
                        int start = RawMemory.getInt(ends + 4L * row);
                        int length =
                                isNull(record(records, i), column) ? 0 : RawMemory.getInt(ends + 4L * row + 4) - start;
                        writeBytes(record(records, i) + at, data + start, length, arena);
                    }
                }
            }
        }
    }

    private void writeValidity(long validity, int column, long rows, long records, int count) {
        long word = validityOffset + (validityBits[column] >> 6) * 8L;
        int bit = validityBits[column];
        for (int i = 0; i < count; i++) {
            if (Bitmap.get(validity, row(rows, i))) {
                long at = record(records, i) + word;
                RawMemory.putLong(at, RawMemory.getLong(at) | 1L << bit);
            }
        }
    }

    private static void writeBytes(long cell, long from, int length, StateArena arena) {
        RawMemory.putLong(cell + LENGTH, length);
        long to = cell;
        if (length > INLINE_BYTES) {
            to = arena.take(length);
            RawMemory.putLong(cell, to);
        }
        if (length > 0) {
            RawMemory.copy(from, to, length);
        }
    }

    /// Gives back what a record keeps in the arena.
    void release(long record, StateArena arena) {
        for (int column = 0; column < kinds.length; column++) {
            if (kinds[column].variableSize()) {
                long cell = record + offsets[column];
                long length = RawMemory.getLong(cell + LENGTH);
                if (length > INLINE_BYTES) {
                    arena.give(RawMemory.getLong(cell), length);
                }
            }
        }
    }

    /// Writes the values of a column of fixed size to the rows 0, 1, ... of a column of `out`; a record whose address
    /// is 0 is left out. Its validity bits, if it has any, are 0 before.
    ///
    /// @param records address of int64 addresses of records
    public void read(int column, long records, int count, ColumnAddresses out, int outColumn) {
        long data = out.address(outColumn, ColumnAddresses.DATA);
        int at = offsets[column];
        switch (kinds[column]) {
            case LONG, DOUBLE -> {
                for (int i = 0; i < count; i++) {
                    long record = record(records, i);
                    if (record != 0) {
                        RawMemory.putLong(data + 8L * i, RawMemory.getLong(record + at));
                    }
                }
            }
            case INT, FLOAT -> {
                for (int i = 0; i < count; i++) {
                    long record = record(records, i);
                    if (record != 0) {
                        RawMemory.putInt(data + 4L * i, RawMemory.getInt(record + at));
                    }
                }
            }
            case SHORT -> {
                for (int i = 0; i < count; i++) {
                    long record = record(records, i);
                    if (record != 0) {
                        RawMemory.putShort(data + 2L * i, RawMemory.getShort(record + at));
                    }
                }
            }
            case BYTE -> {
                for (int i = 0; i < count; i++) {
                    long record = record(records, i);
                    if (record != 0) {
                        RawMemory.putByte(data + i, RawMemory.getByte(record + at));
                    }
                }
            }
            case BIT -> {
                for (int i = 0; i < count; i++) {
                    long record = record(records, i);
                    if (record != 0) {
                        Bitmap.put(data, i, RawMemory.getByte(record + at) != 0);
                    }
                }
            }
            case DECIMAL -> {
                for (int i = 0; i < count; i++) {
                    long record = record(records, i);
                    if (record != 0) {
                        RawMemory.putLong(data + 16L * i, RawMemory.getLong(record + at));
                        RawMemory.putLong(data + 16L * i + 8, RawMemory.getLong(record + at + 8));
                    }
                }
            }
            case TEXT, BINARY, LIST -> throw new IllegalStateException("not of fixed size: column=" + column);
        }
        readValidity(column, records, count, out, outColumn);
    }

    /// The same for the validity of a column of any size.
    public void readValidity(int column, long records, int count, ColumnAddresses out, int outColumn) {
        long validity = out.address(outColumn, ColumnAddresses.VALIDITY);
        if (validity == 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            long record = record(records, i);
            if (record != 0 && !isNull(record, column)) {
                Bitmap.put(validity, i, true);
            }
        }
    }

    /// The same for the ends of the values of a column of variable size, which [#readBytes] follows.
    ///
    /// @return how many values, at most `count`, there is room for
    public int readOffsets(int column, long records, int count, ColumnAddresses out, int outColumn) {
        long offsets = out.address(outColumn, ColumnAddresses.OFFSETS);
        long room = out.limit(outColumn, ColumnAddresses.DATA);
        int end = 0;
        RawMemory.putInt(offsets, end);
        for (int i = 0; i < count; i++) {
            long record = record(records, i);
            int length = record == 0 ? 0 : bytesLength(record, column);
            if (length > room - end) {
                return i;
            }
            end += length;
            RawMemory.putInt(offsets + 4L * i + 4, end);
        }
        return count;
    }

    /// The same for the bytes and the validity of a column of variable size, whose ends are there.
    public void readBytes(int column, long records, int count, ColumnAddresses out, int outColumn) {
        long offsets = out.address(outColumn, ColumnAddresses.OFFSETS);
        long data = out.address(outColumn, ColumnAddresses.DATA);
        for (int i = 0; i < count; i++) {
            int start = RawMemory.getInt(offsets + 4L * i);
            int length = RawMemory.getInt(offsets + 4L * i + 4) - start;
            if (length > 0) {
                RawMemory.copy(bytesAddress(record(records, i), column), data + start, length);
            }
        }
        readValidity(column, records, count, out, outColumn);
    }

    private boolean isNull(long record, int column) {
        int bit = validityBits[column];
        return bit >= 0 && (RawMemory.getLong(record + validityOffset + (bit >> 6) * 8L) >>> bit & 1) == 0;
    }

    /// Where the bytes of a value of variable size are; those of null are none.
    public long bytesAddress(long record, int column) {
        long cell = record + offsets[column];
        return RawMemory.getLong(cell + LENGTH) > INLINE_BYTES ? RawMemory.getLong(cell) : cell;
    }

    public int bytesLength(long record, int column) {
        return (int) RawMemory.getLong(record + offsets[column] + LENGTH);
    }

    private static long record(long records, int index) {
        return RawMemory.getLong(records + 8L * index);
    }

    private static int row(long rows, int index) {
        return RawMemory.getInt(rows + 4L * index);
    }
}
