package io.mullion.window;

import java.util.Arrays;

/// A list of slots that grows and is used again and again. *Thread*: one.
final class SlotList {
    private int[] slots = new int[64];
    /// Of the slots, while they are sorted.
    private long[] ends = {};

    private int count;

    int count() {
        return count;
    }

    int at(int index) {
        return slots[index];
    }

    void add(int slot) {
        if (count == slots.length) {
            slots = Arrays.copyOf(slots, count * 2);
        }
        slots[count++] = slot;
    }

    void clear() {
        count = 0;
    }

    /// Sorts by end, then by start, then by slot: a heap sort, which needs little room and is never slow.
    void sortByEnd(SlotStore sessions) {
        if (ends.length < count) {
            ends = new long[slots.length];
        }
        for (int i = 0; i < count; i++) {
            ends[i] = sessions.end(slots[i]);
        }
        for (int i = count / 2 - 1; i >= 0; i--) {
            sift(sessions, i, count, slots[i], ends[i]);
        }
        for (int last = count - 1; last > 0; last--) {
            int slot = slots[last];
            long end = ends[last];
            slots[last] = slots[0];
            ends[last] = ends[0];
            sift(sessions, 0, last, slot, end);
        }
    }

    /// Puts a slot where it belongs in the heap below `from`.
    private void sift(SlotStore sessions, int from, int count, int slot, long end) {
        int at = from;
        for (int child = 2 * at + 1; child < count; child = 2 * at + 1) {
            if (child + 1 < count && before(sessions, slots[child], ends[child], slots[child + 1], ends[child + 1])) {
                child++;
            }
            if (!before(sessions, slot, end, slots[child], ends[child])) {
                break;
            }
            slots[at] = slots[child];
            ends[at] = ends[child];
            at = child;
        }
        slots[at] = slot;
        ends[at] = end;
    }

    private static boolean before(SlotStore sessions, int a, long endOfA, int b, long endOfB) {
        if (endOfA != endOfB) {
            return endOfA < endOfB;
        }
        int byStart = Long.compare(sessions.start(a), sessions.start(b));
        return byStart != 0 ? byStart < 0 : a < b;
    }
}
