package io.mullion.bench.rows;

/// The generator of all benchmark data: the same numbers on every machine.
///
/// *Source*: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014. *Thread*: one.
public final class SplitMix64 {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    public SplitMix64(long seed) {
        state = seed;
    }

    public long next() {
        state += GOLDEN;
        return mix(state);
    }

    /// A number from 0 to `bound - 1`, uniform but for a bias of less than `bound` in 2^64.
    public long below(long bound) {
        return Math.unsignedMultiplyHigh(next(), bound);
    }

    /// A bijection that leaves no trace of order: scatters dense keys over int64, and hashes.
    public static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
