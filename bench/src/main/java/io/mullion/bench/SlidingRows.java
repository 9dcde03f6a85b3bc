package io.mullion.bench;

/// The rows of the sliding query (Q2 of the design): 42 seconds of events at 100 rows a millisecond, made once and
/// looped with their times moved on.
///
/// @param dense whether keys are 0 to 999, or the same scattered over int64
record SlidingRows(boolean dense, long[] keys, long[] values, long[] times) {
    static final int ROWS = 4_200_000;
    static final int ROWS_PER_MILLI = 100;
    static final int KEYS = 1000;
    static final long BLOCK_MILLIS = ROWS / ROWS_PER_MILLI;
    private static final int VALUES = 1_000_000;
    /// Time of the first row: a multiple of 60 s.
    private static final long START_MILLIS = 1_800_000_000_000L;

    static SlidingRows generate(boolean dense) {
        SplitMix64 random = new SplitMix64(2);
        long[] keys = new long[ROWS];
        long[] values = new long[ROWS];
        long[] times = new long[ROWS];
        for (int row = 0; row < ROWS; row++) {
            long key = random.below(KEYS);
            keys[row] = dense ? key : SplitMix64.mix(key + 1);
            values[row] = random.below(VALUES);
            times[row] = START_MILLIS + row / ROWS_PER_MILLI;
        }
        return new SlidingRows(dense, keys, values, times);
    }
}
