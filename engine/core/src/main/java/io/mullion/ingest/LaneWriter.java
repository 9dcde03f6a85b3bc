package io.mullion.ingest;

import io.mullion.batch.Batch;
import io.mullion.batch.RowText;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.RawMemory;
import io.mullion.codegen.Utf8;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/// The producer's side of a lane: writes cells into the open batch, publishes rows, seals and opens batches.
///
/// Where a row starts is decided before its first cell is written. A row that meets a full data area moves, with the
/// cells it has, to the next batch; nothing in an open batch ever moves. *Thread*: one, the first to use it.
final class LaneWriter implements RowWriter {
    private final Lane lane;
    private final Schema schema;
    private final Consumer<DeadLetter> deadLetters;
    private final CellKind[] kinds;
    private final long requiredColumns;
    private final long allColumns;
    private final int capacity;
    private final int dataBytes;
    private Thread owner;
    private LaneBatch open;
    /// Where the columns of the open batch lie, by [ColumnAddresses#slot].
    private long[] addresses;
    private int row;
    private long watermark = Long.MIN_VALUE;
    private boolean inRow;
    private long writtenColumns;
    /// Why the row that is being written will not be accepted, if it will not.
    private Offer refusal;
    private String defect;
    private String defectiveText;
    private boolean left;

    LaneWriter(Lane lane, int capacity, int dataBytes, Consumer<DeadLetter> deadLetters) {
        this.lane = lane;
        this.schema = lane.schema();
        this.capacity = capacity;
        this.dataBytes = dataBytes;
        this.deadLetters = deadLetters;
        kinds = new CellKind[schema.size()];
        long required = 0;
        for (int column = 0; column < schema.size(); column++) {
            kinds[column] = CellKind.of(schema.field(column).type());
            required |= schema.field(column).nullable() ? 0 : 1L << column;
        }
        requiredColumns = required;
        allColumns = -1L >>> -schema.size();
    }

    /// Starts a row. If it cannot be accepted the writer takes its cells all the same and [#commit] says why.
    RowWriter begin() {
        requireOwner();
        if (inRow) {
            throw MullionException.misuse(
                    "a row was begun before the last one was committed or aborted: " + lane.name());
        }
        inRow = true;
        writtenColumns = 0;
        refusal = null;
        defect = null;
        if (lane.closeRequested()) {
            close();
        }
        if (left) {
            refusal = Offer.CLOSED;
        } else if (open == null || row == capacity) {
            moveOn();
        }
        return this;
    }

    @Override
    public RowWriter setLong(int column, long value) {
        begun(column);
        require(column, CellKind.LONG, "a long");
        if (refusal == null) {
            RawMemory.putLong(cell(column), value);
            written(column);
        }
        return this;
    }

    @Override
    public RowWriter setDouble(int column, double value) {
        begun(column);
        require(column, CellKind.DOUBLE, "a double");
        if (refusal == null) {
            RawMemory.putDouble(cell(column), value);
            written(column);
        }
        return this;
    }

