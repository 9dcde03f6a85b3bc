package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.codegen.Keys;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;
import io.mullion.state.GroupedRows;
import io.mullion.state.RowCells;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// What one join of one worker has of a table that is given: the rows that it asks, those that were loaded since, and
/// those on their way.
///
/// Who loads looks keys up and writes the records, beside the worker, so that this one takes a table of any size by
/// the exchange of a reference.
/// *Thread*: [#begin], [#add], [#become] and [#giveUp] that of who loads, [#renew] and [#release] the worker.
/// *Ownership*: owns the rows.
final class GivenRows implements AutoCloseable {
    /// A whole table.
    ///
    /// @param refused rows for which the predicate on this side could not be computed
    record Loaded(GroupTable groups, GroupedRows rows, List<DeadLetter> refused) implements AutoCloseable {
        @Override
        public void close() {
            rows.close();
            groups.close();
        }
    }

    private final Keys keys;
    private final KeptColumns kept;
    private final RowCells cells;
    private final MemoryAccount account;
    private final JoinKeys rightKeys;
    private final Selection taken;
    private final Selection groupIds;
    private final Selection added;
    private final AtomicReference<Loaded> loaded = new AtomicReference<>();
    /// Null while nobody loads.
    private Loaded loading;

    private List<DeadLetter> refused;
    /// Null until the worker has asked.
    private Loaded current;

    /// @param keys by which the groups are told; null if there is no equality
    /// @param account is charged for the rows
    GivenRows(Keys keys, JoinInput right, KeptColumns kept, OperatorContext context, MemoryAccount account) {
        this.keys = keys;
        this.kept = kept;
        cells = GroupedRows.cells(kept.schema());
        this.account = account;
        // The handler of dead letters belongs to the worker.
        OperatorContext beside = context.withDeadLetters(letter -> refused.add(letter));
        Scope scope = context.scope();
        rightKeys = new JoinKeys(right, beside, account);
        taken = scope.own(new Selection(account, context.batchRows()));
        groupIds = scope.own(new Selection(account, context.batchRows()));
        added = scope.own(new Selection(account, context.batchRows()));
    }

    /// Reads the cells of records.
    RowCells cells() {
        return cells;
    }

    void begin() {
        refused = new ArrayList<>();
        loading = new Loaded(GroupTable.of(keys, account), new GroupedRows(cells, account), refused);
    }

    /// Adds rows to those that are being loaded.
    void add(Batch batch, long active, int from, int to) {
        int count = to - from;
        long rows = taken.address(count);
        for (int position = from; position < to; position++) {
            RawMemory.putInt(rows + 4L * (position - from), Selection.row(active, position));
        }
        long ids = groupIds.address(batch.capacity());
        rightKeys.enter(loading.groups(), batch, rows, count, ids);
        loading.rows()
                .add(
                        kept.of(batch.readable()),
                        rows,
                        count,
                        ids,
                        added.address(count),
                        loading.groups().groupCount());
    }

    /// The rows are whole; those that the worker has not taken are forgotten.
    void become() {
        loading.rows().seal();
        Loaded before = loaded.getAndSet(loading);
        loading = null;
        if (before != null) {
            before.close();
        }
    }

    /// Lets go of what has not become the table.
    void giveUp() {
        if (loading != null) {
            loading.close();
            loading = null;
        }
    }

    /// Has the rows that were loaded last take the place of those before.
    ///
    /// @return whether there were any
    boolean renew() {
        if (loaded.get() == null) {
            return false;
        }
        Loaded fresh = loaded.getAndSet(null);
        release();
        current = fresh;
        return true;
    }

    /// Those that are asked.
    Loaded current() {
        return current;
    }

    /// Nobody will ask any more.
    void release() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    @Override
    public void close() {
        giveUp();
        Loaded untaken = loaded.getAndSet(null);
        if (untaken != null) {
            untaken.close();
        }
        release();
    }
}
