package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// One row for each group, as a record that lies where the group's id says: the latest of a table by key.
///
/// *Shape*: the cells as [RowCells] has them, and nothing else. *Ownership*: owns its memory. *Thread*: the worker.
public final class GroupRows implements AutoCloseable {
    private final RowCells cells;
    private final GroupArray records;
    private final StateArena arena;

    public GroupRows(Schema schema, MemoryAccount account) {
        cells = new RowCells(schema, 0);
        // Of zeros, in which there is nothing to give back; with a word to touch even where there is no column.
        records = new GroupArray(account, Math.max(Long.BYTES, cells.recordBytes()), (byte) 0);
        arena = new StateArena(account);
    }

    /// Makes room for group ids below `count`.
    public void ensure(int count) {
        records.ensure(count);
    }

    /// The record of a group, for which there is room.
    public long at(int group) {
        return records.at(group);
    }

    /// Reads the cells of records.
    public RowCells cells() {
        return cells;
    }

    /// Copies rows of a batch into records, in the place of what was there: in order, so that the last of a group
    /// stays.
    ///
    /// @param rows address of int32 row numbers
    /// @param to address of int64 addresses of as many records
    public void write(ColumnAddresses in, long rows, long to, int count) {
        if (!cells.anyVariableSize() && !cells.anyNullable()) {
            cells.write(in, rows, to, count, arena);
            return;
        }
        for (int i = 0; i < count; i++) {
            // One by one, for a group may come twice, and then bits and bytes of the first row go.
            cells.release(RawMemory.getLong(to + 8L * i), arena);
            cells.write(in, rows + 4L * i, to + 8L * i, 1, arena);
        }
    }

    @Override
    public void close() {
        records.close();
        arena.release();
    }
}
