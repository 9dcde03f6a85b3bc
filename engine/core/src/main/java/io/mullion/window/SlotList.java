package io.mullion.window;

import java.util.Arrays;

/// A list of slots that grows and is used again and again. *Thread*: one.
final class SlotList {
    private int[] slots = new int[64];
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

    /// Sorts by end, then by start, then by slot: a heap sort, which needs no room and is never slow.
    void sortByEnd(SlotStore sessions) {
        for (int i = count / 2 - 1; i >= 0; i--) {
            sift(sessions, i, count);
        }
        for (int end = count - 1; end > 0; end--) {
            int greatest = slots[0];
            slots[0] = slots[end];
            slots[end] = greatest;
            sift(sessions, 0, end);
        }
    }

    private void sift(SlotStore sessions, int from, int end) {
        int slot = slots[from];
        int at = from;
        for (int child = 2 * at + 1; child < end; child = 2 * at + 1) {
            if (child + 1 < end && before(sessions, slots[child], slots[child + 1])) {
                child++;
            }
            if (!before(sessions, slot, slots[child])) {
                break;
            }
            slots[at] = slots[child];
            at = child;
        }
        slots[at] = slot;
    }

    private static boolean before(SlotStore sessions, int a, int b) {
        int byEnd = Long.compare(sessions.end(a), sessions.end(b));
        int byStart = byEnd != 0 ? byEnd : Long.compare(sessions.start(a), sessions.start(b));
        return byStart != 0 ? byStart < 0 : a < b;
    }
}
