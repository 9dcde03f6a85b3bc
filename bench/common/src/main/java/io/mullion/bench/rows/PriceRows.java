package io.mullion.bench.rows;

/// Q3, `filter-map-sum`: `sum(price * quantity) where price > 100 and quantity < 50`, 1 s tumbling, 10,000,000 rows a
/// second. The sums are exact, so that order plays no part.
///
/// *Answer*: end of the window, sum as a long, for windows in which a row passed.
public final class PriceRows extends QueryRows {
    private static final int ROWS_PER_MILLI = 10_000;
    public static final long WINDOW_MILLIS = 1_000;

    public final double[] prices = new double[ROWS];
    public final int[] quantities = new int[ROWS];

    PriceRows() {
        super(ROWS_PER_MILLI);
        SplitMix64 random = new SplitMix64(3);
        for (int row = 0; row < ROWS; row++) {
            prices[row] = 0.25 * random.below(800);
            quantities[row] = (int) random.below(100);
        }
    }

    @Override
    public ByHand byHand(Answer answer) {
        return new PricesByHand(this, answer);
    }
}
