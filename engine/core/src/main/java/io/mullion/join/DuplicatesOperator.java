package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Keys;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;
import io.mullion.state.RowChains;
import io.mullion.state.RowStore;
import io.mullion.state.SavedGroups;
import io.mullion.window.WindowGrid;
import java.util.List;

/// Hands on the first row of each key.
///
/// Where time matters, what is remembered of a key is a record without cells: the time of the row that was handed on.
/// It goes when no row that is yet to come can be its duplicate, so that forgetting it changes no answer; rows behind
/// the watermark are late.
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
public final class DuplicatesOperator implements Operator, Stateful {
    private static final String DUPLICATES = "duplicates";
    private static final String TIME = "time";
    private static final String FIRST_ROWS = "first rows";
    private static final Schema FIRST_ROW =
            Schema.of(Field.of("group", DataType.INT32), Field.of("time", DataType.INT64));

    /// @param timeColumn -1 if keys are remembered for ever
    /// @param ends whether that column says when the time of a row is over, and so one unit more
    /// @param within how long after a row others of its keys are its duplicates; the greatest int64 where the event
    /// time is one of the keys, for then all of them have its time
    public record Terms(String name, Keys keys, int timeColumn, boolean ends, long within) {}

    private final Terms terms;
    private final OperatorContext context;
    private final MemoryAccount account;
    private final Operator next;
    private final GroupTable groups;
    private final Selection ids;
    private final Selection inTime;
    private final Selection firsts;
    /// Null if keys are remembered for ever.
    private final RowStore remembered;

    private final RowChains byGroup;
    private final int[] due = new int[4 * RowStore.PAGE_ROWS];
    private long time = Long.MIN_VALUE;
    private long countedKeys;
    /// Whether a part of a checkpoint has been read.
    private boolean restoring;

    public DuplicatesOperator(Terms terms, OperatorContext context, Operator next) {
        this.terms = terms;
        this.context = context;
        this.next = next;
        account = context.account(terms.name());
        context.states().add("first rows", this);
        Scope scope = context.scope();
        groups = scope.own(GroupTable.of(terms.keys(), account));
        ids = scope.own(new Selection(account, context.batchRows()));
        inTime = scope.own(new Selection(account, context.batchRows()));
        firsts = scope.own(new Selection(account, context.batchRows()));
        boolean timed = terms.timeColumn() >= 0;
        remembered = timed ? scope.own(new RowStore(new Schema(List.of()), account)) : null;
        byGroup = timed ? scope.own(new RowChains(remembered, remembered, account)) : null;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        long groupIds = ids.address(batch.capacity());
        int count;
        int taken;
        if (remembered == null) {
            taken = to - from;
            groups.lookUp(batch.readable(), active, from, to, groupIds);
            count = newOnes(groupIds, active, from, to);
        } else {
            long selected = inTime.address(to - from);
            taken = takeInTime(batch, active, from, to, selected);
            groups.lookUp(batch.readable(), selected, 0, taken, groupIds);
            byGroup.ensure(groups.groupCount());
            count = firstOnes(batch, groupIds, selected, taken);
        }
        context.counters().duplicateRows.add(taken - count);
        countKeys();
        if (count > 0) {
            next.process(batch, firsts.address(count), 0, count);
        }
    }

    /// Selects the first row of each group that is new: they are listed in the order in which they came.
    private int newOnes(long groupIds, long active, int from, int to) {
        long out = firsts.address(to - from);
        int newCount = groups.newGroupCount();
        int count = 0;
        for (int position = from; position < to && count < newCount; position++) {
            int row = Selection.row(active, position);
            if (RawMemory.getInt(groupIds + 4L * row) == RawMemory.getInt(groups.newGroups() + 4L * count)) {
                RawMemory.putInt(out + 4L * count++, row);
            }
        }
        return count;
    }

