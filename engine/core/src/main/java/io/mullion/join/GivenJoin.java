package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.GatheredBatch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.PassingOperator;
import io.mullion.batch.Selection;
import io.mullion.batch.Turn;
import io.mullion.codegen.Keys;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.spec.JoinKind;
import io.mullion.state.GroupedRows;
import io.mullion.state.Touch;
import java.util.List;

/// Brings left rows together with all rows of their key in a table that is given, at once.
///
/// Left rows are kept nowhere: their keys are found, and what comes out is copied from their batch. A predicate on both
/// is asked of pairs. Where rows meet so many that the turn is spent, those that are not answered are copied and wait,
/// and with them what comes behind and the time.
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
final class GivenJoin implements PassingOperator, Turn.Suspended {
    private static final int UNKNOWN = -1;
    /// In the place of the group of a row that has met a right one.
    private static final int MET = -2;
    /// Rows that wait and are looked up again at once.
    private static final int RESUMED_ROWS = 256;

    private final JoinKind kind;
    private final Keys keys;
    private final OperatorContext context;
    private final Turn turn;
    private final Operator next;
    private final GivenRows table;
    private final JoinKeys leftKeys;
    /// Null if nobody asks for pairs.
    private final TableOutput output;
    /// Null if there is none.
    private final RowPredicate condition;

    private final Selection taken;
    private final Selection groupIds;
    private final Selection found;
    private final Selection holding;
    private final Selection pairRows;
    private final OffHeapArray pairRecords;
    private int pairCount;
    /// Pairs of the rows at hand that the turn is not charged for.
    private int free;

    /// Rows that were not answered, from [#answered] on.
    private final GatheredBatch waiting;

    private int answered;
    /// The record that the first of them meets next, 0 if it has met none.
    private long cursor;
    /// Whether it has met one for which the condition holds.
    private boolean cursorMet;
    /// Whether time waits behind them, and which.
    private boolean timeWaits;

    private long waitingTime;
    private long countedRows;
    /// Means nothing.
    private long touched;

    GivenJoin(
            JoinOperator.Terms terms,
            JoinInput left,
            JoinInput right,
            GivenTable given,
            OperatorContext context,
            Operator next) {
        this.context = context;
        this.next = next;
        turn = context.turn();
        kind = terms.kind();
        keys = left.keys();
        MemoryAccount account = context.account(terms.name());
        Scope scope = context.scope();
        condition =
                terms.condition() == null ? null : new RowPredicate(terms.name(), terms.condition(), context, account);
        boolean pairs = !kind.leftOnly() || condition != null;
        KeptColumns kept = new KeptColumns(right.rows(), pairs ? terms.columns() : List.of());
        table = new GivenRows(keys, right, kept, context, given.account());
        output = pairs ? new TableOutput(kept.pairs(), table.cells(), context.batch(terms.pair(), account)) : null;
        leftKeys = new JoinKeys(left, context, account);
        taken = scope.own(new Selection(account, context.batchRows()));
        groupIds = scope.own(new Selection(account, context.batchRows()));
        found = scope.own(new Selection(account, context.batchRows()));
        holding = scope.own(new Selection(account, context.batchRows()));
        pairRows = scope.own(new Selection(account, context.batchRows()));
        pairRecords = scope.own(new OffHeapArray(account, 8L * context.batchRows()));
        waiting = scope.own(new GatheredBatch(left.rows(), context, account));
        given.addReader(table);
        // Before any of that is closed nobody may load any more.
        scope.own(given);
    }

    @Override
    public Operator next() {
        return next;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        if (waiting.rowCount() > 0) {
            waiting.add(batch, active, from, to);
            return;
        }
        renew();
        int count = to - from;
        long rows = take(active, from, to);
        free = count;
        int done = answer(batch, rows, count);
        if (done < count) {
            waiting.add(batch, rows, done, count);
            turn.suspend(this);
        }
    }

    @Override
    public boolean resume() {
        while (answered < waiting.rowCount()) {
            if (turn.spent()) {
                return false;
            }
            int to = Math.min(waiting.rowCount(), answered + RESUMED_ROWS);
            free = 0;
            answered += answer(waiting.rows(), take(0, answered, to), to - answered);
        }
        waiting.clear();
        answered = 0;
        if (timeWaits) {
            timeWaits = false;
            advance(waitingTime);
        }
        return true;
    }

    /// Left rows are answered at once: time goes on as it comes.
    @Override
    public void advance(long time) {
        if (waiting.rowCount() > 0) {
            timeWaits = true;
            waitingTime = time;
            return;
        }
        renew();
        if (time == Long.MAX_VALUE) {
            table.release();
            countRows(0);
        }
        next.advance(time);
    }

    private void renew() {
        if (table.renew()) {
            GivenRows.Loaded fresh = table.current();
            fresh.refused().forEach(context.deadLetters());
            fresh.refused().clear();
            countRows(fresh.rows().rowCount());
        }
    }

