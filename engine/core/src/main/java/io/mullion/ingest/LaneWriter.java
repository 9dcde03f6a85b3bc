package io.mullion.ingest;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.RawMemory;
import io.mullion.codegen.Utf8;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;
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
    private final CellKind[] kinds;
    /// The kinds of the columns that need no validity bit, null for the others: the setters' short cut.
    private final CellKind[] requiredKinds;
    /// Where the values of the columns of the open batch lie.
    private final long[] cells;
    private final long requiredColumns;
    private final long allColumns;
    private final int capacity;
    private final int dataBytes;
    private LaneBatch open;
    /// Where the columns of the open batch lie, by [ColumnAddresses#slot].
    private long[] addresses;
    private int row;
    private long watermark = Long.MIN_VALUE;
    /// One word for what every cell and every commit asks.
    private int phase = SLOW;

    private long writtenColumns;
    private Offer refusal;
    private String defect;
    private String defectiveText;
    private boolean left;

    LaneWriter(Lane lane, Consumer<DeadLetter> deadLetters) {
        this.lane = lane;
        this.owner = new ProducerThread(lane.name());
        this.schema = lane.schema();
        this.capacity = lane.batchRows();
        this.dataBytes = lane.batchDataBytes();
        this.deadLetters = deadLetters;
        kinds = new CellKind[schema.size()];
        requiredKinds = new CellKind[schema.size()];
        cells = new long[schema.size()];
        long required = 0;
        for (int column = 0; column < schema.size(); column++) {
            kinds[column] = CellKind.of(schema.field(column).type());
            if (!schema.field(column).nullable()) {
                requiredKinds[column] = kinds[column];
                required |= 1L << column;
            }
        }
        requiredColumns = required;
        allColumns = schema.size() == 0 ? 0 : -1L >>> -schema.size();
    }

    /// Starts a row. If it cannot be accepted the writer takes its cells all the same and [#commit] says why.
    RowWriter begin() {
        if (phase != READY || !owner.isCurrent() || lane.closeRequested()) {
            return beginSlowly();
        }
        phase = WRITING;
        writtenColumns = 0;
        return this;
    }

    private RowWriter beginSlowly() {
        owner.require();
        if (inRow()) {
            throw MullionException.misuse(
                    "a row was begun before the last one was committed or aborted: " + lane.name());
        }
        phase = WRITING;
        writtenColumns = 0;
        if (lane.closeRequested()) {
            close();
        }
        if (left) {
            refuse(Offer.CLOSED);
        } else if (open == null || row == capacity) {
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
        if (!writingRequired(column, CellKind.LONG)) {
            return setLongSlowly(column, value);
        }
        RawMemory.putLong(cell(column), value);
        writtenColumns |= 1L << column;
        return this;
    }

    private RowWriter setLongSlowly(int column, long value) {
        begun(column);
        require(column, CellKind.LONG, "a long");
        if (phase == WRITING) {
            RawMemory.putLong(cell(column), value);
            written(column);
        }
        return this;
    }

    @Override
    public RowWriter setDouble(int column, double value) {
        if (!writingRequired(column, CellKind.DOUBLE)) {
            return setDoubleSlowly(column, value);
        }
        RawMemory.putDouble(cell(column), value);
        writtenColumns |= 1L << column;
        return this;
    }

    private RowWriter setDoubleSlowly(int column, double value) {
        begun(column);
        require(column, CellKind.DOUBLE, "a double");
        if (phase == WRITING) {
            RawMemory.putDouble(cell(column), value);
            written(column);
        }
        return this;
    }

    @Override
    public RowWriter setBool(int column, boolean value) {
        begun(column);
        require(column, CellKind.BIT, "a boolean");
        if (phase == WRITING) {
            Bitmap.put(address(column, ColumnAddresses.DATA), row, value);
            written(column);
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
        int bytes = Utf8.encode(value, textAddress(column), room(column));
        if (bytes == Utf8.NO_ROOM && nextBatchTakes(value, column)) {
            bytes = Utf8.encode(value, textAddress(column), room(column));
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
            endText(column, bytes);
        }
        return this;
    }

    @Override
    public RowWriter setUtf8(int column, byte[] bytes, int offset, int length) {
        begun(column);
        require(column, CellKind.TEXT, "text");
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (phase != WRITING) {
            return this;
        }
        if (length > dataBytes) {
            defective(tooLarge() + ", it has " + length, RefusedCells.of(bytes, offset, length));
            return this;
        }
        if (length > room(column)) {
            moveOn();
        }
        if (phase == WRITING) {
            RawMemory.copy(bytes, offset, textAddress(column), length);
            int malformedAt = Utf8.validate(textAddress(column), length);
            if (malformedAt >= 0) {
                defective(
                        "malformed UTF-8 at byte " + malformedAt + " of column "
                                + schema.field(column).name(),
                        RefusedCells.of(bytes, offset, length));
            } else {
                endText(column, length);
            }
        }
        return this;
    }

    @Override
    public RowWriter setNull(int column) {
        begun(column);
        Field field = schema.field(column);
        if (!field.nullable()) {
            throw MullionException.misuse("null in a column that is not nullable: column=" + field.name());
        }
        if (phase == WRITING) {
            putNull(column);
            writtenColumns |= 1L << column;
        }
        return this;
    }

    @Override
    public Offer commit() {
        if (phase != WRITING) {
            return endRefused();
        }
        if (writtenColumns != allColumns) {
            nullTheRest();
        }
        if (open.watermarks != 0) {
            RawMemory.putLong(open.watermarks + 8L * row, watermark);
        }
        row++;
        phase = row == capacity ? SLOW : READY;
        open.commit(row);
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
        defect = reason;
        defectiveText = RefusedCells.of(text);
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
            throw MullionException.misuse(
                    "a watermark was stated, but that of the input is not explicit: " + lane.name());
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
            open.seal(row);
        }
        lane.closeWriting();
    }

    /// Seals the open batch, if any, and opens the next, taking along the cells of the row that is being written. Under
    /// overload, sets the refusal.
    private void moveOn() {
        LaneBatch next = lane.free.poll();
        if (next == null) {
            next = underOverload();
            if (next == null) {
                return;
            }
        }
        next.open();
        if (open != null) {
            // Before the old batch is sealed: from then on it is the worker's.
            copyCells(open.batch, next.batch);
            open.seal(row);
        }
        open = next;
        addresses = next.batch.writable().addresses;
        row = 0;
        for (int column = 0; column < cells.length; column++) {
            cells[column] = address(column, ColumnAddresses.DATA);
        }
        lane.open.offer(next);
    }

    private LaneBatch underOverload() {
        return switch (lane.overload()) {
            case BLOCK -> awaitBatch();
            case FAIL -> {
                lane.counters().refused.increment();
                refuse(Offer.BACK_PRESSURED);
                yield null;
            }
            case DROP_NEWEST -> {
                lane.counters().dropped.increment();
                refuse(Offer.DROPPED);
                yield null;
            }
        };
    }

    private LaneBatch awaitBatch() {
        lane.backPressure().reset();
        while (true) {
            lane.backPressure().idle();
            LaneBatch batch = lane.free.poll();
            if (batch != null) {
                return batch;
            }
            if (lane.closeRequested()) {
                close();
                return null;
            }
        }
    }

    private void copyCells(Batch from, Batch to) {
        for (int column = 0; column < schema.size(); column++) {
            if ((writtenColumns >> column & 1) != 0) {
                from.copyCellToStart(column, row, to);
            }
        }
    }

    private boolean nextBatchTakes(CharSequence value, int column) {
        // In the first row of a batch the whole data area was there: no other batch has more.
        if (row == 0 || value.length() > dataBytes) {
            return false;
        }
        moveOn();
        return phase == WRITING;
    }

    private boolean inRow() {
        return phase >= WRITING;
    }

    private boolean writingRequired(int column, CellKind kind) {
        return phase == WRITING && column >= 0 && column < requiredKinds.length && requiredKinds[column] == kind;
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
            deadLetters.accept(new DeadLetter(lane.name(), defect, defectiveText));
        }
        return refusal;
    }

    private void begun(int column) {
        if (column < 0 || column >= kinds.length) {
            throw MullionException.misuse("no column number " + column + ": the columns are " + schema);
        }
        if (!inRow()) {
            throw MullionException.misuse("a cell was set outside of a row: column="
                    + schema.field(column).name());
        }
    }

    private void require(int column, CellKind kind, String given) {
        if (kinds[column] != kind) {
            throw wrongType(column, given);
        }
    }

    private MullionException wrongType(int column, String given) {
        Field field = schema.field(column);
        return MullionException.misuse("column " + field.name() + " is " + field.type() + ", given " + given);
    }

    private long address(int column, int buffer) {
        return addresses[ColumnAddresses.slot(column, buffer)];
    }

    private long cell(int column) {
        return cells[column] + 8L * row;
    }

    private long offset(int column) {
        return address(column, ColumnAddresses.OFFSETS) + 4L * row;
    }

    private long textAddress(int column) {
        return address(column, ColumnAddresses.DATA) + RawMemory.getInt(offset(column));
    }

    private int room(int column) {
        return dataBytes - RawMemory.getInt(offset(column));
    }

    private void endText(int column, int length) {
        RawMemory.putInt(offset(column) + 4, RawMemory.getInt(offset(column)) + length);
        written(column);
    }

    private void written(int column) {
        writtenColumns |= 1L << column;
        if ((requiredColumns >> column & 1) == 0) {
            Bitmap.put(address(column, ColumnAddresses.VALIDITY), row, true);
        }
    }

    private void putNull(int column) {
        Bitmap.put(address(column, ColumnAddresses.VALIDITY), row, false);
        if (kinds[column] == CellKind.TEXT) {
            RawMemory.putInt(offset(column) + 4, RawMemory.getInt(offset(column)));
        }
    }

    private void nullTheRest() {
        if ((writtenColumns & requiredColumns) != requiredColumns) {
            throw MullionException.misuse(
                    "columns without a value: " + RefusedCells.names(schema, requiredColumns & ~writtenColumns));
        }
        for (long rest = allColumns & ~writtenColumns; rest != 0; rest &= rest - 1) {
            putNull(Long.numberOfTrailingZeros(rest));
        }
    }

    private String tooLarge() {
        return "value larger than the lane's data area of " + dataBytes + " bytes";
    }
}
