package io.mullion.bench.joins;

import io.mullion.bench.rows.SplitMix64;

/// The rows of each side are a ring in order of time that forgets its oldest ones; those of a key are chained from its
/// slot, newest first, and the chain ends where the ring does. Keys without rows leave when the table is crowded.
final class IntervalByHand implements ByHand {
    /// Of a slot: the key, 1, the newest left row, the newest right row.
    private static final int WIDTH = 4;

    private static final int LEFT = 2;
    private static final int RIGHT = 3;
    private static final int RING = 1 << 20;

    /// The rows of one side. A row's number is how many there were up to it, so that 0 is none.
    private static final class Side {
        private final long[] times = new long[RING];
        /// The value, and the number of the row before of the same key.
        private final long[] rows = new long[2 * RING];
        /// Rows up to this number have left.
        private long gone;
        private long newest;

        void forget(long before) {
            while (gone < newest && times[(int) (gone + 1) & RING - 1] < before) {
                gone++;
            }
        }

        long add(long time, long value, long rowBefore) {
            int at = (int) ++newest & RING - 1;
            times[at] = time;
            rows[2 * at] = value;
            rows[2 * at + 1] = rowBefore;
            return newest;
        }
    }

    private HandTable table = new HandTable(WIDTH);
    private HandTable spare = new HandTable(WIDTH);
    private int keys;
    private final Side left = new Side();
    private final Side right = new Side();
    private long watermark = Long.MIN_VALUE;
    private long answer;

    @Override
    public long rows(JoinRows rows, long shift) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            long time = rows.times[row] + shift;
            if (time < watermark) {
                continue;
            }
            if (time > watermark) {
                watermark = time;
                left.forget(time - JoinRows.NEAR);
                right.forget(time - JoinRows.NEAR);
            }
            int slot = enter(rows.lefts[row]);
            meet(right, table.words[slot + RIGHT], row);
            table.words[slot + LEFT] = left.add(time, row, table.words[slot + LEFT]);
            slot = enter(rows.rights[row]);
            meet(left, table.words[slot + LEFT], row);
            table.words[slot + RIGHT] = right.add(time, row, table.words[slot + RIGHT]);
        }
        return answer;
    }

    private void meet(Side other, long newest, long value) {
        for (long number = newest; number > other.gone; ) {
            int at = (int) number & RING - 1;
            answer += SplitMix64.mix(value + other.rows[2 * at]);
            number = other.rows[2 * at + 1];
        }
    }

    private int enter(long key) {
        int slot = table.at(key);
        if (table.words[slot + 1] != 0) {
            return slot;
        }
        if (keys > HandTable.SLOTS * 3 / 4) {
            forgetKeys();
            slot = table.at(key);
        }
        keys++;
        set(table, slot, key, 0, 0);
        return slot;
    }

    private void forgetKeys() {
        spare.clear();
        keys = 0;
        long[] words = table.words;
        for (int slot = 0; slot < words.length; slot += WIDTH) {
            if (words[slot + 1] != 0 && (words[slot + LEFT] > left.gone || words[slot + RIGHT] > right.gone)) {
                set(spare, spare.at(words[slot]), words[slot], words[slot + LEFT], words[slot + RIGHT]);
                keys++;
            }
        }
        HandTable old = table;
        table = spare;
        spare = old;
    }

    private static void set(HandTable table, int slot, long key, long left, long right) {
        table.words[slot] = key;
        table.words[slot + 1] = 1;
        table.words[slot + LEFT] = left;
        table.words[slot + RIGHT] = right;
    }
}
