package io.mullion.bench.joins;

import io.mullion.bench.SplitMix64;
import java.util.Arrays;

/// The same joins as a person would write them for these columns only: arrays on the heap, keys that never leave the
/// table, rows in rings that forget the oldest.
final class JoinsByHand {
    private static final int SLOTS = 1 << 22;

    /// The rows of one side of the interval join, in order of time.
    private static final class Side {
        final long[] times = new long[JoinRows.RING];
        final long[] values = new long[JoinRows.RING];
        /// The number + 1 of the row before of the same key.
        final long[] before = new long[JoinRows.RING];
        /// The number + 1 of the newest row, by slot of its key.
        final long[] newest = new long[SLOTS];
        long first;
        long end;

        void forget(long before) {
            while (first < end && times[(int) first & JoinRows.RING - 1] < before) {
                first++;
            }
        }

        void add(int slot, long time, long value) {
            int at = (int) end & JoinRows.RING - 1;
            times[at] = time;
            values[at] = value;
            before[at] = newest[slot];
            newest[slot] = ++end;
        }
    }

    private final long[] keys = new long[SLOTS];
    private final boolean[] taken = new boolean[SLOTS];
    private final Side left = new Side();
    private final Side right = new Side();
    private final long[] table = new long[SLOTS];
    private long answer;

    private int slot(long key) {
        int slot = (int) (SplitMix64.mix(key) >>> 42);
        while (taken[slot] && keys[slot] != key) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }

    private int enter(long key) {
        int slot = slot(key);
        taken[slot] = true;
        keys[slot] = key;
        return slot;
    }

    long interval(JoinRows rows, long shift) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            long time = rows.times[row] + shift;
            left.forget(time - JoinRows.NEAR);
            right.forget(time - JoinRows.NEAR);
            int slot = enter(rows.lefts[row]);
            meet(right, slot, row);
            left.add(slot, time, row);
            slot = enter(rows.rights[row]);
            meet(left, slot, row);
            right.add(slot, time, row);
        }
        return answer;
    }

    private void meet(Side other, int slot, long value) {
        for (long number = other.newest[slot]; number > other.first; ) {
            int at = (int) (number - 1) & JoinRows.RING - 1;
            answer += SplitMix64.mix(value + other.values[at]);
            number = other.before[at];
        }
    }

    void load(JoinRows rows) {
        Arrays.stream(rows.domain).forEach(key -> table[enter(key)] = key >>> 7);
    }

    long table(JoinRows rows) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            int slot = slot(rows.lefts[row]);
            if (taken[slot]) {
                answer += SplitMix64.mix(row + table[slot]);
            }
        }
        return answer;
    }

    long duplicates(JoinRows rows) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            int slot = slot(rows.lefts[row]);
            if (!taken[slot]) {
                taken[slot] = true;
                keys[slot] = rows.lefts[row];
                answer += SplitMix64.mix(row);
            }
        }
        return answer;
    }
}
