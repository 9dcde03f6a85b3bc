package io.mullion.bench.rows;

/// Q5 by hand: the last session of each key, four numbers side by side. A session is known to be over, and goes out,
/// when the next row of its key comes or the input ends, which takes no timers: later than the engine, that states a
/// session as soon as time has passed its end.
final class SessionsByHand implements ByHand {
    private static final int WIDTH = 4;
    private static final int SLOTS = 2 * Integer.highestOneBit(2 * SessionRows.KEYS - 1);
    private static final int HASH_SHIFT = Long.numberOfLeadingZeros(SLOTS - 1);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final SessionRows rows;
    private final Answer answer;
    /// Start, end, count and sum; a count of 0 is no session.
    private final long[] sessions = new long[WIDTH * SessionRows.KEYS];

    private final long[] slotKeys = new long[SLOTS];
    private final int[] slotGroups = new int[SLOTS];
    private final long[] groupKeys = new long[SessionRows.KEYS];
    private int groups;

    SessionsByHand(SessionRows rows, Answer answer) {
        this.rows = rows;
        this.answer = answer;
        for (int key = 0; rows.dense && key < SessionRows.KEYS; key++) {
            groupKeys[key] = key;
        }
    }

    @Override
    public void rows(int from, int to, long shift) {
        long[] keys = rows.keys;
        long[] values = rows.values;
        long[] times = rows.times;
        boolean dense = rows.dense;
        for (int row = from; row < to; row++) {
            int group = dense ? (int) keys[row] : probe(keys[row]);
            int at = WIDTH * group;
            long time = times[row] + shift;
            if (time > sessions[at + 1]) {
                restart(group, time);
            }
            sessions[at + 1] = time + SessionRows.GAP_MILLIS;
            sessions[at + 2]++;
            sessions[at + 3] += values[row];
        }
    }

    @Override
    public void end() {
        for (int group = 0; group < SessionRows.KEYS; group++) {
            restart(group, Long.MAX_VALUE);
        }
    }

    private void restart(int group, long time) {
        int at = WIDTH * group;
        if (sessions[at + 2] != 0) {
            answer.add(sessions[at], sessions[at + 1], groupKeys[group], sessions[at + 2], sessions[at + 3]);
        }
        sessions[at] = time;
        sessions[at + 2] = 0;
        sessions[at + 3] = 0;
    }

    private int probe(long key) {
        int slot = (int) (key * GOLDEN >>> HASH_SHIFT);
        while (true) {
            int group = slotGroups[slot];
            if (slotKeys[slot] == key && group != 0) {
                return group - 1;
            }
            if (group == 0) {
                groupKeys[groups] = key;
                slotKeys[slot] = key;
                slotGroups[slot] = ++groups;
                return groups - 1;
            }
            slot = slot + 1 & SLOTS - 1;
        }
    }
}
