package io.mullion.keyed;

import io.mullion.batch.Batch;
import io.mullion.batch.BatchAllocator;
import io.mullion.batch.BatchRows;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowText;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.codegen.KeyKernel;
import io.mullion.io.RowView;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;
import io.mullion.state.SavedGroups;
import io.mullion.state.StateRows;

/// The keys of an operation as dense group ids, and back.
///
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
final class KeyedGroups implements AutoCloseable {
    final GroupTable table;
    private final KeyedColumns columns;
    private final MemoryAccount account;
    private final RunningKernel<KeyKernel> find;
    private final Selection idRoom;
    private final BatchAllocator allocator;
    private final int keyBytes;

    /// One row, for the key that is asked for; null until one is.
    private Batch shown;

    private BatchRows shownRows;
    private final OffHeapArray shownGroup;

    KeyedGroups(KeyedColumns columns, OperatorContext context, MemoryAccount account) {
        this.columns = columns;
        this.account = account;
        find = new RunningKernel<>("keys of " + columns.name(), columns.keys().find(), context, account);
        table = context.scope().own(GroupTable.of(columns.keys(), account));
        idRoom = context.scope().own(new Selection(account, context.batchRows()));
        allocator = context.scope().own(new BatchAllocator(account));
        keyBytes = context.batchDataBytes();
        context.scope().own(this);
        shownGroup = context.scope().own(new OffHeapArray(account, Integer.BYTES));
    }

    /// @return address of int32 group ids by row number
    long lookUp(Batch batch, long active, int from, int to) {
        long groupIds = idRoom.address(batch.capacity());
        lookUp(batch, active, from, to, groupIds);
        return groupIds;
    }

    /// The group of the only row of a batch goes to `groupId`.
    void lookUp(Batch batch, long groupId) {
        lookUp(batch.readableRows(1), 0, 0, 1, groupId);
    }

    private void lookUp(Batch batch, long active, int from, int to, long groupIds) {
        try {
            table.lookUp(batch.readable(), active, from, to, groupIds);
        } catch (Exception | AssertionError e) {
            throw find.failed(e);
        }
    }

    /// The key of a group, good until the next call.
    RowView key(int group) {
        show(group);
        return shownRows.show(shown, 0, 1).row(0);
    }

    /// The same in words.
    String keyText(int group) {
        show(group);
        return RowText.of(shown, 0);
    }

    /// Forgets all keys, and their states.
    void clear(StateRows states) {
        for (int group = table.groupCount() - 1; group >= 0; group--) {
            if (table.has(group)) {
                states.remove(group);
                table.free(group);
            }
        }
    }

    void writeTo(StateWriter out) {
        SavedGroups.write(out, table, columns.keys(), keyBytes);
    }

    SavedGroups readFrom(StateReader in) {
        return SavedGroups.read(in, table, columns.keys(), account);
    }

    @Override
    public void close() {
        if (shown != null) {
            shown.close();
            shown = null;
        }
    }

    private void show(int group) {
        if (shown == null) {
            shown = allocator.batch(columns.key(), 1, keyBytes);
            shownRows = new BatchRows(columns.key());
        }
        shown.clear();
        RawMemory.putInt(shownGroup.address(), group);
        table.writeKeys(shownGroup.address(), 1, shown.writable(), 0, 0);
        shown.readableRows(1);
    }
}
