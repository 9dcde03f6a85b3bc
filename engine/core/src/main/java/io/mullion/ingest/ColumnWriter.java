package io.mullion.ingest;

import io.mullion.batch.ArrowColumns;
import io.mullion.batch.Batch;
import io.mullion.batch.CellKind;
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

    private final Lane lane;
    private final Schema schema;
    private final CellKind[] kinds;
    private final LaneWriter writer;
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
        int most = Math.min(left, lane.batchRows() - writer.row.index);
        int copied;
        try {
            copied = rows.copyTo(writer.openBatch(), writer.row.index, from, most);
            if (copied == 0) {
                return writeFirstOfNext(rows, from);
            }
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
        int good = wellFormed(writer.openBatch(), writer.row.index, copied);
        return good > 0 ? commit(good) : deadLetterMalformed();
    }

    /// What is left of the open batch cannot take the row.
    private int writeFirstOfNext(ArrowColumns rows, int from) {
        int column = rows.columnTooLarge(from, lane.batchDataBytes());
        if (column >= 0) {
            int bytes = rows.bytes(column, from);
            writer.defective(
                    RefusedCells.tooLarge(lane.batchDataBytes()) + ", it has " + bytes,
                    RefusedCells.of(RawMemory.EVERYTHING, rows.bytesAddress(column, from), bytes));
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

    private int deadLetterMalformed() {
        Batch batch = writer.openBatch();
        int row = writer.row.index;
        for (int column = 0; column < kinds.length; column++) {
            int malformedAt = kinds[column] == CellKind.TEXT ? malformedAt(batch, column, row) : -1;
            if (malformedAt >= 0) {
                long text = batch.utf8Address(column, row);
                writer.defective(
                        RefusedCells.malformed(schema, column, malformedAt),
                        RefusedCells.of(RawMemory.EVERYTHING, text, batch.utf8Length(column, row)));
                return deadLetter();
            }
        }
        throw new IllegalStateException("no malformed text in the row: " + lane.name());
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

    /// How many rows there are before the first one with a malformed text.
    private int wellFormed(Batch batch, int at, int rows) {
        int good = rows;
        for (int column = 0; column < kinds.length; column++) {
            if (kinds[column] == CellKind.TEXT && !wholeTexts(batch, column, at, good)) {
                int row = 0;
                while (row < good && malformedAt(batch, column, at + row) < 0) {
                    row++;
                }
                good = row;
            }
        }
        return good;
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

    private static int malformedAt(Batch batch, int column, int row) {
        return batch.isNull(column, row)
                ? -1
                : Utf8.validate(batch.utf8Address(column, row), batch.utf8Length(column, row));
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
