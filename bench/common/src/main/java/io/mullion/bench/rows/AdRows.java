package io.mullion.bench.rows;

/// Q1, `ysb`: one type of event, the campaign of its ad looked up, counted by campaign, 10 s tumbling, 1,000,000 rows a
/// second. The question of the Yahoo streaming benchmark.
///
/// *Answer*: end of the window, campaign, count.
public final class AdRows extends QueryRows {
    public static final int ROWS_PER_MILLI = 1_000;
    private static final int TYPES = 3;
    private static final int ADS_PER_CAMPAIGN = 10;
    public static final int ADS = 1_000;
    public static final int CAMPAIGNS = ADS / ADS_PER_CAMPAIGN;
    /// The type that is kept.
    public static final int VIEW = 1;

    public static final long WINDOW_MILLIS = 10_000;

    public final boolean dense;
    public final long[] ads = new long[ROWS];
    public final int[] types = new int[ROWS];

    AdRows(boolean dense) {
        super(ROWS_PER_MILLI);
        this.dense = dense;
        SplitMix64 random = new SplitMix64(1);
        for (int row = 0; row < ROWS; row++) {
            ads[row] = key(random.below(ADS), dense);
            types[row] = (int) random.below(TYPES);
        }
    }

    /// The campaign of an ad by its number, which is the ad itself if ads are dense and else what [QueryRows#key] is
    /// made from.
    public static int campaign(int ad) {
        return ad / ADS_PER_CAMPAIGN;
    }

    @Override
    public ByHand byHand(Answer answer) {
        return new AdsByHand(this, answer);
    }
}
