package io.mullion.ingest;

import io.mullion.batch.CellKind;
import io.mullion.batch.Int128;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.RowWriter;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import io.mullion.spec.MullionException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import org.agrona.DirectBuffer;

/// The cells of a row that is being written: what each setter takes, and what it says of the rest.
///
/// [LaneWriter] adds where rows begin and what becomes of them. *Thread*: the producer.
abstract class LaneCells implements RowWriter {
    /// Between rows; the next one has to look whether it may begin.
    static final int SLOW = 0;
    /// Between rows; there is room for the next one.
    static final int READY = 1;
    /// In a row that will be accepted if its cells are.
    static final int WRITING = 2;
    /// In a row that will not be accepted; [#refusal] says why.
    static final int REFUSED = 3;

    final Schema schema;
    final LaneRow row;
    private final int dataBytes;
    /// One word for what every cell and every commit asks.
    int phase = SLOW;

    /// @param dataBytes room for the values of each variable-size column of a batch
    LaneCells(Schema schema, int dataBytes) {
        this.schema = schema;
        this.dataBytes = dataBytes;
        this.row = new LaneRow(schema, dataBytes);
    }

    /// Reports the row that is being written as a dead letter in place of its cells.
    abstract void defective(String reason, CharSequence text);

    /// Takes the row, with the cells it has, to the next batch. If there is none the row is not [#WRITING] afterwards.
    abstract void moveOn();

    final boolean inRow() {
        return phase >= WRITING;
    }

    // What the most frequent cells go through is cut into methods of at most 35 bytes of code, which the JIT puts into
    // their callers wherever those are, not only into the hottest loop.

    @Override
    public RowWriter setLong(int column, long value) {
        if (phase != WRITING || !row.putLong(column, value)) {
            setIntegerSlowly(column, value);
        }
        return this;
    }

    private void setIntegerSlowly(int column, long value) {
        begun(column);
        if (!row.kind(column).integer()) {
            throw wrongType(column, "a long");
        }
        if (phase == WRITING && !row.putInteger(column, value)) {
            defective(RefusedCells.doesNotFit(schema, column), String.valueOf(value));
        }
    }

    @Override
    public RowWriter setDouble(int column, double value) {
        if (phase != WRITING || !row.putDouble(column, value)) {
            setFloatingSlowly(column, value);
        }
        return this;
    }

    private void setFloatingSlowly(int column, double value) {
        begun(column);
        if (row.kind(column) != CellKind.DOUBLE && row.kind(column) != CellKind.FLOAT) {
            throw wrongType(column, "a double");
        }
        if (phase == WRITING && !row.putFloating(column, value)) {
            defective(RefusedCells.doesNotFit(schema, column), String.valueOf(value));
        }
    }

    @Override
    public RowWriter setBool(int column, boolean value) {
        begun(column);
        require(column, CellKind.BIT, "a boolean");
        if (phase == WRITING) {
            row.putBool(column, value);
        }
        return this;
    }

    @Override
    public RowWriter setUtf8(int column, CharSequence value) {
        if (phase != WRITING || !(value instanceof String text) || !row.putAscii(column, text)) {
            setTextSlowly(column, value);
        }
        return this;
    }

    private void setTextSlowly(int column, CharSequence value) {
        begun(column);
        require(column, CellKind.TEXT, "text");
        if (value == null) {
            setNull(column);
            return;
        }
        if (phase != WRITING) {
            return;
        }
        int bytes = Utf8.encode(value, row.bytesAddress(column), row.bytesRoom(column));
        if (bytes == Utf8.NO_ROOM && nextBatchTakes(value)) {
            bytes = Utf8.encode(value, row.bytesAddress(column), row.bytesRoom(column));
        }
        if (phase != WRITING) {
            // The row needed a further batch, and there was none.
            return;
        }
        if (bytes == Utf8.NO_ROOM) {
            defective(RefusedCells.tooLarge(dataBytes), value);
        } else if (bytes == Utf8.MALFORMED) {
            defective(
                    "malformed text: unpaired surrogate in column "
                            + schema.field(column).name(),
                    value);
        } else {
            row.endBytes(column, bytes);
        }
    }

