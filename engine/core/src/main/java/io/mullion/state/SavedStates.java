package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import java.util.ArrayList;
import java.util.List;

/// The rows of a [StateRows] in a checkpoint, with the groups that they belong to.
///
/// *Shape*: a table of int32 `group`, as [SavedGroups] has it, and the columns of the rows, each as `PREFIX.NAME` with
/// its own type, for anybody to read. *Thread*: the worker, or that which starts the job.
public final class SavedStates {
    private static final String GROUP = "group";
    private static final int ROWS = 1 << 12;
    private static final int DATA_BYTES = 1 << 16;

    /// Takes a row that was saved.
    @FunctionalInterface
    public interface Taker {
        /// @param saved the group of then
        /// @param row ends with the call
        void take(int saved, StateCells row);
    }

    private final String name;
    private final Schema rows;
    private final Schema schema;
    /// What is being written; null if nothing is.
    private StateTable table;

    private Batch batch;
    private int count;

    /// @param name of the table
    /// @param rows the columns
    public SavedStates(String name, String prefix, Schema rows) {
        this.name = name;
        this.rows = rows;
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of(GROUP, DataType.INT32));
        for (Field field : rows.fields()) {
            fields.add(new Field(prefix + "." + field.name(), field.type(), field.nullable()));
        }
        schema = new Schema(fields);
    }

    /// Writes the rows whose numbers are their groups, all of which are below `limit`.
    public void write(StateWriter out, StateRows from, int limit) {
        begin(out);
        StateCells cells = from.cells();
        for (int group = 0; group < limit; group++) {
            if (from.has(group)) {
                add(group, from.show(group, cells));
            }
        }
    }

    /// Begins a table, for [#add].
    public void begin(StateWriter out) {
        table = out.table(name, schema);
        batch = null;
    }

    /// Writes a row, which is of a [StateRows] or stands for itself, of a group.
    public void add(int group, StateCells row) {
        if (batch == null || count == batch.capacity() || !fits(row)) {
            batch = table.begin(ROWS, Math.max(DATA_BYTES, longest(row)));
            count = 0;
        }
        table.filled(count);
        table.set(0, group);
        for (int column = 0; column < rows.size(); column++) {
            row.write(column, batch, column + 1, count);
        }
        table.filled(++count);
    }

    private boolean fits(StateCells row) {
        for (int column = 0; column < rows.size(); column++) {
            if (!row.fits(column, batch, column + 1, count)) {
                return false;
            }
        }
        return true;
    }

    private int longest(StateCells row) {
        int longest = 0;
        for (int column = 0; column < rows.size(); column++) {
            if (!rows.field(column).type().fixedWidth()) {
                longest = Math.max(longest, row.bytesLength(column));
            }
        }
        return longest;
    }

    /// Hands over all rows that were saved, in the order in which they were written.
    ///
    /// @throws io.mullion.spec.MullionException if they have other columns
    public void read(StateReader in, MemoryAccount account, Taker taker) {
        int[] columns = new int[rows.size()];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = column + 1;
        }
        try (StateCells cells = new StateCells(rows, account)) {
            for (StateReader.Table saved : in.tables(name)) {
                saved.require(schema);
                saved.forEach(piece -> {
                    for (int row = 0; row < piece.readable().rowLimit; row++) {
                        cells.copy(piece, columns, row);
                        taker.take((int) piece.int64(0, row), cells);
                    }
                });
            }
        }
    }
}
