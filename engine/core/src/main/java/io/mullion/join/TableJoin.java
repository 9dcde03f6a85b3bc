package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.codegen.Keys;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.spec.JoinKind;
import io.mullion.state.GroupRows;
import io.mullion.state.GroupTable;
import io.mullion.state.SavedGroups;
import io.mullion.state.SavedRecords;
import io.mullion.state.Touch;
import java.util.List;

/// Brings left rows together with the right row of their key that has come last, at once.
///
/// Right rows are a table: a record for each key, written anew in its place, with the columns that pairs have. Left
/// rows are kept nowhere: their keys are found and not entered, and what comes out is copied from their batch. A
/// predicate on both is asked of pairs.
///
/// Time is that of the left side. At its end the table is given up.
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
final class TableJoin implements Stateful {
    private static final String TABLE = "table";
    private static final int UNKNOWN = -1;
    /// In the place of the group of a row that has met the right one.
    private static final int MET = -2;

    private final JoinOperator.Terms terms;
    private final JoinKind kind;
    /// By which the groups are told; null if there is no equality.
    private final Keys keys;
    private final OperatorContext context;
    private final MemoryAccount account;
    private final Operator next;
    private final GroupTable groups;
    private final JoinKeys leftKeys;
    private final JoinKeys rightKeys;
    private final GroupRows table;
    private final KeptColumns kept;
    private final TableOutput output;
    /// Null if there is none.
    private final RowPredicate condition;

    private final Selection taken;
    private final Selection groupIds;
    private final Selection found;
    private final Selection holding;
    private final OffHeapArray records;
    private boolean empty = true;
    private boolean ended;
    /// Whether left rows were still to come when the checkpoint was taken.
    private boolean asked;
    private long time = Long.MIN_VALUE;
    private long countedRows;
    /// Means nothing.
    private long touched;

    private TableJoin(
            JoinOperator.Terms terms, JoinInput left, JoinInput right, OperatorContext context, Operator next) {
        this.terms = terms;
        this.context = context;
        this.next = next;
        kind = terms.kind();
        keys = left.keys();
        account = context.account(terms.name());
        context.states().add("join", this);
        Scope scope = context.scope();
        groups = scope.own(GroupTable.of(keys, account));
        leftKeys = new JoinKeys(left, context, account);
        rightKeys = new JoinKeys(right, context, account);
        condition =
                terms.condition() == null ? null : new RowPredicate(terms.name(), terms.condition(), context, account);
        boolean pairs = !kind.leftOnly() || condition != null;
        kept = new KeptColumns(right.rows(), pairs ? terms.columns() : List.of());
        table = scope.own(new GroupRows(kept.schema(), account));
        output = pairs ? new TableOutput(kept.pairs(), table.cells(), context.batch(terms.pair(), account)) : null;
        taken = scope.own(new Selection(account, context.batchRows()));
        groupIds = scope.own(new Selection(account, context.batchRows()));
        found = scope.own(new Selection(account, context.batchRows()));
        holding = scope.own(new Selection(account, context.batchRows()));
        records = scope.own(new OffHeapArray(account, 8L * context.batchRows()));
    }

    /// The operators that take the rows of the left and of the right side.
    static List<Operator> of(
            JoinOperator.Terms terms, JoinInput left, JoinInput right, OperatorContext context, Operator next) {
        TableJoin join = new TableJoin(terms, left, right, context, next);
        return List.of(join.new Left(), join.new Right());
    }

    @Override
    public void writeTo(StateWriter out) {
        out.text("conditions", terms.conditions());
        out.value("ended", ended ? 1 : 0);
        if (!empty) {
            SavedGroups.write(out, groups, keys, context.batchDataBytes());
            SavedRecords.write(out, TABLE, table, groups, account);
        }
    }

    @Override
    public void readFrom(StateReader in) {
        in.require("conditions", terms.conditions());
        asked |= in.value("ended") == 0;
        if (keys == null && !in.owns(0)) {
            return;
        }
        try (SavedGroups of = SavedGroups.read(in, groups, keys, account)) {
            table.ensure(groups.groupCount());
            empty &= SavedRecords.read(in, TABLE, table, of, account) == 0;
        }
    }

    @Override
    public void restored() {
        if (asked) {
            countRows(empty ? 0 : groups.liveGroups());
        } else {
            end();
        }
    }

    private void replace(Batch batch, long active, int from, int to) {
        if (ended) {
            return;
        }
        int count = to - from;
        long rows = take(active, from, to);
        long ids = groupIds.address(batch.capacity());
        rightKeys.enter(groups, batch, rows, count, ids);
        table.ensure(groups.groupCount());
        int known = known(rows, ids, count);
        table.write(kept.of(batch.readable()), found.address(known), records.address(), known);
        empty &= known == 0;
        countRows(groups.liveGroups());
    }

