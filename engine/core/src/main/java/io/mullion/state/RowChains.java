package io.mullion.state;

import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// The rows of each group, in two stores, as rings in the order in which they came: a row knows the one before and the
/// one behind it, and behind the newest comes the oldest.
///
/// *Shape*: two int32 a group, the slot + 1 of the oldest row in each store, 0 if there is none. *Ownership*: owns its
/// memory, borrows the stores. *Thread*: the worker.
public final class RowChains implements AutoCloseable {
    /// Groups whose rings are touched at once: so few that the records stay in the first or second cache.
    public static final int TOUCHED = 256;

    private final RowStore[] stores;
    private final GroupArray oldest;
    /// Of groups whose rings are touched.
    private final long[] heads = new long[TOUCHED];

    private final int[] firsts = new int[TOUCHED];

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

    /// Loads what will be asked of the rings of some groups, each kind in a loop of its own, so that the misses of the
    /// cache overlap: one by one on the way from row to row they would cost several times as much.
    ///
    /// @param groups address of int32 group ids, [#TOUCHED] at most; those below 0 have none
    /// @return a sum that means nothing, but that the loads are needed
    public long touch(long groups, int count) {
        for (int i = 0; i < count; i++) {
            int group = RawMemory.getInt(groups + 4L * i);
            heads[i] = group < 0 ? 0 : RawMemory.getLong(oldest.at(group));
        }
        long sum = 0;
        for (int side = 0; side < stores.length; side++) {
            RowStore rows = stores[side];
            int firstCount = 0;
            for (int i = 0; i < count; i++) {
                int first = (int) (heads[i] >>> Integer.SIZE * side) - 1;
                if (first >= 0) {
                    sum += rows.touch(first);
                    firsts[firstCount++] = first;
                }
            }
            for (int i = 0; i < firstCount; i++) {
                long record = rows.at(firsts[i]);
                sum += rows.touch(RawMemory.getInt(record + RowStore.NEXT));
                sum += rows.touch(RawMemory.getInt(record + RowStore.PREVIOUS));
            }
        }
        return sum;
    }

    /// The same for taking rows out: slots [from, to), [#TOUCHED] at most.
    public long touch(int side, int[] slots, int from, int to) {
        RowStore rows = stores[side];
        long sum = 0;
        for (int i = from; i < to; i++) {
            long record = rows.at(slots[i]);
            int group = RawMemory.getInt(record + RowStore.GROUP);
            if (group >= 0) {
                sum += RawMemory.getLong(oldest.at(group));
                sum += rows.touch(RawMemory.getInt(record + RowStore.NEXT));
                sum += rows.touch(RawMemory.getInt(record + RowStore.PREVIOUS));
            }
        }
        return sum;
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
