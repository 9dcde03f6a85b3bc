package io.mullion.bench.joins;

import io.mullion.bench.SplitMix64;

/// The rows of both sides: 100 a millisecond on each, keys uniform of a million and scattered over int64. The value of
/// a row is its number.
final class JoinRows {
    static final int ROWS = 1 << 19;
    static final int KEYS = 1_000_000;
    /// How far from each other, in milliseconds, rows may be that meet: half a million rows of each side.
    static final long NEAR = 5_000;
    static final int RING = 1 << 20;

    final long[] domain = new long[KEYS];
    final long[] lefts = new long[ROWS];
    final long[] rights = new long[ROWS];
    final long[] times = new long[ROWS];

    JoinRows() {
        SplitMix64 random = new SplitMix64(42);
        for (int i = 0; i < KEYS; i++) {
            domain[i] = SplitMix64.mix(i + 1);
        }
        for (int row = 0; row < ROWS; row++) {
            lefts[row] = domain[(int) random.below(KEYS)];
            rights[row] = domain[(int) random.below(KEYS)];
            times[row] = row / 100;
        }
    }

    /// By how much the times of one block are behind those of the block before.
    long step() {
        return ROWS / 100 + 1;
    }
}