    private void ask(Batch batch, long active, int from, int to) {
        int count = to - from;
        long rows = take(active, from, to);
        long ids = groupIds.address(batch.capacity());
        if (empty) {
            forget(rows, ids, count);
        } else {
            leftKeys.find(groups, batch, rows, count, ids);
        }
        if (kind == JoinKind.LEFT && condition == null) {
            handOnAll(batch, rows, ids, count);
            return;
        }
        if (kind.leftOnly() && condition == null) {
            handOnLeft(batch, rows, ids, count);
            return;
        }
        int known = known(rows, ids, count);
        touched += Touch.all(records.address(), known);
        handOnPairs(batch, known, ids);
        if (kind.leftOnly()) {
            handOnLeft(batch, rows, ids, count);
        } else if (kind.keepsLeft()) {
            handOnSingles(batch, rows, ids, count);
        }
    }

    private static void forget(long rows, long ids, int count) {
        for (int i = 0; i < count; i++) {
            RawMemory.putInt(ids + 4L * RawMemory.getInt(rows + 4L * i), UNKNOWN);
        }
    }

    private long take(long active, int from, int to) {
        long rows = taken.address(to - from);
        for (int position = from; position < to; position++) {
            RawMemory.putInt(rows + 4L * (position - from), Selection.row(active, position));
        }
        records.ensure(8L * (to - from));
        return rows;
    }

    /// Puts the rows that have a group into [#found], and where their records are.
    private int known(long rows, long ids, int count) {
        long out = found.address(count);
        long at = records.address();
        int known = 0;
        for (int i = 0; i < count; i++) {
            int row = RawMemory.getInt(rows + 4L * i);
            int group = RawMemory.getInt(ids + 4L * row);
            if (group >= 0) {
                RawMemory.putInt(out + 4L * known, row);
                RawMemory.putLong(at + 8L * known, table.at(group));
                known++;
            }
        }
        return known;
    }

    /// All rows come out, those without a partner with nulls.
    private void handOnAll(Batch batch, long rows, long ids, int count) {
        touched += Touch.all(records.address(), known(rows, ids, count));
        for (int i = 0; i < count; i++) {
            int group = RawMemory.getInt(ids + 4L * RawMemory.getInt(rows + 4L * i));
            RawMemory.putLong(records.address() + 8L * i, group < 0 ? 0 : table.at(group));
        }
        handOn(batch, rows, count);
    }

    private void handOn(Batch batch, long rows, int count) {
        for (int done = 0; done < count; ) {
            int written = output.write(batch, rows, done, count, records.address() + 8L * done);
            next.process(output.batch(), 0, 0, written);
            done += written;
        }
    }

    /// Hands on the pairs of [#found] for which the condition holds, or has their left rows marked.
    private void handOnPairs(Batch batch, int count, long ids) {
        long rows = found.address(count);
        if (condition == null) {
            handOn(batch, rows, count);
            return;
        }
        for (int done = 0; done < count; ) {
            int written = output.write(batch, rows, done, count, records.address() + 8L * done);
            long out = holding.address(written);
            int held = condition.select(output.batch(), 0, written, out);
            for (int i = 0; i < held; i++) {
                int row = RawMemory.getInt(rows + 4L * (done + RawMemory.getInt(out + 4L * i)));
                RawMemory.putInt(ids + 4L * row, MET);
            }
            if (held > 0 && !kind.leftOnly()) {
                next.process(output.batch(), out, 0, held);
            }
            done += written;
        }
    }

    /// The rows that have met, or that have not, come out as they are.
    private void handOnLeft(Batch batch, long rows, long ids, int count) {
        int selected = select(rows, ids, count, kind == JoinKind.SEMI);
        if (selected > 0) {
            next.process(batch, found.address(selected), 0, selected);
        }
    }

    private void handOnSingles(Batch batch, long rows, long ids, int count) {
        int selected = select(rows, ids, count, false);
        RawMemory.fill(records.address(), 8L * selected, (byte) 0);
        handOn(batch, found.address(selected), selected);
    }

    /// Puts the rows that have met a right row, or that have not, into [#found].
    private int select(long rows, long ids, int count, boolean met) {
        long out = found.address(count);
        int selected = 0;
        for (int i = 0; i < count; i++) {
            int row = RawMemory.getInt(rows + 4L * i);
            int group = RawMemory.getInt(ids + 4L * row);
            if (met == (condition == null ? group >= 0 : group == MET)) {
                RawMemory.putInt(out + 4L * selected++, row);
            }
        }
        return selected;
    }

    private void advance(long to) {
        if (to > time) {
            time = to;
            if (time == Long.MAX_VALUE) {
                end();
            }
            next.advance(time);
        }
    }

    /// No left row will ask any more.
    private void end() {
        ended = true;
        empty = true;
        table.close();
        countRows(0);
    }

    private void countRows(long count) {
        context.counters().rowsKept.add(count - countedRows);
        countedRows = count;
    }

    private final class Left implements Operator {
        @Override
        public void process(Batch batch, long active, int from, int to) {
            ask(batch, active, from, to);
        }

        @Override
        public void advance(long time) {
            TableJoin.this.advance(time);
        }

        @Override
        public boolean exactAtWatermark() {
            return next.exactAtWatermark();
        }

        @Override
        public void flush() {
            next.flush();
        }
    }

    private final class Right implements Operator {
        @Override
        public void process(Batch batch, long active, int from, int to) {
            replace(batch, active, from, to);
        }

        /// Left rows are answered at once, whatever time it is in the table.
        @Override
        public void advance(long time) {}

        @Override
        public void flush() {
            next.flush();
        }
    }
}
