package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.MicroBatches;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Turn;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.KeyKernel;
import io.mullion.codegen.Keys;
import io.mullion.codegen.Progress;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;
import io.mullion.state.SavedGroups;
import java.util.List;

/// Behind the results of windows over micro-batches: a key that had a result once has one in each batch from then on,
/// with the same values for all keys where its window has no rows.
///
/// A filter says of each result whether its key stays; where not, the key is forgotten until it has rows again. What
/// does not pass is handed on all the same, for the same filter stands behind.
/// *Source*: Spark's reduceByKeyAndWindow with an inverse function.
/// *Thread*: the worker. *Ownership*: the keys belong to the job.
public final class KeptGroups implements Operator, Turn.Suspended, Stateful {
    private static final String KEPT = "kept";
    private static final String BATCH = "batch";
    private static final String MARKS = "marks";
    private static final Schema MARK = Schema.of(Field.of("group", DataType.INT32), Field.of("mark", DataType.INT64));

    /// The mark of a group that is not there.
    private static final long GONE = 0;

    private static final long FIRST_BATCH = 2;

    private final String name;
    /// Null for one group.
    private final Keys keys;

    private final MemoryAccount account;
    private final GroupTable groups;
    /// Called by [#groups]; null where there is one group.
    private final RunningKernel<KeyKernel> find;
    /// Null where all stay.
    private final RunningKernel<FilterKernel> filter;

    private final int keyColumns;
    private final int mostRows;
    private final Selection ids;
    private final Selection passing;
    /// By group, int64: the number of the last batch in which it had a row, negative if that row did not pass.
    private final OffHeapArray marks;
    /// Room for the groups without rows.
    private final Selection missing;

    private final Batch rests;
    private final Turn turn;
    private final Operator next;
    private long batchNumber = FIRST_BATCH;
    private long time;
    /// The next group to look at when a batch has ended.
    private int at;

    /// @param schema the key columns, then the values
    /// @param keys null for one group
    /// @param values those without rows
    /// @param always whether the one group has a result from the first batch on
    public KeptGroups(
            String name,
            Schema schema,
            Keys keys,
            List<Number> values,
            Compiled<FilterKernel> filter,
            boolean always,
            OperatorContext context,
            Operator next) {
        this.name = name;
        this.keys = keys;
        this.next = next;
        this.turn = context.turn();
        this.mostRows = context.batchRows();
        this.keyColumns = keys == null ? 0 : keys.layout().columns().size();
        account = context.account(name);
        context.states().add("kept keys", this);
        groups = context.scope().own(GroupTable.of(keys, account));
        find = keys == null ? null : new RunningKernel<>("keys of " + name, keys.find(), context, account);
        this.filter = filter == null ? null : new RunningKernel<>(name, filter, context, account);
        ids = context.scope().own(new Selection(account, mostRows));
        passing = context.scope().own(new Selection(account, mostRows));
        missing = context.scope().own(new Selection(account, mostRows));
        marks = context.scope().own(new OffHeapArray(account));
        rests = context.batch(schema, account);
        writeValues(schema, values);
        if (always) {
            mark(0, FIRST_BATCH - 1);
        }
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        long groupIds = lookUp(batch, active, from, to);
        ensureMarks(groups.groupCount());
        long number = filter == null ? batchNumber : -batchNumber;
        for (int position = from; position < to; position++) {
            mark(group(groupIds, Selection.row(active, position)), number);
        }
        if (filter != null) {
            long out = passing.address(to - from);
            int count = passing(batch, active, from, to, out);
            for (int i = 0; i < count; i++) {
                mark(group(groupIds, RawMemory.getInt(out + 4L * i)), batchNumber);
            }
        }
        next.process(batch, active, from, to);
    }

    @Override
    public void advance(long time) {
        if (time == MicroBatches.START) {
            next.advance(time);
            return;
        }
        this.time = time;
        at = 0;
        if (!resume()) {
            turn.suspend(this);
        }
    }