    @Override
    public RowWriter setBool(int column, boolean value) {
        begun(column);
        require(column, CellKind.BIT, "a boolean");
        if (refusal == null) {
            putBit(address(column, ColumnAddresses.DATA), row, value);
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
        if (refusal != null) {
            return this;
        }
        int bytes = Utf8.encode(value, textAddress(column), room(column));
        if (bytes == Utf8.NO_ROOM && nextBatchTakes(value, column)) {
            bytes = Utf8.encode(value, textAddress(column), room(column));
        }
        if (refusal != null) {
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
        if (refusal != null) {
            return this;
        }
        if (length > dataBytes) {
            defective(tooLarge() + ", it has " + length, shown(bytes, offset, length));
            return this;
        }
        if (length > room(column)) {
            moveOn();
        }
        if (refusal == null) {
            RawMemory.copy(bytes, offset, textAddress(column), length);
            int malformedAt = Utf8.validate(textAddress(column), length);
            if (malformedAt >= 0) {
                defective(
                        "malformed UTF-8 at byte " + malformedAt + " of column "
                                + schema.field(column).name(),
                        shown(bytes, offset, length));
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
        if (refusal == null) {
            putNull(column);
            writtenColumns |= 1L << column;
        }
        return this;
    }

    @Override
    public Offer commit() {
        if (!inRow) {
            throw MullionException.misuse("commit without a row: " + lane.name());
        }
        if (refusal != null) {
            return refuse();
        }
        if ((writtenColumns & requiredColumns) != requiredColumns) {
            throw MullionException.misuse("columns without a value: " + missing());
        }
        if (writtenColumns != allColumns) {
            nullTheRest();
        }
        if (open.watermarks != 0) {
            RawMemory.putLong(open.watermarks + 8L * row, watermark);
        }
        inRow = false;
        row++;
        open.commit(row);
        return Offer.ACCEPTED;
    }

    @Override
    public void abort() {
        // Cells of a row that was not committed are written over by the next one.
        inRow = false;
    }

    /// Reports the row that is being written as a dead letter in place of its cells.
    void defective(String reason, CharSequence text) {
        refusal = Offer.DEAD_LETTERED;
        defect = reason;
        defectiveText = text.length() <= RowText.MAX_VALUE_BYTES
                ? text.toString()
                : text.subSequence(0, RowText.MAX_VALUE_BYTES) + "...";
    }

    /// Reports input that could not even be turned into a row.
    Offer reject(String reason, CharSequence text) {
        requireOwner();
        defective(reason, text);
        return refuse();
    }

    void watermark(long time) {
        requireOwner();
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
        left = true;
        // A row that was begun must not touch the batch any more.
        refusal = Offer.CLOSED;
        if (open != null) {
            open.seal(row);
        }
        lane.closeWriting();
        lane.leave();
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
        lane.open.offer(next);
    }

    private LaneBatch underOverload() {
        return switch (lane.overload()) {
            case BLOCK -> awaitBatch();
            case FAIL -> {
                lane.counters().refused.increment();
                refusal = Offer.BACK_PRESSURED;
                yield null;
            }
            case DROP_NEWEST -> {
                lane.counters().dropped.increment();
                refusal = Offer.DROPPED;
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
                refusal = Offer.CLOSED;
                return null;
            }
        }
    }

    private void copyCells(Batch from, Batch to) {
        for (int column = 0; column < schema.size(); column++) {
            if ((writtenColumns >> column & 1) != 0) {
                copyCell(from, to, column);
            }
        }
    }

    private void copyCell(Batch from, Batch to, int column) {
        Field field = schema.field(column);
        ColumnAddresses target = to.writable();
        if (field.nullable()) {
            putBit(target.address(column, ColumnAddresses.VALIDITY), 0, !from.isNull(column, row));
        }
        if (field.type() == DataType.BOOL) {
            putBit(target.address(column, ColumnAddresses.DATA), 0, from.bool(column, row));
        } else if (field.type().fixedWidth()) {
            RawMemory.putLong(target.address(column, ColumnAddresses.DATA), from.int64(column, row));
        } else {
            int length = from.utf8Length(column, row);
            RawMemory.copy(from.utf8Address(column, row), target.address(column, ColumnAddresses.DATA), length);
            RawMemory.putInt(target.address(column, ColumnAddresses.OFFSETS) + 4, length);
        }
    }

    private boolean nextBatchTakes(CharSequence value, int column) {
        // In the first row of a batch the whole data area was there: no other batch has more.
        if (row == 0 || value.length() > dataBytes) {
            return false;
        }
        moveOn();
        return refusal == null;
    }

    private Offer refuse() {
        inRow = false;
        if (refusal == Offer.DEAD_LETTERED) {
            deadLetters.accept(new DeadLetter(lane.name(), defect, defectiveText));
        }
        return refusal;
    }

    private void begun(int column) {
        if (column < 0 || column >= kinds.length) {
            throw MullionException.misuse("no column number " + column + ": the columns are " + schema);
        }
        if (!inRow) {
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
        return address(column, ColumnAddresses.DATA) + 8L * row;
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
            putBit(address(column, ColumnAddresses.VALIDITY), row, true);
        }
    }

    private void putNull(int column) {
        putBit(address(column, ColumnAddresses.VALIDITY), row, false);
        if (kinds[column] == CellKind.TEXT) {
            RawMemory.putInt(offset(column) + 4, RawMemory.getInt(offset(column)));
        }
    }

    private void nullTheRest() {
        for (long rest = allColumns & ~writtenColumns; rest != 0; rest &= rest - 1) {
            putNull(Long.numberOfTrailingZeros(rest));
        }
    }

    /// Rule 2: the other bits of the byte, those of rows already published among them, keep their values.
    private static void putBit(long bitmap, int row, boolean value) {
        long address = bitmap + (row >> 3);
        int bit = 1 << (row & 7);
        byte old = RawMemory.getByte(address);
        RawMemory.putByte(address, (byte) (value ? old | bit : old & ~bit));
    }

    private void requireOwner() {
        Thread current = Thread.currentThread();
        if (owner != current) {
            if (owner != null) {
                throw MullionException.misuse("a producer belongs to one thread: " + lane.name() + " is fed by "
                        + owner.getName() + ", used from " + current.getName());
            }
            owner = current;
        }
    }

    private String missing() {
        StringBuilder names = new StringBuilder();
        for (long rest = requiredColumns & ~writtenColumns; rest != 0; rest &= rest - 1) {
            names.append(names.isEmpty() ? "" : ", ")
                    .append(schema.field(Long.numberOfTrailingZeros(rest)).name());
        }
        return names.toString();
    }

    private String tooLarge() {
        return "value larger than the lane's data area of " + dataBytes + " bytes";
    }

    private static String shown(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, Math.min(length, RowText.MAX_VALUE_BYTES), StandardCharsets.UTF_8)
                + (length > RowText.MAX_VALUE_BYTES ? "... (" + length + " bytes)" : "");
    }
}
