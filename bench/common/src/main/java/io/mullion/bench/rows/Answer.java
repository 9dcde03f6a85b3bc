package io.mullion.bench.rows;

/// What a query answered so far: the number of result rows and the sum modulo 2^64 of a hash of each, which no order of
/// the rows changes.
///
/// *Thread*: one. Where several threads have results, each has an answer of its own, and these are added up in the end.
public sealed class Answer permits TimedAnswer {
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private long rows;
    private long hash;

    public void add(long a, long b) {
        rows++;
        hash += SplitMix64.mix(a * FACTOR + b);
    }

    public void add(long a, long b, long c) {
        add(a * FACTOR + b, c);
    }

    public void add(long a, long b, long c, long d) {
        add((a * FACTOR + b) * FACTOR + c, d);
    }

    public void add(long a, long b, long c, long d, long e) {
        add(((a * FACTOR + b) * FACTOR + c) * FACTOR + d, e);
    }

    public void add(long a, long b, long c, long d, long e, long f) {
        add((((a * FACTOR + b) * FACTOR + c) * FACTOR + d) * FACTOR + e, f);
    }

    /// Adds what another thread answered.
    public void add(Answer other) {
        rows += other.rows;
        hash += other.hash;
    }

    public long rows() {
        return rows;
    }

    public long hash() {
        return hash;
    }

    /// Refuses another answer than this one, and none.
    public void requireSame(Answer other) {
        if (rows != other.rows || hash != other.hash || rows == 0) {
            throw new IllegalStateException("the answers differ: " + this + "; " + other);
        }
    }

    @Override
    public String toString() {
        return rows + " rows, hash " + Long.toHexString(hash);
    }
}
