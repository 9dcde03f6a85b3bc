package io.mullion.spec;

import java.util.Locale;

/// How long something took, over all times it was measured: percentiles with two digits, so at most 1 % too high.
///
/// @param count measurements
public record Latency(long count, long p50Nanos, long p90Nanos, long p99Nanos, long p999Nanos, long maxNanos) {
    public static final Latency NONE = new Latency(0, 0, 0, 0, 0, 0);

    @Override
    public String toString() {
        return count == 0
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "p50=%s p90=%s p99=%s p99.9=%s max=%s of %d",
                        text(p50Nanos),
                        text(p90Nanos),
                        text(p99Nanos),
                        text(p999Nanos),
                        text(maxNanos),
                        count);
    }

    private static String text(long nanos) {
        if (nanos < 10_000) {
            return nanos + "ns";
        }
        if (nanos < 10_000_000) {
            return nanos / 1_000 + "us";
        }
        return nanos < 10_000_000_000L ? nanos / 1_000_000 + "ms" : nanos / 1_000_000_000 + "s";
    }
}