    @Override
    public RowWriter setUtf8(int column, byte[] bytes, int offset, int length) {
        if (phase != WRITING || !row.putAscii(column, bytes, offset, length)) {
            setTextSlowly(column, bytes, offset, length);
        }
        return this;
    }

    private void setTextSlowly(int column, byte[] bytes, int offset, int length) {
        begun(column);
        require(column, CellKind.TEXT, "text");
        if (bytes == null) {
            setNull(column);
        } else if (takes(column, bytes, offset, length)) {
            endText(column, length);
        }
    }

    @Override
    public RowWriter setUtf8(int column, MemorySegment bytes, long offset, int length) {
        begun(column);
        require(column, CellKind.TEXT, "text");
        if (bytes == null) {
            return setNull(column);
        }
        if (takes(column, bytes, offset, length)) {
            endText(column, length);
        }
        return this;
    }

    @Override
    public RowWriter setUtf8(int column, DirectBuffer bytes, int offset, int length) {
        begun(column);
        require(column, CellKind.TEXT, "text");
        if (bytes == null) {
            return setNull(column);
        }
        if (takes(column, bytes, offset, length)) {
            endText(column, length);
        }
        return this;
    }

    @Override
    public RowWriter setBinary(int column, byte[] bytes, int offset, int length) {
        begun(column);
        require(column, CellKind.BINARY, "bytes");
        if (bytes == null) {
            return setNull(column);
        }
        if (takes(column, bytes, offset, length)) {
            row.endBytes(column, length);
        }
        return this;
    }

    @Override
    public RowWriter setBinary(int column, MemorySegment bytes, long offset, int length) {
        begun(column);
        require(column, CellKind.BINARY, "bytes");
        if (bytes == null) {
            return setNull(column);
        }
        if (takes(column, bytes, offset, length)) {
            row.endBytes(column, length);
        }
        return this;
    }

    @Override
    public RowWriter setBinary(int column, DirectBuffer bytes, int offset, int length) {
        begun(column);
        require(column, CellKind.BINARY, "bytes");
        if (bytes == null) {
            return setNull(column);
        }
        if (takes(column, bytes, offset, length)) {
            row.endBytes(column, length);
        }
        return this;
    }

    @Override
    public RowWriter setDecimal(int column, BigDecimal value) {
        begun(column);
        require(column, CellKind.DECIMAL, "a decimal");
        if (value == null) {
            return setNull(column);
        }
        DataType.Decimal type = (DataType.Decimal) schema.field(column).type();
        BigInteger unscaled = Int128.unscaled(value, type.precision(), type.scale());
        if (phase == WRITING && unscaled == null) {
            defective(RefusedCells.doesNotFit(schema, column), value.toString());
        } else if (phase == WRITING) {
            row.putDecimal(column, Int128.high(unscaled), Int128.low(unscaled));
        }
        return this;
    }

    @Override
    public RowWriter setDecimal(int column, long high, long low) {
        begun(column);
        require(column, CellKind.DECIMAL, "a decimal");
        DataType.Decimal type = (DataType.Decimal) schema.field(column).type();
        boolean fits = Int128.hasDigits(high, low, type.precision());
        if (phase == WRITING && !fits) {
            defective(
                    RefusedCells.doesNotFit(schema, column),
                    Int128.toBigDecimal(high, low, type.scale()).toString());
        } else if (phase == WRITING) {
            row.putDecimal(column, high, low);
        }
        return this;
    }

    @Override
    public RowWriter setDate(int column, LocalDate value) {
        begun(column);
        if (!(schema.field(column).type() instanceof DataType.Date32)) {
            throw wrongType(column, "a date");
        }
        return value == null ? setNull(column) : setLong(column, value.toEpochDay());
    }

