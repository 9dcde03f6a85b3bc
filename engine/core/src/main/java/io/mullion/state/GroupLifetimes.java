package io.mullion.state;

import io.mullion.batch.Selection;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import java.util.function.IntPredicate;

/// Knows for each group the last pane that mentions it, and so which groups end when a pane retires.
///
/// A group is noted when its key is new, when a pane that has it is sealed, and when rows come late to a sealed pane;
/// open panes are asked when it comes to it. What was given to [#ended] stays ended: the owner resets what it keeps of
/// these groups and frees their ids before it looks up the next row.
/// *Ownership*: owns its memory. *Thread*: the worker.
public final class GroupLifetimes implements AutoCloseable {
    /// The number of the last pane, made unsigned; 0 where none is known.
    private final GroupArray lastPanes;
    private final MemoryAccount account;
    private final OffHeapArray ended;
    private int endedCount;

    GroupLifetimes(MemoryAccount account) {
        this.account = account;
        lastPanes = new GroupArray(account, Long.BYTES, (byte) 0);
        ended = new OffHeapArray(account);
    }

    /// The groups that the table's last look-up made are of rows for this pane.
    public void born(GroupTable groups, long pane) {
        int count = groups.newGroupCount();
        for (int i = 0; i < count; i++) {
            note(RawMemory.getInt(groups.newGroups() + 4L * i), pane);
        }
    }

    /// Rows came to a pane that is sealed.
    void late(long groupIds, long active, int from, int to, long pane) {
        for (int position = from; position < to; position++) {
            note(RawMemory.getInt(groupIds + 4L * Selection.row(active, position)), pane);
        }
    }

    /// Groups in [from, to) that a checkpoint has in a pane; -1 for none.
    ///
    /// @param groupCount all are below
    void restored(int[] groups, int from, int to, int groupCount, long pane) {
        lastPanes.ensure(groupCount);
        long unsigned = unsigned(pane);
        for (int i = from; i < to; i++) {
            if (groups[i] >= 0) {
                raise(lastPanes.at(groups[i]), unsigned);
            }
        }
    }

    /// Takes what another thread restores, until it is [#add]ed to these.
    GroupLifetimes beside() {
        return new GroupLifetimes(account);
    }

    /// Adds groups that a checkpoint has in other panes.
    void add(GroupLifetimes restored) {
        int groups = restored.lastPanes.capacity();
        lastPanes.ensure(groups);
        for (int group = 0; group < groups; group++) {
            raise(lastPanes.at(group), RawMemory.getLong(restored.lastPanes.at(group)));
        }
    }

    /// The pane is sealed.
    void sealed(Pane pane) {
        int slotCount = pane.slotCount();
        long unsigned = unsigned(pane.index);
        if (pane.compact()) {
            lastPanes.ensure(pane.groupLimit());
            for (int slot = 0; slot < slotCount; slot++) {
                raise(lastPanes.at(pane.groupOf(slot)), unsigned);
            }
            return;
        }
        for (int slot = 0; slot < slotCount; slot++) {
            if (pane.rows.has(slot)) {
                lastPanes.ensure(slot + 1);
                raise(lastPanes.at(slot), unsigned);
            }
        }
    }

    private void note(int group, long pane) {
        lastPanes.ensure(group + 1);
        raise(lastPanes.at(group), unsigned(pane));
    }

    private static void raise(long at, long unsigned) {
        if (Long.compareUnsigned(RawMemory.getLong(at), unsigned) < 0) {
            RawMemory.putLong(at, unsigned);
        }
    }

    /// In the order of int64, above 0. The first two panes that there can be are taken for the second.
    private static long unsigned(long pane) {
        return Math.max(pane, Long.MIN_VALUE + 1) ^ Long.MIN_VALUE;
    }

    /// Lists the groups of the oldest pane, about to retire, that no other pane mentions.
    void retiring(PaneDeque panes) {
        endedCount = 0;
        Pane pane = panes.at(0);
        if (pane.index == Long.MIN_VALUE) {
            return;
        }
        long last = unsigned(pane.index);
        // Of a dense pane all groups are looked at, for some may be new with rows that a predicate kept out of it.
        int slotCount = pane.compact() ? pane.slotCount() : Math.min(pane.slotCount(), lastPanes.capacity());
        for (int slot = 0; slot < slotCount; slot++) {
            int group = pane.groupOf(slot);
            if (group < lastPanes.capacity()
                    && RawMemory.getLong(lastPanes.at(group)) == last
                    && !panes.openPaneMentions(group)) {
                end(group);
            }
        }
    }

    private void end(int group) {
        RawMemory.putLong(lastPanes.at(group), 0);
        ended.ensure(4L * (endedCount + 1));
        RawMemory.putInt(ended.address() + 4L * endedCount, group);
        endedCount++;
    }

    /// How many groups ended with the pane that retired last.
    public int endedCount() {
        return endedCount;
    }

    /// Address of their int32 ids.
    public long ended() {
        return ended.address();
    }

    /// Whether a pane that is sealed has, or had, rows of a group that has not ended.
    boolean knows(int group) {
        return group < lastPanes.capacity() && RawMemory.getLong(lastPanes.at(group)) != 0;
    }

    /// Gives the ids of the ended groups back to their table.
    ///
    /// @param elsewhere whether something else still mentions a group, and frees it later
    public void free(GroupTable groups, IntPredicate elsewhere) {
        for (int i = 0; i < endedCount; i++) {
            int group = RawMemory.getInt(ended.address() + 4L * i);
            if (!elsewhere.test(group)) {
                groups.free(group);
            }
        }
        endedCount = 0;
        lastPanes.trim(groups.groupCount());
    }

    @Override
    public void close() {
        lastPanes.close();
        ended.close();
    }
}
