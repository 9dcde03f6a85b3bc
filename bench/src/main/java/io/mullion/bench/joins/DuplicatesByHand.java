package io.mullion.bench.joins;

import io.mullion.bench.rows.SplitMix64;

/// Keys with the time of the row that was handed on, and a ring of what was handed on, in order of time, that says
/// whose time is over.
final class DuplicatesByHand implements ByHand {
    private static final int RING = 1 << 21;

    /// The key, and the time + 1.
    private final HandTable table = new HandTable(2);

    /// Key and time.
    private final long[] handedOn = new long[2 * RING];

    private long oldest;
    private long end;
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
                forget(time - JoinRows.WITHIN);
            }
            long key = rows.lefts[row];
            int slot = table.at(key);
            if (table.words[slot + 1] == 0) {
                table.words[slot] = key;
                table.words[slot + 1] = time + 1;
                int at = (int) end++ & RING - 1;
                handedOn[2 * at] = key;
                handedOn[2 * at + 1] = time;
                answer += SplitMix64.mix(row);
            }
        }
        return answer;
    }

    /// What was handed on at a time up to `last` is over: the watermark has passed all its duplicates.
    private void forget(long last) {
        while (oldest < end && handedOn[2 * ((int) oldest & RING - 1) + 1] <= last) {
            table.remove(table.at(handedOn[2 * ((int) oldest & RING - 1)]));
            oldest++;
        }
    }
}
