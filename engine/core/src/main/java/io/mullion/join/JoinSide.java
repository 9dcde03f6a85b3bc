package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;
import io.mullion.state.RowStore;
import io.mullion.window.WindowGrid;
import java.util.Arrays;

/// One side of a join: the rows that it keeps, and the way of a batch into them.
///
/// Rows that are late are left out; what can meet no other, because a key is null or a predicate on this side alone
/// fails, is told apart; groups are looked up; each of the others becomes an *entry*, one for each open window it
/// belongs to.
/// *Ownership*: what it holds belongs to the job's scope. *Thread*: the worker.
final class JoinSide {
    final RowStore rows;
    private final JoinInput input;
    private final OperatorContext context;
    /// Null where rows are by themselves.
    private final WindowGrid grid;

    /// Whether rows without a partner come out, so that those that can have none become entries, too.
    private final boolean kept;
    private final JoinKeys keys;
    private final GroupTable groups;

    private final Selection inTime;
    private final Selection late;
    private final Selection groupIds;
    private final OffHeapArray entryRows;
    private final OffHeapArray entryRecords;
    private final OffHeapArray entryGroups;

    private int[] entrySlots = new int[64];
    /// To which the side has come.
    private long sideTime = Long.MIN_VALUE;

    private int entryCount;

    /// @param kept whether rows that met none come out
    JoinSide(
            JoinInput input,
            GroupTable groups,
            WindowGrid grid,
            boolean kept,
            OperatorContext context,
            MemoryAccount account) {
        this.input = input;
        this.grid = grid;
        this.kept = kept;
        this.context = context;
        Scope scope = context.scope();
        rows = scope.own(new RowStore(input.rows(), account));
        this.groups = groups;
        keys = new JoinKeys(input, context, account);
        inTime = scope.own(new Selection(account, context.batchRows()));
        late = scope.own(new Selection(account, 64));
        groupIds = scope.own(new Selection(account, context.batchRows()));
        entryRows = scope.own(new OffHeapArray(account));
        entryRecords = scope.own(new OffHeapArray(account));
        entryGroups = scope.own(new OffHeapArray(account));
    }

    /// Rows of a batch become entries with records in [#rows], each with its group, or -1 if it can meet none.
    ///
    /// @param time of the join: rows before are late
    void enter(Batch batch, long active, int from, int to, long time) {
        entryCount = 0;
        int count = takeInTime(batch, active, from, to, time);
        if (count == 0) {
            return;
        }
        long taken = inTime.address(count);
        long ids = groupIds.address(batch.capacity());
        keys.enter(groups, batch, taken, count, ids);
        for (int i = 0; i < count; i++) {
            int row = RawMemory.getInt(taken + 4L * i);
            int group = RawMemory.getInt(ids + 4L * row);
            if (group >= 0 || kept) {
                add(batch, row, group, time);
            }
        }
        rows.write(batch.readable(), entryRows.address(), entryRecords.address(), entryCount);
    }

    int entryCount() {
        return entryCount;
    }

    int slot(int entry) {
        return entrySlots[entry];
    }

    long record(int entry) {
        return RawMemory.getLong(entryRecords.address() + 8L * entry);
    }

    /// Address of the int32 groups of the entries.
    long groups() {
        return entryGroups.address();
    }

    /// Selects the rows that are not late, and hands on those that are.
    private int takeInTime(Batch batch, long active, int from, int to, long time) {
        long out = inTime.address(to - from);
        if (input.timeColumn() < 0 || input.inTime()) {
            for (int position = from; position < to; position++) {
                RawMemory.putInt(out + 4L * (position - from), Selection.row(active, position));
            }
            return to - from;
        }
        int count = 0;
        int lateCount = 0;
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            if (isLate(timeOf(batch, row), time)) {
                RawMemory.putInt(late.address(lateCount + 1) + 4L * lateCount, row);
                lateCount++;
            } else {
                RawMemory.putInt(out + 4L * count++, row);
            }
        }
        if (lateCount > 0) {
            context.counters().lateRows.add(lateCount);
            if (input.late() != null) {
                input.late().process(batch, late.address(lateCount), 0, lateCount);
            }
        }
        return count;
    }

    private boolean isLate(long rowTime, long time) {
        if (grid == null) {
            return rowTime < time;
        }
        long pane = grid.paneOf(rowTime);
        return !grid.inGap(pane) && grid.windowEnd(grid.lastWindowOf(pane)) <= time;
    }

    private long timeOf(Batch batch, int row) {
        long value = RawMemory.getLong(batch.readable().address(input.timeColumn(), ColumnAddresses.DATA) + 8L * row);
        return input.ends() ? value - 1 : value;
    }

    private void add(Batch batch, int row, int group, long time) {
        if (grid == null) {
            add(row, group, input.timeColumn() >= 0 ? timeOf(batch, row) : input.inBatches() ? sideTime : 0);
            return;
        }
        long pane = grid.paneOf(timeOf(batch, row));
        if (!grid.inGap(pane)) {
            long last = grid.lastWindowOf(pane);
            for (long window = grid.firstWindowOf(pane); window <= last; window++) {
                long end = grid.windowEnd(window);
                if (end > time) {
                    add(row, group, end - 1);
                }
            }
        }
    }

    private void add(int row, int group, long time) {
        if (entryCount == entrySlots.length) {
            entrySlots = Arrays.copyOf(entrySlots, entryCount * 2);
        }
        int slot = rows.add(time, group);
        entrySlots[entryCount] = slot;
        entryRows.ensure(4L * (entryCount + 1));
        RawMemory.putInt(entryRows.address() + 4L * entryCount, row);
        entryGroups.ensure(4L * (entryCount + 1));
        RawMemory.putInt(entryGroups.address() + 4L * entryCount, group);
        entryRecords.ensure(8L * (entryCount + 1));
        RawMemory.putLong(entryRecords.address() + 8L * entryCount, rows.at(slot));
        entryCount++;
    }

    void advance(long time) {
        sideTime = time;
        if (input.late() != null) {
            input.late().advance(time);
        }
    }

    /// The side had come to this when the checkpoint was taken.
    void restored(long time) {
        sideTime = time;
    }

    void flush() {
        if (input.late() != null) {
            input.late().flush();
        }
    }
}
