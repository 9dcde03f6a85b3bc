package io.mullion.ingest;

import io.mullion.batch.ArrowColumns;
import io.mullion.batch.Batch;
import io.mullion.batch.CellKind;
import io.mullion.batch.Int128;
import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.io.BatchOffer;
import io.mullion.io.Offer;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;

/// Writes the rows of whole batches into a lane, as many at a time as its open batch has room for, and says what became
/// of them.
///
/// Each stretch is begun and committed as one row is: where it starts, overload is decided. *Thread*: the producer.
final class ColumnWriter implements BatchOffer {
    private static final long HIGH_BITS = 0x8080808080808080L;

    /// Rows behind one that was left out are copied again: not many at a time, so that many of those do not cost much.
    private static final int STRETCH_AMID_DEFECTS = 64;

    private final Lane lane;
    private final Schema schema;
    private final CellKind[] kinds;
    /// The digits of decimal columns.
    private final int[] digits;

    private final LaneWriter writer;
    /// How many rows are to be copied next, at most.
    private int stretch;

    private Offer outcome;
    private int accepted;
    private int dropped;
    private int deadLettered;
    private int refused;

    ColumnWriter(Lane lane, LaneWriter writer) {
        this.lane = lane;
        this.writer = writer;
        schema = lane.schema();
        kinds = CellKind.of(schema);
        digits = schema.fields().stream()
                .mapToInt(field -> field.type() instanceof DataType.Decimal type ? type.precision() : 0)
                .toArray();
        stretch = lane.batchRows();
    }

    /// Takes the rows from number `from` on.
    BatchOffer write(ArrowColumns rows, int from) {
        outcome = Offer.ACCEPTED;
        accepted = 0;
        dropped = 0;
        deadLettered = 0;
        refused = 0;
        int next = from;
        while (next < rows.rowCount()) {
            int done = writeSome(rows, next);
            if (done == 0) {
                break;
            }
            next += done;
        }
        return this;
    }

    /// @return how many rows are done with; 0 if the rest cannot be taken now
    private int writeSome(ArrowColumns rows, int from) {
        int left = rows.rowCount() - from;
        writer.begin();
        if (!writer.writing()) {
            refuse(left);
            return 0;
        }
        int most = Math.min(Math.min(left, stretch), lane.batchRows() - writer.row.index);
        stretch = lane.batchRows();
        int at = writer.row.index;
        int copied;
        try {
            copied = rows.copyTo(writer.openBatch(), at, from, most);
            if (copied == 0) {
                return writeFirstOfNext(rows, from);
            }
        } catch (RuntimeException e) {
            forgetNulls(at, at + most);
            writer.abort();
            throw e;
        }
        int good = soundRows(writer.openBatch(), at, copied);
        if (good < copied) {
            stretch = STRETCH_AMID_DEFECTS;
        }
        if (good == 0) {
            return deadLetterUnsound(copied);
        }
        forgetNulls(at + good, at + copied);
        return commit(good);
    }

    /// Where rows were copied that are not committed, and in the word behind the last one, cells are values again.
    private void forgetNulls(int from, int to) {
        Batch batch = writer.openBatch();
        batch.markValid(from, Math.min(to + Long.SIZE, batch.capacity()));
    }

    /// What is left of the open batch cannot take the row.
    private int writeFirstOfNext(ArrowColumns rows, int from) {
        int column = rows.columnTooLarge(from, lane.batchDataBytes());
        if (column >= 0) {
            int bytes = rows.bytes(column, from);
            writer.defective(
                    RefusedCells.tooLarge(lane.batchDataBytes()) + ", it has " + bytes,
                    kinds[column] == CellKind.LIST
                            ? "a list"
                            : RefusedCells.of(RawMemory.EVERYTHING, rows.bytesAddress(column, from), bytes));
            return deadLetter();
        }
        writer.moveOn();
        if (!writer.writing()) {
            refuse(rows.rowCount() - from);
            return 0;
        }
        writer.abort();
        return writeSome(rows, from);
    }

    private int commit(int rows) {
        writer.commit(rows);
        accepted += rows;
        return rows;
    }

