package io.mullion.bench.joins;

import io.mullion.bench.rows.SplitMix64;

/// The rows of both sides: 100 a millisecond on each, in order of time. Within a block each of a million keys comes
/// once a side, in an order of its own, so that all of them are in state all the time; keys are scattered over int64.
/// The value of a row is its number.
final class JoinRows {
    static final int ROWS = 1_000_000;
    static final int KEYS = ROWS;
    private static final int PER_MILLI = 100;

    /// Milliseconds from block to block.
    static final long STEP = ROWS / PER_MILLI;
    /// How far from each other, in milliseconds, rows may be that meet: a million rows of each side are kept.
    static final long NEAR = STEP;
    /// For how long, in milliseconds, a row has duplicates: of five of a key, or six, one is handed on.
    static final long WITHIN = 5 * STEP;

    final long[] lefts = new long[ROWS];
    final long[] rights = new long[ROWS];
    final long[] times = new long[ROWS];

    JoinRows() {
        SplitMix64 random = new SplitMix64(42);
        for (int i = 0; i < ROWS; i++) {
            lefts[i] = SplitMix64.mix(i + 1);
            rights[i] = lefts[i];
            times[i] = i / PER_MILLI;
        }
        shuffle(lefts, random);
        shuffle(rights, random);
    }

    private static void shuffle(long[] keys, SplitMix64 random) {
        for (int i = keys.length - 1; i > 0; i--) {
            int other = (int) random.below(i + 1);
            long key = keys[i];
            keys[i] = keys[other];
            keys[other] = key;
        }
    }
}
