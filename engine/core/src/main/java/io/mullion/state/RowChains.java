package io.mullion.state;

import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// The rows of each group, in two stores, as rings in the order in which they came: a row knows the one before and the
/// one behind it, and behind the newest comes the oldest.
///
/// *Shape*: two int32 a group, the slot + 1 of the oldest row in each store, 0 if there is none. *Ownership*: owns its
/// memory, borrows the stores. *Thread*: the worker.
public final class RowChains implements AutoCloseable {
    private final RowStore[] stores;
    private final GroupArray oldest;

    public RowChains(RowStore left, RowStore right, MemoryAccount account) {
        stores = new RowStore[] {left, right};
        oldest = new GroupArray(account, Long.BYTES, (byte) 0);
    }

    /// Makes room for group ids below `count`.
    public void ensure(int count) {
        oldest.ensure(count);
    }

    /// Gives back what is not needed for group ids below `count`.
    public void trim(int count) {
        oldest.trim(count);
    }

    /// The slot of a group's oldest row, or -1.
    public int oldest(int side, int group) {
        return RawMemory.getInt(oldest.at(group) + 4L * side) - 1;
    }

    /// Whether a group has no rows in either store.
    public boolean empty(int group) {
        return RawMemory.getLong(oldest.at(group)) == 0;
    }

    /// Puts a row behind those of its group.
    public void link(int side, int group, int slot) {
        RowStore rows = stores[side];
        long head = oldest.at(group) + 4L * side;
        int first = RawMemory.getInt(head) - 1;
        long record = rows.at(slot);
        if (first < 0) {
            RawMemory.putInt(head, slot + 1);
            RawMemory.putInt(record + RowStore.NEXT, slot);
            RawMemory.putInt(record + RowStore.PREVIOUS, slot);
            return;
        }
        long firstRecord = rows.at(first);
        int last = RawMemory.getInt(firstRecord + RowStore.PREVIOUS);
        RawMemory.putInt(rows.at(last) + RowStore.NEXT, slot);
        RawMemory.putInt(record + RowStore.PREVIOUS, last);
        RawMemory.putInt(record + RowStore.NEXT, first);
        RawMemory.putInt(firstRecord + RowStore.PREVIOUS, slot);
    }

    /// Takes a row out.
    public void unlink(int side, int slot) {
        RowStore rows = stores[side];
        long record = rows.at(slot);
        long head = oldest.at(RawMemory.getInt(record + RowStore.GROUP)) + 4L * side;
        int next = RawMemory.getInt(record + RowStore.NEXT);
        if (next == slot) {
            RawMemory.putInt(head, 0);
            return;
        }
        int previous = RawMemory.getInt(record + RowStore.PREVIOUS);
        RawMemory.putInt(rows.at(previous) + RowStore.NEXT, next);
        RawMemory.putInt(rows.at(next) + RowStore.PREVIOUS, previous);
        if (RawMemory.getInt(head) == slot + 1) {
            RawMemory.putInt(head, next + 1);
        }
    }

    @Override
    public void close() {
        oldest.close();
    }
}