    private int deadLetterUnsound(int copied) {
        Batch batch = writer.openBatch();
        int row = writer.row.index;
        int column = 0;
        while (sound(batch, column, row)) {
            column++;
        }
        if (schema.field(column).type() instanceof DataType.Decimal type) {
            writer.defective(
                    RefusedCells.doesNotFit(schema, column),
                    Int128.toBigDecimal(batch.decimalHigh(column, row), batch.decimalLow(column, row), type.scale())
                            .toString());
        } else {
            long text = batch.utf8Address(column, row);
            int bytes = batch.utf8Length(column, row);
            writer.defective(
                    RefusedCells.malformed(schema, column, Utf8.validate(text, bytes)),
                    RefusedCells.of(RawMemory.EVERYTHING, text, bytes));
        }
        // Before the dead letter is out: who takes it may close the producer.
        forgetNulls(row, row + copied);
        return deadLetter();
    }

    private int deadLetter() {
        outcome = writer.commit();
        deadLettered++;
        return 1;
    }

    private void refuse(int left) {
        outcome = writer.commit();
        // One was counted when the batch that was not there was asked for.
        if (outcome == Offer.DROPPED) {
            lane.counters().dropped.add(left - 1L);
            dropped += left;
            return;
        }
        if (outcome == Offer.BACK_PRESSURED) {
            lane.counters().refused.add(left - 1L);
        }
        refused = left;
    }

    /// How many rows there are before the first one with a value that no row may bring in.
    private int soundRows(Batch batch, int at, int rows) {
        int sound = rows;
        for (int column = 0; column < kinds.length; column++) {
            if (kinds[column] == CellKind.DECIMAL
                    || kinds[column] == CellKind.TEXT && !wholeTexts(batch, column, at, sound)) {
                int row = 0;
                while (row < sound && sound(batch, column, at + row)) {
                    row++;
                }
                sound = row;
            }
        }
        return sound;
    }

    /// Whether a cell holds what its column can: what is behind a null counts for nothing.
    private boolean sound(Batch batch, int column, int row) {
        return switch (kinds[column]) {
            case TEXT ->
                batch.isNull(column, row)
                        || Utf8.validate(batch.utf8Address(column, row), batch.utf8Length(column, row)) < 0;
            case DECIMAL ->
                batch.isNull(column, row)
                        || Int128.hasDigits(
                                batch.decimalHigh(column, row), batch.decimalLow(column, row), digits[column]);
            case BIT, BYTE, SHORT, INT, LONG, FLOAT, DOUBLE, BINARY, LIST -> true;
        };
    }

    /// Whether the texts of neighbouring rows are well-formed as one, and none begins in the middle of a character.
    private static boolean wholeTexts(Batch batch, int column, int at, int rows) {
        long start = batch.utf8Address(column, at);
        long end = batch.utf8Address(column, at + rows);
        if (ascii(start, end)) {
            return true;
        }
        if (Utf8.validate(start, (int) (end - start)) >= 0) {
            return false;
        }
        for (int row = at + 1; row < at + rows; row++) {
            long text = batch.utf8Address(column, row);
            if (text < end && (RawMemory.getByte(text) & 0xC0) == 0x80) {
                return false;
            }
        }
        return true;
    }

    /// A loop without a way out, so that the JIT makes one over vectors of it: most texts need no closer look.
    private static boolean ascii(long start, long end) {
        long bits = 0;
        int bytes = (int) (end - start);
        int i = 0;
        for (; i <= bytes - 8; i += 8) {
            bits |= RawMemory.getLong(start + i);
        }
        for (; i < bytes; i++) {
            bits |= RawMemory.getByte(start + i);
        }
        return (bits & HIGH_BITS) == 0;
    }

    @Override
    public Offer outcome() {
        return outcome;
    }

    @Override
    public int accepted() {
        return accepted;
    }

    @Override
    public int dropped() {
        return dropped;
    }

    @Override
    public int deadLettered() {
        return deadLettered;
    }

    @Override
    public int refused() {
        return refused;
    }
}