    @Override
    public boolean resume() {
        int known = (int) (marks.capacityBytes() / 8);
        long room = missing.address(mostRows);
        while (at < Math.min(known, groups.groupCount())) {
            if (turn.spent()) {
                return false;
            }
            int looked = at;
            int count = 0;
            while (at < Math.min(known, groups.groupCount()) && count < mostRows && at - looked < mostRows) {
                long mark = RawMemory.getLong(marks.address() + 8L * at);
                if (mark < 0) {
                    forget(at);
                } else if (mark != GONE && mark != batchNumber) {
                    RawMemory.putInt(room + 4L * count++, at);
                }
                at++;
            }
            turn.spend(at - looked);
            handOnRests(room, count);
        }
        batchNumber++;
        next.advance(time);
        return true;
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public void writeTo(StateWriter out) {
        out.text(KEPT, name);
        out.value(BATCH, batchNumber);
        SavedGroups.write(out, groups, keys, rests.dataBytes());
        StateTable table = out.table(MARKS, MARK);
        int known = Math.min((int) (marks.capacityBytes() / 8), groups.groupCount());
        for (int group = 0; group < known; group++) {
            long mark = RawMemory.getLong(marks.address() + 8L * group);
            if (mark != GONE) {
                table.row(0).set(0, group).set(1, mark).next();
            }
        }
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(KEPT, name);
        batchNumber = in.value(BATCH);
        if (keys == null) {
            // Nobody else has the one group, and it may be one that was there from the start and is gone.
            mark(0, GONE);
        }
        try (SavedGroups saved = SavedGroups.read(in, groups, keys, account)) {
            for (StateReader.Table table : in.tables(MARKS)) {
                table.require(MARK);
                table.forEach(batch -> {
                    for (int row = 0; row < batch.readable().rowLimit; row++) {
                        int group = saved.group((int) batch.int64(0, row));
                        if (group >= 0) {
                            mark(group, batch.int64(1, row));
                        }
                    }
                });
            }
        }
    }

    private void handOnRests(long room, int count) {
        int done = 0;
        while (done < count) {
            rests.clear();
            int rows = groups.writeKeys(room + 4L * done, count - done, rests.writable(), 0, 0);
            rests.readableRows(rows);
            if (filter != null) {
                forgetMissing(room + 4L * done, rows);
            }
            next.process(rests, 0, 0, rows);
            done += rows;
        }
    }

    /// Forgets the groups whose values do not pass.
    private void forgetMissing(long room, int rows) {
        long out = passing.address(rows);
        int count = passing(rests, 0, 0, rows, out);
        int next = 0;
        for (int row = 0; row < rows; row++) {
            if (next < count && RawMemory.getInt(out + 4L * next) == row) {
                next++;
            } else {
                forget(RawMemory.getInt(room + 4L * row));
            }
        }
    }

    private void forget(int group) {
        mark(group, GONE);
        groups.free(group);
    }

    private long lookUp(Batch batch, long active, int from, int to) {
        if (find == null) {
            return 0;
        }
        long groupIds = ids.address(batch.capacity());
        try {
            groups.lookUp(batch.readable(), active, from, to, groupIds);
        } catch (Exception | AssertionError e) {
            throw find.failed(e);
        }
        return groupIds;
    }

    /// Selects the rows that stay. One of which the filter cannot say it does not; it becomes a dead letter behind.
    private int passing(Batch batch, long active, int from, int to, long out) {
        int count = 0;
        filter.progress().start();
        for (int position = from; position < to; position = filter.progress().next) {
            count += pass(batch, active, position, to, out + 4L * count);
            if (filter.progress().status == Progress.Status.ROW_FAILED) {
                filter.progress().next++;
            }
        }
        return count;
    }

    private int pass(Batch batch, long active, int from, int to, long out) {
        try {
            return filter.on(batch).filter(batch.readable(), active, from, to, out, filter.progress());
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw filter.failed(e, batch);
        }
    }

    private static int group(long groupIds, int row) {
        return groupIds == 0 ? 0 : RawMemory.getInt(groupIds + 4L * row);
    }

    private void mark(int group, long number) {
        ensureMarks(group + 1);
        RawMemory.putLong(marks.address() + 8L * group, number);
    }

    private void ensureMarks(int count) {
        long before = marks.capacityBytes();
        if (8L * count > before) {
            marks.ensure(8L * count);
            RawMemory.fill(marks.address() + before, marks.capacityBytes() - before, (byte) 0);
        }
    }

    /// The values stay; keys are written anew for each batch.
    private void writeValues(Schema schema, List<Number> values) {
        ColumnAddresses columns = rests.writable();
        for (int column = keyColumns; column < schema.size(); column++) {
            DataType type = schema.field(column).type();
            long data = columns.address(column, ColumnAddresses.DATA);
            Number value = values.get(column - keyColumns);
            long bits =
                    type.equals(DataType.FLOAT64) ? Double.doubleToRawLongBits(value.doubleValue()) : value.longValue();
            // A decimal is a sum, and has 0 in both of its halves.
            for (int i = 0; i < mostRows * (type.byteWidth() / 8); i++) {
                RawMemory.putLong(data + 8L * i, bits);
            }
            if (schema.field(column).nullable()) {
                RawMemory.fill(columns.address(column, ColumnAddresses.VALIDITY), (mostRows + 7) >> 3, (byte) -1);
            }
        }
    }
}
