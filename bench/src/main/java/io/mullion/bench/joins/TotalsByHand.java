package io.mullion.bench.joins;

import io.mullion.bench.rows.SplitMix64;

/// Counts and sums by key, handed on with each row or for all keys at the end of the block.
final class TotalsByHand implements ByHand {
    /// The key, the count, the sum, nothing.
    private static final int WIDTH = 4;

    private final HandTable table = new HandTable(WIDTH);
    private final boolean allAtEnd;
    private long answer;

    TotalsByHand(boolean allAtEnd) {
        this.allAtEnd = allAtEnd;
    }

    @Override
    public long rows(JoinRows rows, long shift) {
        long[] words = table.words;
        for (int row = 0; row < JoinRows.ROWS; row++) {
            long key = rows.lefts[row];
            int slot = table.at(key);
            words[slot] = key;
            words[slot + 1]++;
            words[slot + 2] += row;
            if (!allAtEnd) {
                handOn(slot);
            }
        }
        for (int slot = 0; allAtEnd && slot < words.length; slot += WIDTH) {
            if (words[slot + 1] != 0) {
                handOn(slot);
            }
        }
        return answer;
    }

    private void handOn(int slot) {
        long[] words = table.words;
        answer += SplitMix64.mix(words[slot] + words[slot + 1] * 31 + words[slot + 2]);
    }
}
