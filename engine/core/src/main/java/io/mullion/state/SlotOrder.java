package io.mullion.state;

import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import java.util.Arrays;

/// Puts the slots of a pane in an order near to that of their groups. Slots are given out in the order of rows, which
/// is random to groups; whoever goes from rows by slot to rows by group would miss the cache and the page tables at
/// each of them, several times for each pane.
///
/// *Shape*: one counting sort by the upper bits of the group: what has these in common lies in the cache.
/// *Ownership*: owns its memory, and what it has of rows only during a call. *Thread*: the worker.
final class SlotOrder implements AutoCloseable {
    /// As many stretches of groups as there are places to write to at a time.
    private static final int STRETCH_BITS = 10;

    private final int[] nexts = new int[(1 << STRETCH_BITS) + 1];
    private final OffHeapArray groups;
    /// By slot: the one that it becomes.
    private final OffHeapArray places;

    private final AccumulatorPages ordered;
    private final RowForm form;

    SlotOrder(RowForm form, MemoryAccount account) {
        this.form = form;
        groups = new OffHeapArray(account);
        places = new OffHeapArray(account);
        ordered = form.rows(account);
    }

    /// Gives the groups of `slots` other slots, and `rows` the same order. The table of the slots is lost.
    void order(LocalSlots slots, AccumulatorPages rows) {
        int count = slots.count();
        long from = slots.groups();
        int shift = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(slots.groupLimit() - 1) - STRETCH_BITS);
        if (ordered(from, count, shift)) {
            return;
        }
        Arrays.fill(nexts, 0);
        for (int slot = 0; slot < count; slot++) {
            nexts[(RawMemory.getInt(from + 4L * slot) >>> shift) + 1]++;
        }
        for (int i = 1; i < nexts.length; i++) {
            nexts[i] += nexts[i - 1];
        }
        groups.ensure(4L * count);
        places.ensure(4L * count);
        for (int slot = 0; slot < count; slot++) {
            int group = RawMemory.getInt(from + 4L * slot);
            int place = nexts[group >>> shift]++;
            RawMemory.putInt(groups.address() + 4L * place, group);
            RawMemory.putInt(places.address() + 4L * slot, place);
        }
        ordered.ensureGroups(count);
        ordered.permute(rows, places.address(), count, form.combine());
        slots.dropTable();
        RawMemory.copy(groups.address(), from, 4L * count);
        rows.exchange(ordered);
        ordered.release();
    }

    /// Whether it is so already, as in panes that a checkpoint had in order.
    private static boolean ordered(long groups, int count, int shift) {
        for (int slot = 1; slot < count; slot++) {
            if (RawMemory.getInt(groups + 4L * slot) >>> shift < RawMemory.getInt(groups + 4L * slot - 4) >>> shift) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        groups.close();
        places.close();
        ordered.release();
    }
}
