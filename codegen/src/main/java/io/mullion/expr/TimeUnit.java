package io.mullion.expr;

import java.time.Duration;
import java.time.Instant;

/// The unit of a timestamp column, counted from 1970-01-01T00:00:00Z.
public enum TimeUnit {
    SECONDS(1L, "s"),
    MILLIS(1_000L, "ms"),
    MICROS(1_000_000L, "us"),
    NANOS(1_000_000_000L, "ns");

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long perSecond;
    private final String suffix;

    TimeUnit(long perSecond, String suffix) {
        this.perSecond = perSecond;
        this.suffix = suffix;
    }

    public long perSecond() {
        return perSecond;
    }

    /// `s`, `ms`, `us` or `ns`.
    public String suffix() {
        return suffix;
    }

    /// Whole units in `nanos` nanoseconds, rounded towards the past.
    public long fromNanos(long nanos) {
        return Math.floorDiv(nanos, NANOS_PER_SECOND / perSecond);
    }

    /// In nanoseconds, or as many as an int64 holds.
    public long toNanos(long units) {
        long nanosPerUnit = NANOS_PER_SECOND / perSecond;
        long nanos = units * nanosPerUnit;
        return Math.multiplyHigh(units, nanosPerUnit) == nanos >> 63
                ? nanos
                : units < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /// A duration in this unit. *Failure*: refuses what it could only express with loss.
    ///
    /// @throws IllegalArgumentException if the duration is no whole number of units, or leaves int64
    public long of(Duration duration) {
        long nanosPerUnit = NANOS_PER_SECOND / perSecond;
        if (duration.getNano() % nanosPerUnit != 0) {
            throw new IllegalArgumentException(
                    "duration is no whole number of units: duration=" + duration + ", unit=" + suffix);
        }
        return units(duration.getSeconds(), duration.getNano(), duration);
    }

    /// Whether an int64 holds the units of a point in time.
    public boolean fits(Instant instant) {
        // Seconds and fraction are both counted towards the future, so between the least whole second that fits and the
        // one before there may be instants that fit, too.
        long seconds = instant.getEpochSecond();
        long least = Math.floorDiv(Long.MIN_VALUE, perSecond);
        long greatest = Long.MAX_VALUE / perSecond;
        return seconds > least && seconds < greatest
                || seconds == least && fraction(instant) >= Math.floorMod(Long.MIN_VALUE, perSecond)
                || seconds == greatest && fraction(instant) <= Long.MAX_VALUE % perSecond;
    }

    /// Whole units since 1970, rounded towards the past. Right only if the instant [#fits]: the product may leave int64
    /// on the way, and the sum comes back. Allocates nothing.
    public long of(Instant instant) {
        return instant.getEpochSecond() * perSecond + fraction(instant);
    }

    private long fraction(Instant instant) {
        return instant.getNano() / (NANOS_PER_SECOND / perSecond);
    }

    /// The point in time of a value of this unit.
    public Instant toInstant(long value) {
        return Instant.ofEpochSecond(
                Math.floorDiv(value, perSecond), Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond));
    }

    private long units(long seconds, int nanos, Duration duration) {
        try {
            // Seconds round towards the past, so the product of the least duration may leave int64 although the sum
            // would not: go up one.
            return seconds < 0 && nanos > 0
                    ? Math.addExact(
                            Math.multiplyExact(seconds + 1, perSecond),
                            nanos / (NANOS_PER_SECOND / perSecond) - perSecond)
                    : Math.addExact(Math.multiplyExact(seconds, perSecond), nanos / (NANOS_PER_SECOND / perSecond));
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException(
                    "duration leaves int64: duration=" + duration + ", unit=" + suffix, overflow);
        }
    }
}
