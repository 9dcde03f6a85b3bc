package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowText;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.Progress;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;
import io.mullion.state.RowStore;
import io.mullion.window.WindowGrid;
import java.util.Arrays;
import java.util.List;

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
    private final GroupTable groups;
    /// Null where rows are by themselves.
    private final WindowGrid grid;

    /// Whether rows without a partner come out, so that those that can have none become entries, too.
    private final boolean kept;
    private final boolean stays;

    /// Null if there is none.
    private final RunningKernel<FilterKernel> alone;

    private final Selection inTime;
    private final Selection joinable;
    private final Selection passed;
    private final Selection late;
    private final Selection groupIds;
    private final OffHeapArray entryRows;
    private final OffHeapArray entryRecords;
    private final OffHeapArray entryGroups;
    private final OffHeapArray ones;
    private final ColumnAddresses keyColumns;

    private int[] entrySlots = new int[64];
    /// To which the side has come.
    private long sideTime = Long.MIN_VALUE;

    private int entryCount;

    /// @param kept whether rows that met none come out
    /// @param stays whether rows wait for others, so that their keys are entered
    JoinSide(
            JoinInput input,
            GroupTable groups,
            WindowGrid grid,
            boolean kept,
            boolean stays,
            OperatorContext context,
            MemoryAccount account) {
        this.input = input;
        this.groups = groups;
        this.grid = grid;
        this.kept = kept;
        this.stays = stays;
        this.context = context;
        Scope scope = context.scope();
        rows = scope.own(new RowStore(input.rows(), account));
        alone = input.alone() == null
                ? null
                : new RunningKernel<>("predicate of " + input.name(), input.alone(), context, account);
        inTime = scope.own(new Selection(account, context.batchRows()));
        joinable = scope.own(new Selection(account, context.batchRows()));
        passed = scope.own(new Selection(account, context.batchRows()));
        late = scope.own(new Selection(account, 64));
        groupIds = scope.own(new Selection(account, context.batchRows()));
        entryRows = scope.own(new OffHeapArray(account));
        entryRecords = scope.own(new OffHeapArray(account));
        entryGroups = scope.own(new OffHeapArray(account));
        ones = scope.own(new OffHeapArray(account));
        keyColumns = new ColumnAddresses(input.rows().size());
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
        lookUp(batch, taken, count, ids);
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

    /// Writes the groups of rows by row number, -1 for those that can meet no other.
    private void lookUp(Batch batch, long taken, int count, long ids) {
        long asked = taken;
        int askedCount = count;
        if (alone != null || !input.strictKeys().isEmpty()) {
            for (int i = 0; i < count; i++) {
                RawMemory.putInt(ids + 4L * RawMemory.getInt(taken + 4L * i), -1);
            }
            asked = joinable.address(count);
            askedCount = withKeys(batch, taken, count, asked);
            if (alone != null) {
                long out = passed.address(askedCount);
                askedCount = passing(batch, asked, askedCount, out);
                asked = out;
            }
        }
        if (input.keys() == null) {
            for (int i = 0; i < askedCount; i++) {
                RawMemory.putInt(ids + 4L * RawMemory.getInt(asked + 4L * i), 0);
            }
        } else if (askedCount > 0) {
            ColumnAddresses keys = keyColumns(batch);
            if (stays) {
                groups.lookUp(input.keys(), keys, asked, 0, askedCount, ids);
            } else {
                groups.find(input.keys(), keys, asked, 0, askedCount, ids);
            }
        }
    }

    /// Selects the rows none of whose keys is null.
    private int withKeys(Batch batch, long taken, int count, long out) {
        int with = 0;
        List<Integer> strict = input.strictKeys();
        for (int i = 0; i < count; i++) {
            int row = RawMemory.getInt(taken + 4L * i);
            boolean valid = true;
            for (int k = 0; k < strict.size(); k++) {
                valid &= Bitmap.get(batch.readable().address(strict.get(k), ColumnAddresses.VALIDITY), row);
            }
            if (valid) {
                RawMemory.putInt(out + 4L * with++, row);
            }
        }
        return with;
    }

    /// Selects of a selection the rows that pass the predicate.
    private int passing(Batch batch, long selection, int count, long out) {
        int passing = 0;
        Progress progress = alone.progress().start();
        for (int position = 0; position < count; ) {
            try {
                passing += alone.on(batch)
                        .filter(batch.readable(), selection, position, count, out + 4L * passing, progress);
            } catch (Exception | AssertionError | StackOverflowError e) {
                throw alone.failed(e, batch);
            }
            position = progress.next;
            if (progress.status == Progress.Status.ROW_FAILED) {
                int row = RawMemory.getInt(selection + 4L * position);
                context.deadLetters()
                        .accept(new DeadLetter(input.name(), progress.failure.text(), RowText.of(batch, row)));
                position++;
            }
        }
        return passing;
    }

    /// The columns with validity where keys of the other side may be null and these may not.
    private ColumnAddresses keyColumns(Batch batch) {
        List<Integer> always = input.alwaysKeys();
        if (always.isEmpty()) {
            return batch.readable();
        }
        long bytes = (batch.capacity() + 7 >> 3) + 8L;
        if (ones.capacityBytes() < bytes) {
            ones.ensure(bytes);
            RawMemory.fill(ones.address(), ones.capacityBytes(), (byte) -1);
        }
        ColumnAddresses in = batch.readable();
        System.arraycopy(in.addresses, 0, keyColumns.addresses, 0, in.addresses.length);
        System.arraycopy(in.limits, 0, keyColumns.limits, 0, in.limits.length);
        keyColumns.rowLimit = in.rowLimit;
        for (int i = 0; i < always.size(); i++) {
            keyColumns.set(always.get(i), ColumnAddresses.VALIDITY, ones.address(), bytes);
        }
        return keyColumns;
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

    void flush() {
        if (input.late() != null) {
            input.late().flush();
        }
    }
}
