package io.mullion.ingest;

import io.mullion.batch.CellKind;
import io.mullion.batch.Int128;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.RowWriter;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import io.mullion.spec.MullionException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.function.Consumer;

/// The producer's side of a lane: writes cells into the open batch, publishes rows, seals and opens batches.
///
/// Where a row starts is decided before its first cell is written. A row that meets a full data area moves, with the
/// cells it has, to the next batch; nothing in an open batch ever moves. *Thread*: one, the first to use it.
final class LaneWriter implements RowWriter {
    /// Between rows; the next one has to look whether it may begin.
    private static final int SLOW = 0;
    /// Between rows; there is room for the next one.
    private static final int READY = 1;
    /// In a row that will be accepted if its cells are.
    private static final int WRITING = 2;
    /// In a row that will not be accepted; [#refusal] says why.
    private static final int REFUSED = 3;

    private final Lane lane;
    private final ProducerThread owner;
    private final Schema schema;
    private final Consumer<DeadLetter> deadLetters;
    private final BatchSupply batches;
    private final LaneRow row;
    private final int capacity;
    private final int dataBytes;
    private LaneBatch open;
    private long watermark = Long.MIN_VALUE;
    /// One word for what every cell and every commit asks.
    private int phase = SLOW;

    private Offer refusal;
    private DeadLetter defect;
    private boolean left;

    LaneWriter(Lane lane, Consumer<DeadLetter> deadLetters) {
        this.lane = lane;
        this.owner = new ProducerThread(lane.name());
        this.schema = lane.schema();
        this.capacity = lane.batchRows();
        this.dataBytes = lane.batchDataBytes();
        this.deadLetters = deadLetters;
        this.batches = new BatchSupply(lane);
        this.row = new LaneRow(schema, dataBytes);
    }

    /// Starts a row. If it cannot be accepted the writer takes its cells all the same and [#commit] says why.
    RowWriter begin() {
        if (phase != READY || !owner.isCurrent() || lane.closeRequested()) {
            return beginSlowly();
        }
        phase = WRITING;
        row.begin();
        return this;
    }

    private RowWriter beginSlowly() {
        owner.require();
        if (inRow()) {
            throw MullionException.misuse(
                    "a row was begun before the last one was committed or aborted: " + lane.name());
        }
        phase = WRITING;
        row.begin();
        if (lane.closeRequested()) {
            close();
        }
        if (left) {
            refuse(Offer.CLOSED);
        } else if (open == null || row.index == capacity) {
            beginInNextBatch();
        }
        return this;
    }

    private void beginInNextBatch() {
        try {
            moveOn();
        } catch (RuntimeException e) {
            // The wait for a batch was refused: no row has begun.
            phase = SLOW;
            throw e;
        }
    }

    @Override
    public RowWriter setLong(int column, long value) {
        if (phase != WRITING || !row.requires(column, CellKind.LONG)) {
            return setInteger(column, value);
        }
        row.putRequired(column, value);
        return this;
    }

    private RowWriter setInteger(int column, long value) {
        if (phase != WRITING || !row.requires(column, CellKind.INT) || value != (int) value) {
            return setIntegerSlowly(column, value);
        }
        row.putRequired(column, (int) value);
        return this;
    }

    private RowWriter setIntegerSlowly(int column, long value) {
        begun(column);
        if (!row.kind(column).integer()) {
            throw wrongType(column, "a long");
        }
        if (phase == WRITING && !row.putInteger(column, value)) {
            defective(doesNotFit(column), String.valueOf(value));
        }
        return this;
    }

    @Override
    public RowWriter setDouble(int column, double value) {
        if (phase != WRITING || !row.requires(column, CellKind.DOUBLE)) {
            return setDoubleSlowly(column, value);
        }
        row.putRequired(column, value);
        return this;
    }

    private RowWriter setDoubleSlowly(int column, double value) {
        begun(column);
        if (row.kind(column) != CellKind.DOUBLE && row.kind(column) != CellKind.FLOAT) {
            throw wrongType(column, "a double");
        }
        if (phase == WRITING && !row.putFloating(column, value)) {
            defective(doesNotFit(column), String.valueOf(value));
        }
        return this;
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
        begun(column);
        require(column, CellKind.TEXT, "text");
        if (value == null) {
            return setNull(column);
        }
        if (phase != WRITING) {
            return this;
        }
        int bytes = Utf8.encode(value, row.bytesAddress(column), row.bytesRoom(column));
        if (bytes == Utf8.NO_ROOM && nextBatchTakes(value)) {
            bytes = Utf8.encode(value, row.bytesAddress(column), row.bytesRoom(column));
        }
        if (phase != WRITING) {
            // The row needed a further batch, and there was none.
            return this;
        }
        if (bytes == Utf8.NO_ROOM) {
            defective(tooLarge(), value);
        } else if (bytes == Utf8.MALFORMED) {
            defective(
                    "malformed text: unpaired surrogate in column "
                            + schema.field(column).name(),
                    value);
        } else {
            row.endBytes(column, bytes);
        }
        return this;
    }

