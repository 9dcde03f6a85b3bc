package io.mullion.batch;

import io.mullion.codegen.HashKernel;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;

/// The rows of a [GatheredBatch] in a checkpoint, in their order.
///
/// *Shape*: a table of the columns of the rows; a list is the bytes that a batch has for it. *Thread*: the worker, or
/// that which starts the job.
public final class SavedBatch {
    private static final int ROWS = 1 << 14;

    private final String name;
    private final Schema schema;
    private final MemoryAccount account;
    /// Null where the rows have no key.
    private final HashKernel hash;

    /// @param name of the table
    /// @param rows the columns
    /// @param hash says to which worker a row belongs; null where all belong to the one that has what has no key
    public SavedBatch(String name, Schema rows, HashKernel hash, MemoryAccount account) {
        this.name = name;
        this.hash = hash;
        this.account = account;
        schema = new Schema(rows.fields().stream().map(SavedBatch::withoutLists).toList());
    }

    private static Field withoutLists(Field field) {
        return field.type() instanceof DataType.ListOf
                ? new Field(field.name(), DataType.BINARY, field.nullable())
                : field;
    }

    public void write(StateWriter out, GatheredBatch rows) {
        if (rows.rowCount() == 0) {
            return;
        }
        StateTable table = out.table(name, schema);
        Batch batch = rows.rows();
        for (int from = 0; from < rows.rowCount(); from += ROWS) {
            int to = Math.min(rows.rowCount(), from + ROWS);
            Batch piece = table.begin(to - from, Math.max(1, mostBytes(batch, from, to)));
            table.filled(RowCopy.append(batch, 0, from, to, piece, 0));
        }
    }

    private static int mostBytes(Batch batch, int from, int to) {
        int most = 0;
        for (int column = 0; column < batch.schema().size(); column++) {
            if (batch.variableSize(column)) {
                most = Math.max(most, batch.bytesEnd(column, to) - batch.bytesEnd(column, from));
            }
        }
        return most;
    }

    /// Adds the rows that were saved and belong to this worker.
    ///
    /// @throws io.mullion.spec.MullionException if they have other columns
    public void read(StateReader in, GatheredBatch into) {
        for (StateReader.Table table : in.tables(name)) {
            table.require(schema);
            table.forEach(batch -> take(in, batch, into));
        }
    }

    private void take(StateReader in, Batch batch, GatheredBatch into) {
        int rows = batch.readable().rowLimit;
        if (hash != null) {
            takeOwned(in, batch, rows, into);
        } else if (in.owns(0)) {
            into.add(batch, 0, rows);
        }
    }

    private void takeOwned(StateReader in, Batch batch, int rows, GatheredBatch into) {
        try (OffHeapArray hashes = new OffHeapArray(account, 8L * rows);
                Selection owned = new Selection(account, rows)) {
            hash.hash(batch.readable(), 0, 0, rows, hashes.address());
            long selected = owned.address(rows);
            int count = 0;
            for (int row = 0; row < rows; row++) {
                if (in.owns(RawMemory.getLong(hashes.address() + 8L * row))) {
                    RawMemory.putInt(selected + 4L * count++, row);
                }
            }
            into.add(batch, selected, 0, count);
        }
    }
}
