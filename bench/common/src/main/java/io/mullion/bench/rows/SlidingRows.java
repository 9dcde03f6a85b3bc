package io.mullion.bench.rows;

/// Q2, `sliding`: count, sum, min and max by key over 60 s by 1 s, 100,000 rows a second; and the same over windows of
/// any size and slide.
///
/// *Answer*: end of the window, key, count, sum, and, if asked for, min and max.
public final class SlidingRows extends QueryRows {
    public static final int ROWS_PER_MILLI = 100;
    public static final long SIZE_MILLIS = 60_000;
    public static final long SLIDE_MILLIS = 1_000;
    private static final int VALUES = 1_000_000;

    public final long sizeMillis;
    public final long slideMillis;
    public final int keyCount;
    public final boolean dense;
    public final boolean extremes;
    public final long[] keys = new long[ROWS];
    public final long[] values = new long[ROWS];

    /// Over 60 s by 1 s.
    ///
    /// @param extremes whether min and max are asked for, too
    public SlidingRows(int keyCount, boolean dense, boolean extremes) {
        this(ROWS_PER_MILLI, SIZE_MILLIS, SLIDE_MILLIS, keyCount, dense, extremes);
    }

    /// @param sizeMillis a multiple of the slide
    /// @param extremes whether min and max are asked for, too
    public SlidingRows(
            int rowsPerMilli, long sizeMillis, long slideMillis, int keyCount, boolean dense, boolean extremes) {
        super(rowsPerMilli);
        this.sizeMillis = sizeMillis;
        this.slideMillis = slideMillis;
        this.keyCount = keyCount;
        this.dense = dense;
        this.extremes = extremes;
        SplitMix64 random = new SplitMix64(2);
        for (int row = 0; row < ROWS; row++) {
            keys[row] = key(random.below(keyCount), dense);
            values[row] = random.below(VALUES);
        }
    }

    @Override
    public ByHand byHand(Answer answer) {
        return new SlidingByHand(this, answer);
    }

    /// Long enough for windows to be full and for panes to leave them.
    @Override
    public int telling() {
        return keyCount > 1_000 ? 2 : 5;
    }
}
