package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;

/// All rows of each group, which are added and then only read: the first as a record that lies where the group's id
/// says, each with the address of the next one, in the order in which they came.
///
/// *Shape*: [#NEXT] (int64, 0 if there is none), then the cells as [RowCells] has them. *Ownership*: owns its memory.
/// *Thread*: who adds, then who reads.
public final class GroupedRows implements AutoCloseable {
    private static final int NEXT = 0;
    private static final int HEADER_BYTES = 8;

    private final RowCells cells;
    private final GroupArray firsts;
    /// The last record of each group, while rows are added.
    private final GroupArray lasts;
    /// Records of those rows that are not the first of their group.
    private final GroupArray others;

    private final StateArena arena;
    private final OffHeapArray records;
    private int otherCount;
    private long rowCount;

    /// How the cells of records lie.
    public static RowCells cells(Schema schema) {
        return new RowCells(schema, HEADER_BYTES);
    }

    /// @param cells of [#cells(Schema)]
    public GroupedRows(RowCells cells, MemoryAccount account) {
        this.cells = cells;
        firsts = new GroupArray(account, cells.recordBytes(), (byte) 0);
        lasts = new GroupArray(account, Long.BYTES, (byte) 0);
        others = new GroupArray(account, cells.recordBytes(), (byte) 0);
        arena = new StateArena(account);
        records = new OffHeapArray(account);
    }

    /// Rows there are.
    public long rowCount() {
        return rowCount;
    }

    /// Adds rows of a batch.
    ///
    /// @param rows address of int32 row numbers
    /// @param groups address of int32 groups by row number; rows of which that is below 0 are left out
    /// @param kept takes the numbers of the rows that are not
    /// @param groupCount all groups are below
    public void add(ColumnAddresses in, long rows, int count, long groups, long kept, int groupCount) {
        firsts.ensure(groupCount);
        lasts.ensure(groupCount);
        records.ensure(8L * count);
        int added = 0;
        for (int i = 0; i < count; i++) {
            int row = RawMemory.getInt(rows + 4L * i);
            int group = RawMemory.getInt(groups + 4L * row);
            if (group >= 0) {
                RawMemory.putInt(kept + 4L * added, row);
                RawMemory.putLong(records.address() + 8L * added, link(group));
                added++;
            }
        }
        cells.write(in, kept, records.address(), added, arena);
        rowCount += added;
    }

    /// A new record, behind those of its group.
    private long link(int group) {
        long last = RawMemory.getLong(lasts.at(group));
        long record = firsts.at(group);
        if (last != 0) {
            others.ensure(otherCount + 1);
            record = others.at(otherCount++);
            RawMemory.putLong(last + NEXT, record);
        }
        RawMemory.putLong(lasts.at(group), record);
        return record;
    }

    /// No more rows are added.
    public void seal() {
        lasts.close();
        records.close();
    }

    /// The first record of a group that there is.
    public long first(int group) {
        return firsts.at(group);
    }

    /// The one behind it in its group, or 0.
    public static long next(long record) {
        return RawMemory.getLong(record + NEXT);
    }

    @Override
    public void close() {
        firsts.close();
        lasts.close();
        others.close();
        records.close();
        arena.release();
    }
}
