package io.mullion.bench.rows;

/// Q1 by hand: an array of counts, and for the look-up an array by ad, or a hash table of longs with open addressing,
/// a quarter full.
///
/// The count of a row is 0 or 1 and added in any case where ads are dense: a third of the rows pass, which no branch
/// predictor can tell. A look-up in the hash table costs more than a mispredicted branch, so there it is asked first.
final class AdsByHand implements ByHand {
    private static final int SLOTS = 4 * Integer.highestOneBit(2 * AdRows.ADS - 1);
    private static final int HASH_SHIFT = Long.numberOfLeadingZeros(SLOTS - 1);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final AdRows rows;
    private final Answer answer;
    private final long[] counts = new long[AdRows.CAMPAIGNS];
    private final int[] campaigns = new int[AdRows.ADS];
    private final long[] slotAds = new long[SLOTS];
    private final int[] slotCampaigns = new int[SLOTS];
    private long windowEnd = Long.MIN_VALUE;

    AdsByHand(AdRows rows, Answer answer) {
        this.rows = rows;
        this.answer = answer;
        for (int ad = 0; ad < AdRows.ADS; ad++) {
            campaigns[ad] = AdRows.campaign(ad);
            long key = QueryRows.key(ad, false);
            int slot = (int) (key * GOLDEN >>> HASH_SHIFT);
            while (slotAds[slot] != 0) {
                slot = slot + 1 & SLOTS - 1;
            }
            slotAds[slot] = key;
            slotCampaigns[slot] = AdRows.campaign(ad);
        }
    }

    @Override
    public void rows(int from, int to, long shift) {
        if (windowEnd == Long.MIN_VALUE) {
            windowEnd = Math.floorDiv(rows.times[from] + shift, AdRows.WINDOW_MILLIS) * AdRows.WINDOW_MILLIS
                    + AdRows.WINDOW_MILLIS;
        }
        if (rows.dense) {
            dense(from, to, shift);
        } else {
            scattered(from, to, shift);
        }
    }

    @Override
    public void end() {
        fire();
    }

    private void dense(int from, int to, long shift) {
        long[] ads = rows.ads;
        int[] types = rows.types;
        long[] times = rows.times;
        for (int row = from; row < to; row++) {
            if (times[row] + shift >= windowEnd) {
                fire();
            }
            counts[campaigns[(int) ads[row]]] += types[row] == AdRows.VIEW ? 1 : 0;
        }
    }

    private void scattered(int from, int to, long shift) {
        long[] ads = rows.ads;
        int[] types = rows.types;
        long[] times = rows.times;
        for (int row = from; row < to; row++) {
            if (times[row] + shift >= windowEnd) {
                fire();
            }
            if (types[row] == AdRows.VIEW) {
                long ad = ads[row];
                int slot = (int) (ad * GOLDEN >>> HASH_SHIFT);
                while (slotAds[slot] != ad) {
                    slot = slot + 1 & SLOTS - 1;
                }
                counts[slotCampaigns[slot]]++;
            }
        }
    }

    private void fire() {
        for (int campaign = 0; campaign < counts.length; campaign++) {
            if (counts[campaign] != 0) {
                answer.add(windowEnd, campaign, counts[campaign]);
                counts[campaign] = 0;
            }
        }
        windowEnd += AdRows.WINDOW_MILLIS;
    }
}