    private void countRows(long count) {
        context.counters().rowsKept.add(count - countedRows);
        countedRows = count;
    }

    private long take(long active, int from, int to) {
        long rows = taken.address(to - from);
        for (int position = from; position < to; position++) {
            RawMemory.putInt(rows + 4L * (position - from), Selection.row(active, position));
        }
        return rows;
    }

    /// Hands on what rows meet, until all are answered or the turn is spent.
    ///
    /// @param rows address of int32 row numbers
    /// @return how many are answered; of the next one, what [#cursor] says
    private int answer(Batch batch, long rows, int count) {
        long ids = groupIds.address(batch.capacity());
        find(batch, rows, count, ids);
        if (output == null) {
            handOnLeft(batch, rows, ids, count);
            return count;
        }
        touchFirsts(rows, ids, count);
        int done = pair(batch, rows, ids, count);
        if (condition != null && kind.leftOnly()) {
            handOnLeft(batch, rows, ids, done);
        } else if (condition != null && kind.keepsLeft()) {
            handOnSingles(batch, rows, ids, done);
        }
        return done;
    }

    private void find(Batch batch, long rows, int count, long ids) {
        GivenRows.Loaded at = table.current();
        if (at.rows().rowCount() > 0) {
            leftKeys.find(at.groups(), batch, rows, count, ids);
            return;
        }
        for (int i = 0; i < count; i++) {
            RawMemory.putInt(ids + 4L * RawMemory.getInt(rows + 4L * i), UNKNOWN);
        }
    }

    private void touchFirsts(long rows, long ids, int count) {
        GroupedRows right = table.current().rows();
        pairRecords.ensure(8L * count);
        long at = pairRecords.address();
        int known = 0;
        for (int i = 0; i < count; i++) {
            int group = RawMemory.getInt(ids + 4L * RawMemory.getInt(rows + 4L * i));
            if (group >= 0) {
                RawMemory.putLong(at + 8L * known++, right.first(group));
            }
        }
        touched += Touch.all(at, known);
    }

    /// Hands on the pairs of rows, and, where no condition has to be asked first, the left rows without one.
    ///
    /// @return how many rows have met all that they can
    private int pair(Batch batch, long rows, long ids, int count) {
        GroupedRows right = table.current().rows();
        int most = context.batchRows();
        boolean single = kind == JoinKind.LEFT && condition == null;
        long outRows = pairRows.address(most);
        long outRecords = pairRecords.address();
        long record = cursor;
        cursor = 0;
        if (cursorMet) {
            RawMemory.putInt(ids + 4L * RawMemory.getInt(rows), MET);
            cursorMet = false;
        }
        int i = 0;
        while (i < count) {
            int row = RawMemory.getInt(rows + 4L * i);
            int group = RawMemory.getInt(ids + 4L * row);
            if (record == 0 && group >= 0) {
                record = right.first(group);
            }
            if (record != 0 || single) {
                RawMemory.putInt(outRows + 4L * pairCount, row);
                RawMemory.putLong(outRecords + 8L * pairCount, record);
                pairCount++;
                record = record == 0 ? 0 : GroupedRows.next(record);
            }
            boolean full = pairCount == most;
            if (full) {
                handOnPairs(batch, ids);
                if (kind.leftOnly() && RawMemory.getInt(ids + 4L * row) == MET) {
                    record = 0;
                }
            }
            if (record == 0) {
                i++;
            }
            if (full && turn.spent() && i < count) {
                cursor = record;
                cursorMet = record != 0 && RawMemory.getInt(ids + 4L * row) == MET;
                return i;
            }
        }
        handOnPairs(batch, ids);
        return count;
    }

    /// Hands on the pairs for which the condition holds, or has their left rows marked.
    private void handOnPairs(Batch batch, long ids) {
        long rows = pairRows.address(pairCount);
        for (int done = 0; done < pairCount; ) {
            int written = output.write(batch, rows, done, pairCount, pairRecords.address() + 8L * done);
            if (condition == null) {
                next.process(output.batch(), 0, 0, written);
            } else {
                handOnHolding(rows + 4L * done, ids, written);
            }
            done += written;
        }
        turn.spend(Math.max(0, pairCount - free));
        free = Math.max(0, free - pairCount);
        pairCount = 0;
    }

    private void handOnHolding(long rows, long ids, int count) {
        long out = holding.address(count);
        int held = condition.select(output.batch(), 0, count, out);
        for (int i = 0; i < held; i++) {
            int row = RawMemory.getInt(rows + 4L * RawMemory.getInt(out + 4L * i));
            RawMemory.putInt(ids + 4L * row, MET);
        }
        if (held > 0 && !kind.leftOnly()) {
            next.process(output.batch(), out, 0, held);
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
        RawMemory.fill(pairRecords.address(), 8L * selected, (byte) 0);
        for (int done = 0; done < selected; ) {
            int written = output.write(batch, found.address(selected), done, selected, pairRecords.address());
            next.process(output.batch(), 0, 0, written);
            done += written;
        }
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
}
