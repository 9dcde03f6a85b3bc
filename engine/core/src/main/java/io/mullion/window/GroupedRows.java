package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Counters;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.codegen.AccumulateKernel;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.KeyKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.GroupTable;
import io.mullion.state.SavedGroups;
import io.mullion.state.VariableStates;

/// The rows of a batch on their way into accumulators: their groups are looked up, they are folded, or they are late.
///
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope; borrows the batch until the next one.
final class GroupedRows implements WindowAssembler.LateRows {
    final GroupTable groups;
    private final Aggregation aggregation;
    /// Called by [#groups]; null where there is one group.
    private final RunningKernel<KeyKernel> find;
    /// Null where all rows are taken.
    private final RunningKernel<FilterKernel> passed;

    private final RunningKernel<AccumulateKernel> accumulate;
    private final Counters counters;
    /// Takes late rows, or null.
    private final Operator late;

    private final Selection idRoom;
    private final int dataBytes;

    private Batch batch;
    private long active;
    private int from;
    private int to;
    /// Address of group ids by row number, or 0 where there is one group.
    private long groupIds;

    /// @param late takes the rows that are late, or null
    GroupedRows(Aggregation aggregation, OperatorContext context, MemoryAccount account, Operator late) {
        this.aggregation = aggregation;
        this.counters = context.counters();
        this.late = late;
        String name = aggregation.name();
        find = aggregation.keys() == null
                ? null
                : new RunningKernel<>("keys of " + name, aggregation.keys().find(), context, account);
        passed = aggregation.predicate() == null
                ? null
                : new RunningKernel<>("predicate of " + name, aggregation.predicate(), context, account);
        accumulate = new RunningKernel<>(name, aggregation.accumulation().accumulate(), context, account);
        groups = context.scope().own(GroupTable.of(aggregation.keys(), account));
        dataBytes = context.batchDataBytes();
        idRoom = context.scope().own(new Selection(account, context.batchRows()));
    }

    /// Rows are folded into rows of another form from now on.
    void use(Accumulation accumulation) {
        accumulate.use(accumulation.accumulate());
    }

    /// The rows of this batch follow.
    void use(Batch batch) {
        this.batch = batch;
        groupIds = find == null ? 0 : idRoom.address(batch.capacity());
    }

    /// Rows of the batch at most.
    int batchRows() {
        return batch.capacity();
    }

    /// Address of a part of a column, by row number.
    long column(int column, int part) {
        return batch.readable().address(column, part);
    }

    /// The event times by row number.
    long times() {
        return batch.readable().address(aggregation.timeColumn(), ColumnAddresses.DATA);
    }

    /// Looks up the groups of some rows, which are those that the methods below speak of.
    ///
    /// @return address of int32 group ids by row number, or 0 where there is one group
    long lookUp(long active, int from, int to) {
        select(active, from, to);
        if (find != null) {
            try {
                groups.lookUp(batch.readable(), active, from, to, groupIds);
            } catch (Exception | AssertionError e) {
                throw find.failed(e);
            }
        }
        return groupIds;
    }

    /// Of the rows that were looked up, these are spoken of now.
    void select(long active, int from, int to) {
        this.active = active;
        this.from = from;
        this.to = to;
    }

    /// Folds the rows into accumulator rows.
    ///
    /// @param slots address of the numbers of those, int32 by row number
    void foldInto(AccumulatorPages rows, long slots) {
        try {
            accumulate.on(batch).accumulate(batch.readable(), active, from, to, slots, rows);
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw accumulate.failed(e, batch);
        }
    }

    /// Folds the rows into states of any size.
    ///
    /// @param states null if there are none
    /// @param slotCount all slots are below
    void foldInto(VariableStates states, long slots, int slotCount) {
        if (states != null) {
            try {
                accumulate.on(batch);
                states.fold(batch.readable(), active, from, to, slots, slotCount);
            } catch (Exception | AssertionError e) {
                throw accumulate.failed(e, batch);
            }
        }
    }

    @Override
    public void foldInto(AccumulatorPages rows) {
        rows.ensureGroups(groups.groupCount());
        foldInto(rows, groupIds);
    }

    /// A time of the windows in words.
    String timeText(long time) {
        return aggregation.timeText(time);
    }

    void writeTo(StateWriter out) {
        SavedGroups.write(out, groups, aggregation.keys(), dataBytes);
    }

    SavedGroups readFrom(StateReader in, MemoryAccount account) {
        return SavedGroups.read(in, groups, aggregation.keys(), account);
    }

    @Override
    public int count() {
        return to - from;
    }

    @Override
    public int group(int i) {
        return groupIds == 0 ? 0 : RawMemory.getInt(groupIds + 4L * Selection.row(active, from + i));
    }

    /// These rows are late: they are counted, and handed on if somebody wants them.
    void late(long active, int from, int to) {
        late(late, active, from, to);
    }

    /// @param late takes them, or null
    void late(Operator late, long active, int from, int to) {
        if (passed == null) {
            counters.lateRows.add(aggregation.count(batch.readable(), active, from, to));
            if (late != null) {
                late.process(batch, active, from, to);
            }
            return;
        }
        long out = idRoom.address(to - from);
        int count = passing(active, from, to, out);
        counters.lateRows.add(count);
        if (late != null && count > 0) {
            late.process(batch, out, 0, count);
        }
    }

    /// Whether the predicate passes any of the rows.
    boolean anyPasses() {
        return passed == null || passing(active, from, to, idRoom.address(count())) > 0;
    }

    /// Hands on what the operator that takes late rows is to know.
    void advance(long time) {
        if (late != null) {
            late.advance(time);
        }
    }

    void flush() {
        if (late != null) {
            late.flush();
        }
    }

    /// Selects the rows that the predicate passes.
    private int passing(long active, int from, int to, long out) {
        passed.progress().start();
        try {
            return passed.on(batch).filter(batch.readable(), active, from, to, out, passed.progress());
        } catch (Exception | AssertionError e) {
            throw passed.failed(e);
        }
    }
}
