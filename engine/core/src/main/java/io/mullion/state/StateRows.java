package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordEncoder;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;

/// A row of typed cells for each number that has one, off the heap: the states of keys by group id, or the rows of a
/// batch by their order.
///
/// This is all there is of a user's keyed state but for the times at which it is due: whoever saves a job saves it from
/// here.
/// *Shape*: rows as [StateLayout] has them, in pages of 1024; the bytes of texts lie in chunks and are moved only to
/// give back chunks of which little is left. *Ownership*: owns its memory. *Thread*: the worker.
public final class StateRows implements AutoCloseable {
    /// Rows looked at for texts to move, for each row that is written or goes while chunks are wasteful.
    private static final int SWEEP = 4;

    private final StateLayout layout;
    private final GroupArray rows;
    private final TextChunks texts;
    private final StateCells written;
    /// Whether every value that a record may have fits its column, so that it can be written where it will stay.
    private final boolean inPlace;

    private final StateCells placed;

    private int live;
    private int swept;

    public StateRows(Schema schema, MemoryAccount account) {
        layout = new StateLayout(schema);
        rows = new GroupArray(account, layout.rowBytes, (byte) 0);
        texts = new TextChunks(account);
        inPlace = schema.fields().stream().allMatch(StateRows::takesAll);
        placed = new StateCells(layout);
        written = inPlace ? new StateCells(layout) : new StateCells(layout, account);
    }

    private static boolean takesAll(Field field) {
        DataType type = field.type();
        return type instanceof DataType.Bool || type.floating() || type.integer();
    }

    /// Something to look at rows with. *Ownership*: owns nothing.
    public StateCells cells() {
        return new StateCells(layout);
    }

    /// Makes room for numbers below `count`.
    public void ensure(int count) {
        rows.ensure(count);
    }

    /// Gives back room for numbers from `count` on, which have no rows.
    public void trim(int count) {
        rows.trim(count);
    }

    /// How many rows there are.
    public int live() {
        return live;
    }

    public boolean has(int number) {
        return (RawMemory.getLong(rows.at(number)) & StateLayout.EXISTS) != 0;
    }

    /// Moves `cells`, which are of this object, to a row that is there.
    public StateCells show(int number, StateCells cells) {
        cells.row = rows.at(number);
        return cells;
    }

    /// Where to write new cells of a row: in its place, to which `cells`, of this object, has been moved, or beside it.
    /// [#end] follows.
    public StateCells toWrite(StateCells cells) {
        return inPlace ? cells : written;
    }

    /// All cells of a row have been written.
    ///
    /// @throws MullionException if one of them has a value that its column cannot hold: then nothing has changed
    public void end(int number, StateCells cells) {
        if (inPlace) {
            exists(cells.row);
        } else {
            endBeside(number);
        }
    }

    private void endBeside(int number) {
        String refusal = written.takeRefusal();
        if (refusal != null) {
            throw MullionException.misuse("state: " + refusal);
        }
        put(number, written);
    }

    /// Writes a record.
    public <T> void put(int number, RecordEncoder<? super T> encoder, T record) {
        written.row = inPlace ? rows.at(number) : written.row;
        encoder.encode(record, written);
        end(number, written);
    }

    /// Copies a row of the same columns, with its texts, in the place of what there was.
    public void put(int number, StateCells from) {
        long row = rows.at(number);
        if (layout.variableSize) {
            forgetTexts(row);
        }
        long flags = RawMemory.getLong(row) & StateLayout.MARKED;
        long nulls = RawMemory.getLong(from.row) & -1L << StateLayout.FIRST_NULL;
        RawMemory.putLong(row, flags | nulls | RawMemory.getLong(row) & StateLayout.EXISTS);
        for (int offset = Long.BYTES; offset < layout.rowBytes; offset += Long.BYTES) {
            RawMemory.putLong(row + offset, RawMemory.getLong(from.row + offset));
        }
        if (layout.variableSize) {
            keepTexts(row);
            sweepTexts();
        }
        exists(row);
    }

    /// Copies rows of a batch into numbers from `first` on, which have none and for which there is room.
    ///
    /// @param columns of the batch, by column of the rows
    public void putAll(int first, Batch batch, int[] columns, long active, int from, int to) {
        if (layout.variableSize) {
            for (int position = from; position < to; position++) {
                written.copy(batch, columns, Selection.row(active, position));
                put(first + position - from, written);
            }
            return;
        }
        for (int number = first; number < first + to - from; number++) {
            RawMemory.putLong(rows.at(number), StateLayout.EXISTS);
        }
        for (int column = 0; column < columns.length; column++) {
            putColumn(first, column, batch, columns[column], active, from, to);
        }
        live += to - from;
    }

