package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;
import java.util.List;

/// The groups of the rows of one side of a join: of those that can meet a row of the other side, because no key is null
/// that must not be and the predicate on this side alone holds.
///
/// *Ownership*: what it holds belongs to the job's scope. *Thread*: the worker.
final class JoinKeys {
    private final JoinInput input;
    /// Null if there is none.
    private final RowPredicate alone;

    private final Selection joinable;
    private final Selection passed;
    private final OffHeapArray ones;
    private final ColumnAddresses keyColumns;

    JoinKeys(JoinInput input, OperatorContext context, MemoryAccount account) {
        this.input = input;
        Scope scope = context.scope();
        alone = input.alone() == null ? null : new RowPredicate(input.name(), input.alone(), context, account);
        joinable = scope.own(new Selection(account, context.batchRows()));
        passed = scope.own(new Selection(account, context.batchRows()));
        ones = scope.own(new OffHeapArray(account));
        keyColumns = new ColumnAddresses(input.rows().size());
    }

    /// Writes the groups of rows by row number, -1 for those that can meet no other. Keys that are new are entered.
    ///
    /// @param rows address of int32 row numbers
    void enter(GroupTable groups, Batch batch, long rows, int count, long ids) {
        lookUp(groups, batch, rows, count, ids, true);
    }

    /// The same, but rows with keys that are new can meet no other either.
    void find(GroupTable groups, Batch batch, long rows, int count, long ids) {
        lookUp(groups, batch, rows, count, ids, false);
    }

    private void lookUp(GroupTable groups, Batch batch, long rows, int count, long ids, boolean entering) {
        long asked = rows;
        int askedCount = count;
        if (alone != null || !input.strictKeys().isEmpty()) {
            for (int i = 0; i < count; i++) {
                RawMemory.putInt(ids + 4L * RawMemory.getInt(rows + 4L * i), -1);
            }
            asked = joinable.address(count);
            askedCount = withKeys(batch, rows, count, asked);
            if (alone != null) {
                long out = passed.address(askedCount);
                askedCount = alone.select(batch, asked, askedCount, out);
                asked = out;
            }
        }
        if (input.keys() == null) {
            for (int i = 0; i < askedCount; i++) {
                RawMemory.putInt(ids + 4L * RawMemory.getInt(asked + 4L * i), 0);
            }
        } else if (askedCount > 0 && entering) {
            groups.lookUp(input.keys(), keyColumns(batch), asked, 0, askedCount, ids);
        } else if (askedCount > 0) {
            groups.find(input.keys(), keyColumns(batch), asked, 0, askedCount, ids);
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
}
