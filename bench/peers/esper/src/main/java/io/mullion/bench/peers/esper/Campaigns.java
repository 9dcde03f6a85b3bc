package io.mullion.bench.peers.esper;

import io.mullion.bench.rows.AdRows;

/// The look-up from ad to campaign, a function of EPL.
public final class Campaigns {
    private static final long[] CAMPAIGNS = new long[AdRows.ADS];

    static {
        for (int ad = 0; ad < CAMPAIGNS.length; ad++) {
            CAMPAIGNS[ad] = AdRows.campaign(ad);
        }
    }

    private Campaigns() {}

    public static long of(long ad) {
        return CAMPAIGNS[(int) ad];
    }
}
