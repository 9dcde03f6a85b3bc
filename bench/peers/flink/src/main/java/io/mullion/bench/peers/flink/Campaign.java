package io.mullion.bench.peers.flink;

import io.mullion.bench.rows.AdRows;
import org.apache.flink.table.functions.ScalarFunction;

/// The look-up from ad to campaign, a function of SQL.
public final class Campaign extends ScalarFunction {
    private static final long serialVersionUID = 1;

    private final long[] campaigns = new long[AdRows.ADS];

    public Campaign() {
        for (int ad = 0; ad < campaigns.length; ad++) {
            campaigns[ad] = AdRows.campaign(ad);
        }
    }

    public long eval(long ad) {
        return campaigns[(int) ad];
    }
}