    @Override
    public RowWriter setUtf8(int column, byte[] bytes, int offset, int length) {
        begun(column);
        require(column, CellKind.TEXT, "text");
        if (takesBytes(column, bytes, offset, length)) {
            int malformedAt = Utf8.validate(row.bytesAddress(column), length);
            if (malformedAt >= 0) {
                defective(
                        "malformed UTF-8 at byte " + malformedAt + " of column "
                                + schema.field(column).name(),
                        RefusedCells.of(bytes, offset, length));
            } else {
                row.endBytes(column, length);
            }
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
        if (takesBytes(column, bytes, offset, length)) {
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
            defective(doesNotFit(column), value.toString());
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
                    doesNotFit(column),
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
                defective(doesNotFit(column), value.toString());
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

    @Override
    public Offer commit() {
        if (phase != WRITING) {
            return endRefused();
        }
        if (!row.complete()) {
            nullTheRest();
        }
        if (open.watermarks != 0) {
            RawMemory.putLong(open.watermarks + 8L * row.index, watermark);
        }
        int rows = ++row.index;
        phase = rows == capacity ? SLOW : READY;
        open.commit(rows);
        return Offer.ACCEPTED;
    }

    @Override
    public void abort() {
        // Cells of a row that was not committed are written over by the next one.
        phase = SLOW;
    }

    /// Reports the row that is being written as a dead letter in place of its cells.
    void defective(String reason, CharSequence text) {
        refuse(Offer.DEAD_LETTERED);
        defect = new DeadLetter(lane.name(), reason, RefusedCells.of(text));
    }

    /// Reports input that could not even be turned into a row.
    Offer reject(String reason, CharSequence text) {
        owner.require();
        if (inRow()) {
            throw MullionException.misuse("input was rejected in the middle of a row: " + lane.name());
        }
        if (lane.closeRequested()) {
            close();
        }
        if (left) {
            return Offer.CLOSED;
        }
        defective(reason, text);
        return endRefused();
    }

    void watermark(long time) {
        owner.require();
        if (!lane.explicitWatermark()) {
            throw Lane.watermarkNotExplicit(lane.name());
        }
        if (time > watermark && !left) {
            watermark = time;
            lane.stateWatermark(time);
        }
    }

    /// Rule 6: seal, then say closed. *Thread*: the owner, or any if the owner is gone.
    void close() {
        if (left) {
            return;
        }
        owner.requireForClose();
        left = true;
        if (inRow()) {
            // It must not touch the batch any more.
            refuse(Offer.CLOSED);
        } else {
            phase = SLOW;
        }
        if (open != null) {
            open.seal(row.index);
        }
        lane.closeWriting();
    }

    /// Seals the open batch, if any, and opens the next, taking along the cells of the row that is being written. Under
    /// overload, sets the refusal.
    private void moveOn() {
        LaneBatch next = batches.take();
        if (next == null) {
            if (batches.refusal() == Offer.CLOSED) {
                close();
            } else {
                refuse(batches.refusal());
            }
            return;
        }
        next.open();
        int rows = row.index;
        // Before the old batch is sealed: from then on it is the worker's.
        row.moveTo(open == null ? null : open.batch, next.batch);
        if (open != null) {
            open.seal(rows);
        }
        open = next;
        lane.offerOpened(next);
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
    private boolean takesBytes(int column, byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (phase != WRITING) {
            return false;
        }
        if (length > dataBytes) {
            defective(tooLarge() + ", it has " + length, RefusedCells.of(bytes, offset, length));
            return false;
        }
        if (length > row.bytesRoom(column)) {
            moveOn();
        }
        if (phase == WRITING) {
            RawMemory.copy(bytes, offset, row.bytesAddress(column), length);
        }
        return phase == WRITING;
    }

    private boolean inRow() {
        return phase >= WRITING;
    }

    private void refuse(Offer reason) {
        phase = REFUSED;
        refusal = reason;
    }

    private Offer endRefused() {
        if (!inRow()) {
            throw MullionException.misuse("commit without a row: " + lane.name());
        }
        phase = SLOW;
        if (refusal == Offer.DEAD_LETTERED) {
            deadLetters.accept(defect);
        }
        return refusal;
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

    private void nullTheRest() {
        if (row.missingColumns() != 0) {
            throw MullionException.misuse(
                    "columns without a value: " + RefusedCells.names(schema, row.missingColumns()));
        }
        row.nullTheRest();
    }

    private String tooLarge() {
        return "value larger than the lane's data area of " + dataBytes + " bytes";
    }

    private String doesNotFit(int column) {
        Field field = schema.field(column);
        return "value does not fit " + field.type() + ": column=" + field.name();
    }
}
