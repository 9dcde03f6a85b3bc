package io.mullion.bench;

/// What a sliding query answered so far: the number of result rows and the sum modulo 2^64 of a hash of each, which no
/// order of the rows changes.
final class SlidingAnswer {
    private long rows;
    private long hash;

    void add(long windowEnd, long key, long count, long sum) {
        rows++;
        hash += hash(windowEnd, key, count, sum);
    }

    void add(long windowEnd, long key, long count, long sum, long min, long max) {
        rows++;
        hash += SplitMix64.mix(hash(windowEnd, key, count, sum) + SplitMix64.mix(min) * 31 + max);
    }

    long rows() {
        return rows;
    }

    long hash() {
        return hash;
    }

    private static long hash(long windowEnd, long key, long count, long sum) {
        return SplitMix64.mix(SplitMix64.mix(windowEnd ^ key) + SplitMix64.mix(sum) + count);
    }

    @Override
    public String toString() {
        return rows + " rows, hash " + Long.toHexString(hash);
    }
}