    @Override
    public RowWriter setInstant(int column, Instant value) {
        begun(column);
        if (!(schema.field(column).type() instanceof DataType.Timestamp type)) {
            throw wrongType(column, "an instant");
        }
        if (value == null) {
            return setNull(column);
        }
        if (!type.unit().fits(value)) {
            if (phase == WRITING) {
                defective(RefusedCells.doesNotFit(schema, column), value.toString());
            }
            return this;
        }
        return setLong(column, type.unit().of(value));
    }

    @Override
    public RowWriter setNull(int column) {
        begun(column);
        Field field = schema.field(column);
        if (!field.nullable()) {
            throw MullionException.misuse("null in a column that is not nullable: column=" + field.name());
        }
        if (phase == WRITING) {
            row.putNull(column);
        }
        return this;
    }

    private boolean nextBatchTakes(CharSequence value) {
        // In the first row of a batch the whole data area was there: no other batch has more.
        if (row.index == 0 || value.length() > dataBytes) {
            return false;
        }
        moveOn();
        return phase == WRITING;
    }

    /// Copies bytes to where those of a variable-size column go; the caller ends them.
    ///
    /// @return whether they are there: not if the row is refused
    private boolean takes(int column, byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length > dataBytes) {
            tooLarge(MemorySegment.ofArray(bytes), offset, length);
        }
        if (!hasRoom(column, length)) {
            return false;
        }
        RawMemory.copy(bytes, offset, row.bytesAddress(column), length);
        return true;
    }

    private boolean takes(int column, MemorySegment bytes, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.byteSize());
        if (length > dataBytes) {
            tooLarge(bytes, offset, length);
        }
        if (!hasRoom(column, length)) {
            return false;
        }
        long to = row.bytesAddress(column);
        RawMemory.checkLive(to, length);
        MemorySegment.copy(bytes, offset, RawMemory.EVERYTHING, to, length);
        return true;
    }

    /// Asks the buffer where its bytes are, and no more: its own accessors may need flags that the JVM was not given.
    private boolean takes(int column, DirectBuffer bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.capacity());
        byte[] array = bytes.byteArray();
        if (array != null) {
            return takes(column, array, bytes.wrapAdjustment() + offset, length);
        }
        try {
            return takes(column, RawMemory.EVERYTHING, bytes.addressOffset() + offset, length);
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    /// Whether so many bytes can be written to where those of a variable-size column go, in a further batch if need be.
    private boolean hasRoom(int column, int length) {
        if (phase == WRITING && length > row.bytesRoom(column)) {
            moveOn();
        }
        return phase == WRITING;
    }

    /// As many bytes as that were written, and may be no text.
    private void endText(int column, int length) {
        long address = row.bytesAddress(column);
        int malformedAt = Utf8.validate(address, length);
        if (malformedAt < 0) {
            row.endBytes(column, length);
        } else {
            defective(
                    RefusedCells.malformed(schema, column, malformedAt),
                    RefusedCells.of(RawMemory.EVERYTHING, address, length));
        }
    }

    private void tooLarge(MemorySegment bytes, long offset, int length) {
        if (phase == WRITING) {
            defective(RefusedCells.tooLarge(dataBytes) + ", it has " + length, RefusedCells.of(bytes, offset, length));
        }
    }

    private void begun(int column) {
        if (column < 0 || column >= schema.size()) {
            throw MullionException.misuse("no column number " + column + ": the columns are " + schema);
        }
        if (!inRow()) {
            throw MullionException.misuse("a cell was set outside of a row: column="
                    + schema.field(column).name());
        }
    }

    private void require(int column, CellKind kind, String given) {
        if (row.kind(column) != kind) {
            throw wrongType(column, given);
        }
    }

    private MullionException wrongType(int column, String given) {
        Field field = schema.field(column);
        return MullionException.misuse("column " + field.name() + " is " + field.type() + ", given " + given);
    }
}
