package io.mullion.bench.kernels;

import io.mullion.bench.rows.SplitMix64;

/// Which rows have a value: a bit a row, in words of 64 rows, lowest bit first, as Arrow has it.
final class Validity {
    private Validity() {}

    /// Null for no nulls at all: the column is not nullable then.
    static long[] random(SplitMix64 random, int rows, int nullPercent) {
        if (nullPercent == 0) {
            return null;
        }
        long[] words = new long[(rows + 63) / 64];
        for (int row = 0; row < rows; row++) {
            if (random.below(100) >= nullPercent) {
                words[row >> 6] |= 1L << row;
            }
        }
        return words;
    }

    /// 1 or 0.
    static int bit(long[] words, int row) {
        return (int) (words[row >> 6] >>> row) & 1;
    }

    static boolean valid(long[] words, int row) {
        return words == null || bit(words, row) != 0;
    }
}