    private int takeInTime(Batch batch, long active, int from, int to, long out) {
        int count = 0;
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            if (timeOf(batch, row) >= time) {
                RawMemory.putInt(out + 4L * count++, row);
            }
        }
        context.counters().lateRows.add(to - from - count);
        return count;
    }

    private long timeOf(Batch batch, int row) {
        long value = RawMemory.getLong(batch.readable().address(terms.timeColumn(), ColumnAddresses.DATA) + 8L * row);
        return terms.ends() ? value - 1 : value;
    }

    private int firstOnes(Batch batch, long groupIds, long selected, int count) {
        long out = firsts.address(count);
        int first = 0;
        for (int i = 0; i < count; i++) {
            int row = RawMemory.getInt(selected + 4L * i);
            int group = RawMemory.getInt(groupIds + 4L * row);
            long at = timeOf(batch, row);
            int slot = byGroup.oldest(0, group);
            if (slot < 0) {
                byGroup.link(0, group, remembered.add(at, group));
            } else {
                long record = remembered.at(slot);
                if (at < WindowGrid.saturatedAdd(RawMemory.getLong(record + RowStore.TIME), terms.within())) {
                    continue;
                }
                RawMemory.putLong(record + RowStore.TIME, at);
            }
            RawMemory.putInt(out + 4L * first++, row);
        }
        return first;
    }

    @Override
    public void advance(long time) {
        this.time = time;
        if (remembered != null) {
            forget(time);
            countKeys();
        }
        next.advance(time);
    }

    /// Forgets the keys whose duplicates would all be late.
    private void forget(long time) {
        boolean timeIsKey = terms.within() == Long.MAX_VALUE;
        long before = time;
        if (!timeIsKey && time != Long.MAX_VALUE) {
            before = WindowGrid.saturatedAdd(WindowGrid.saturatedAdd(time, -terms.within()), 1);
        }
        for (int count = remembered.expired(before, due); count > 0; count = remembered.expired(before, due)) {
            for (int i = 0; i < count; i++) {
                int group = RawMemory.getInt(remembered.at(due[i]) + RowStore.GROUP);
                byGroup.unlink(0, due[i]);
                remembered.remove(due[i]);
                groups.free(group);
            }
        }
        byGroup.trim(groups.groupCount());
    }

    @Override
    public void writeTo(StateWriter out) {
        out.text(DUPLICATES, terms.name());
        out.value(TIME, time);
        SavedGroups.write(out, groups, terms.keys(), context.batchDataBytes());
        if (remembered != null) {
            writeTimes(out.table(FIRST_ROWS, FIRST_ROW));
        }
    }

    private void writeTimes(StateTable table) {
        for (int group = 0; group < groups.groupCount(); group++) {
            int slot = groups.has(group) ? byGroup.oldest(0, group) : -1;
            if (slot >= 0) {
                table.row(0)
                        .set(0, group)
                        .set(1, RawMemory.getLong(remembered.at(slot) + RowStore.TIME))
                        .next();
            }
        }
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(DUPLICATES, terms.name());
        time = restoring ? Math.min(time, in.value(TIME)) : in.value(TIME);
        restoring = true;
        try (SavedGroups saved = SavedGroups.read(in, groups, terms.keys(), account)) {
            if (remembered != null) {
                byGroup.ensure(groups.groupCount());
                readTimes(in, saved);
            }
        }
    }

    private void readTimes(StateReader in, SavedGroups saved) {
        for (StateReader.Table table : in.tables(FIRST_ROWS)) {
            table.require(FIRST_ROW);
            table.forEach(batch -> {
                for (int row = 0; row < batch.readable().rowLimit; row++) {
                    int group = saved.group((int) batch.int64(0, row));
                    if (group >= 0) {
                        byGroup.link(0, group, remembered.add(batch.int64(1, row), group));
                    }
                }
            });
        }
    }

    @Override
    public void restored() {
        countKeys();
    }

    private void countKeys() {
        long count = groups.liveGroups();
        context.counters().rowsKept.add(count - countedKeys);
        countedKeys = count;
    }

    @Override
    public boolean exactAtWatermark() {
        return next.exactAtWatermark();
    }

    /// Its rows are numbered as before.
    @Override
    public boolean asks(RowWatermarks before) {
        return next.asks(before);
    }

    @Override
    public void idle(boolean idle) {
        next.idle(idle);
    }

    @Override
    public void flush() {
        next.flush();
    }
}