    private void putColumn(int first, int column, Batch batch, int source, long active, int from, int to) {
        int offset = layout.offsets[column];
        if (!layout.nullable[column] && layout.kinds[column].word()) {
            long data = batch.readable().address(source, ColumnAddresses.DATA);
            for (int position = from; position < to; position++) {
                long value = RawMemory.getLong(data + 8L * Selection.row(active, position));
                RawMemory.putLong(rows.at(first + position - from) + offset, value);
            }
            return;
        }
        for (int position = from; position < to; position++) {
            show(first + position - from, placed).copy(column, batch, source, Selection.row(active, position));
        }
    }

    /// Forgets a row. No matter if there is none.
    public void remove(int number) {
        long row = rows.at(number);
        if ((RawMemory.getLong(row) & StateLayout.EXISTS) == 0) {
            return;
        }
        if (layout.variableSize) {
            forgetTexts(row);
            sweepTexts();
        }
        RawMemory.putLong(row, RawMemory.getLong(row) & StateLayout.MARKED);
        live--;
    }

    /// Sets a mark that a number may have, with or without a row.
    ///
    /// @return whether it had none
    public boolean mark(int number) {
        long row = rows.at(number);
        long flags = RawMemory.getLong(row);
        RawMemory.putLong(row, flags | StateLayout.MARKED);
        return (flags & StateLayout.MARKED) == 0;
    }

    public boolean marked(int number) {
        return (RawMemory.getLong(rows.at(number)) & StateLayout.MARKED) != 0;
    }

    public void unmark(int number) {
        long row = rows.at(number);
        RawMemory.putLong(row, RawMemory.getLong(row) & ~StateLayout.MARKED);
    }

    /// Where a row lies, which is there.
    public long address(int number) {
        return rows.at(number);
    }

    /// Forgets the rows below `count`, which are all there are.
    public void clear(int count) {
        rows.trim(0);
        int kept = Math.min(count, rows.capacity());
        for (int number = 0; number < kept; number++) {
            RawMemory.putLong(rows.at(number), 0);
        }
        if (layout.variableSize) {
            texts.close();
        }
        live = 0;
        swept = 0;
    }

    private void exists(long row) {
        long flags = RawMemory.getLong(row);
        if ((flags & StateLayout.EXISTS) == 0) {
            RawMemory.putLong(row, flags | StateLayout.EXISTS);
            live++;
        }
    }

    private void keepTexts(long row) {
        for (int column = 0; column < layout.kinds.length; column++) {
            if (layout.kinds[column].variableSize()) {
                long text = row + layout.offsets[column];
                int length = length(text);
                if (length > 0) {
                    RawMemory.putLong(text, texts.keep(RawMemory.getLong(text), length));
                }
            }
        }
    }

    private void forgetTexts(long row) {
        if ((RawMemory.getLong(row) & StateLayout.EXISTS) == 0) {
            return;
        }
        for (int column = 0; column < layout.kinds.length; column++) {
            if (layout.kinds[column].variableSize()) {
                long text = row + layout.offsets[column];
                if (length(text) > 0) {
                    texts.forget(RawMemory.getLong(text), length(text));
                    RawMemory.putLong(text + Long.BYTES, 0);
                }
            }
        }
    }

    /// Moves the texts of some rows out of sparse chunks, so that those can be given back.
    private void sweepTexts() {
        for (int i = 0; i < SWEEP && texts.wasteful(); i++) {
            if (swept >= rows.capacity()) {
                swept = 0;
            }
            long row = rows.at(swept);
            if ((RawMemory.getLong(row) & StateLayout.EXISTS) != 0) {
                moveTexts(row);
            }
            swept++;
        }
    }

    private void moveTexts(long row) {
        for (int column = 0; column < layout.kinds.length; column++) {
            if (layout.kinds[column].variableSize()) {
                long at = row + layout.offsets[column];
                long text = RawMemory.getLong(at);
                int length = length(at);
                if (length > 0 && texts.sparse(text)) {
                    RawMemory.putLong(at, texts.keep(text, length));
                    texts.forget(text, length);
                }
            }
        }
    }

    private static int length(long text) {
        return (int) RawMemory.getLong(text + Long.BYTES);
    }

    @Override
    public void close() {
        rows.close();
        texts.close();
        written.close();
    }
}
