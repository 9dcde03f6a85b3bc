package io.mullion.bench.rows;

/// Q5, `session`: count and sum by key over sessions with a gap of 5 s, 10,000 keys, 10,000 rows a second.
///
/// A session ends 5 s after its last row, and a row at that very time still belongs to it. So that this does not hang
/// on which other rows came before, the watermark is to stay [#BOUND_MILLIS] behind the rows.
///
/// *Answer*: start, end, key, count, sum.
public final class SessionRows extends QueryRows {
    private static final int ROWS_PER_MILLI = 10;
    private static final int VALUES = 1_000_000;
    public static final int KEYS = 10_000;
    public static final long GAP_MILLIS = 5_000;
    public static final long BOUND_MILLIS = 1;

    public final boolean dense;
    public final long[] keys = new long[ROWS];
    public final long[] values = new long[ROWS];

    SessionRows(boolean dense) {
        super(ROWS_PER_MILLI);
        this.dense = dense;
        SplitMix64 random = new SplitMix64(5);
        for (int row = 0; row < ROWS; row++) {
            keys[row] = key(random.below(KEYS), dense);
            values[row] = random.below(VALUES);
        }
    }

    @Override
    public ByHand byHand(Answer answer) {
        return new SessionsByHand(this, answer);
    }
}
