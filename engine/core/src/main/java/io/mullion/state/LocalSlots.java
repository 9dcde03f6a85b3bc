package io.mullion.state;

import io.mullion.batch.Selection;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;

/// Numbers some of many groups: slots 0, 1, 2, ... in order of first touch, so that their rows lie side by side.
///
/// *Shape*: the groups by slot are a list; slots by group are an open-addressing table of 8-byte cells, group id + 1
/// above slot + 1. The table may be dropped at any time and is made again from the list when next asked.
/// *Ownership*: owns both; [#release] gives them back and leaves the object ready for use again. *Thread*: one.
public final class LocalSlots implements AutoCloseable {
    private static final int LEAST_CELLS = 1 << 4;
    private static final int CELL_BYTES = Long.BYTES;

    private final MemoryAccount account;
    private final OffHeapArray groups;
    private int count;
    private int groupLimit;
    /// Address of the cells, or 0 while there is no table.
    private long cells;

    private int cellCount;
    /// Groups that the first table is to have room for.
    private int expected;

    public LocalSlots(MemoryAccount account) {
        this.account = account;
        groups = new OffHeapArray(account);
    }

    /// So many groups will probably get slots: a table that has room for them at once need not grow.
    void expect(int groups) {
        expected = groups;
    }

    /// Slots given out.
    public int count() {
        return count;
    }

    /// All groups that have slots are below.
    public int groupLimit() {
        return groupLimit;
    }

    /// Address of the int32 group ids by slot, good until a group gets a slot.
    public long groups() {
        return groups.address();
    }

    /// The group that has a slot.
    public int groupOf(int slot) {
        return RawMemory.getInt(groups.address() + 4L * slot);
    }

    /// The slot of a group, or -1 if it has none.
    public int slotOf(int group) {
        if (count == 0) {
            return -1;
        }
        requireTable();
        long key = group + 1L;
        for (long at = home(key); ; at = at + 1 & cellCount - 1L) {
            long cell = RawMemory.getLong(cells + CELL_BYTES * at);
            if (cell == 0 || cell >>> 32 == key) {
                return (int) cell - 1;
            }
        }
    }

    /// Writes the slot of each active row's group; a group without a slot gets the next one.
    ///
    /// *Shape*: `active`, `from` and `to` as in [io.mullion.codegen.KeyKernel]; `groupIds` and `slots` are addresses of
    /// int32 by row number, which may be the same.
    public void translate(long groupIds, long active, int from, int to, long slots) {
        requireTable();
        int position = fill(groupIds, active, from, to, slots);
        while (position < to) {
            useTable(cellCount * 2);
            position = fill(groupIds, active, position, to, slots);
        }
    }

    /// The slot of a group, which gets the next one if it has none.
    public int meet(int group) {
        int known = slotOf(group);
        if (known >= 0) {
            return known;
        }
        requireTable();
        if (count == room(cellCount)) {
            useTable(cellCount * 2);
        }
        int slot = count++;
        RawMemory.putInt(groups.address() + 4L * slot, group);
        groupLimit = Math.max(groupLimit, group + 1);
        enter(slot);
        return slot;
    }

    /// Gives groups that have no slot the next ones. The table is lost.
    ///
    /// @param ids the groups in [from, to), or -1 for none; their slots in the end
    void append(int[] ids, int from, int to) {
        dropTable();
        groups.ensure(4L * (count + to - from));
        long list = groups.address();
        for (int i = from; i < to; i++) {
            int group = ids[i];
            if (group >= 0) {
                RawMemory.putInt(list + 4L * count, group);
                groupLimit = Math.max(groupLimit, group + 1);
                ids[i] = count++;
            }
        }
    }

    /// Gives group 0 its slot, where there is no other.
    void meetOnly() {
        if (count == 0) {
            groups.ensure(Integer.BYTES);
            RawMemory.putInt(groups.address(), 0);
            count = 1;
            groupLimit = 1;
            dropTable();
        }
    }

    /// @return the position of the first row for whose group the table has no room, or `to`
    private int fill(long groupIds, long active, int from, int to, long slots) {
        long cells = this.cells;
        long mask = cellCount - 1L;
        int shift = Long.numberOfLeadingZeros(mask);
        long list = groups.address();
        int room = room(cellCount);
        int count = this.count;
        int limit = groupLimit;
        int position = from;
        for (; position < to; position++) {
            int row = Selection.row(active, position);
            int group = RawMemory.getInt(groupIds + 4L * row);
            long key = group + 1L;
            long at = key * Hashing.GOLDEN >>> shift;
            long cell = RawMemory.getLong(cells + CELL_BYTES * at);
            while (cell >>> 32 != key && cell != 0) {
                at = at + 1 & mask;
                cell = RawMemory.getLong(cells + CELL_BYTES * at);
            }
            if (cell == 0) {
                if (count == room) {
                    break;
                }
                RawMemory.putInt(list + 4L * count, group);
                limit = Math.max(limit, group + 1);
                count++;
                cell = key << 32 | count;
                RawMemory.putLong(cells + CELL_BYTES * at, cell);
            }
            RawMemory.putInt(slots + 4L * row, (int) cell - 1);
        }
        this.count = count;
        groupLimit = limit;
        return position;
    }

    private void requireTable() {
        if (cells == 0) {
            int needed = LEAST_CELLS;
            while (room(needed) < Math.max(count, expected)) {
                needed *= 2;
            }
            expected = 0;
            useTable(needed);
        }
    }

    /// Groups that a table of so many cells takes: half full, because what a probe costs is a mispredicted collision.
    private static int room(int cellCount) {
        return cellCount / 2;
    }

    private void useTable(int newCount) {
        groups.ensure(4L * room(newCount));
        long bytes = (long) newCount * CELL_BYTES;
        long larger = account.take(bytes);
        dropTable();
        cells = larger;
        cellCount = newCount;
        RawMemory.fill(cells, bytes, (byte) 0);
        for (int slot = 0; slot < count; slot++) {
            enter(slot);
        }
    }

    /// Puts a slot into the table, which has room.
    private void enter(int slot) {
        long key = groupOf(slot) + 1L;
        long at = home(key);
        while (RawMemory.getLong(cells + CELL_BYTES * at) != 0) {
            at = at + 1 & cellCount - 1L;
        }
        RawMemory.putLong(cells + CELL_BYTES * at, key << 32 | slot + 1);
    }

    private long home(long key) {
        return key * Hashing.GOLDEN >>> Long.numberOfLeadingZeros(cellCount - 1L);
    }

    /// Gives the table back; the list stays.
    public void dropTable() {
        if (cells != 0) {
            account.give(cells, (long) cellCount * CELL_BYTES);
            cells = 0;
        }
    }

    /// Forgets all slots.
    public void release() {
        dropTable();
        groups.close();
        count = 0;
        groupLimit = 0;
    }

    @Override
    public void close() {
        release();
    }
}
