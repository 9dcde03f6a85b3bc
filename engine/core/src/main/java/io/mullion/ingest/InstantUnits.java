package io.mullion.ingest;

import io.mullion.expr.TimeUnit;
import java.time.Instant;

/// Instants as the units that a timestamp column counts. Allocates nothing.
final class InstantUnits {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private InstantUnits() {}

    /// Whether an int64 holds the units.
    static boolean fits(Instant instant, TimeUnit unit) {
        // Seconds and fraction are both counted towards the future, so between the least whole second that fits and the
        // one before there may be instants that fit, too.
        long seconds = instant.getEpochSecond();
        long least = Math.floorDiv(Long.MIN_VALUE, unit.perSecond());
        long greatest = Long.MAX_VALUE / unit.perSecond();
        return seconds > least && seconds < greatest
                || seconds == least && fraction(instant, unit) >= Math.floorMod(Long.MIN_VALUE, unit.perSecond())
                || seconds == greatest && fraction(instant, unit) <= Long.MAX_VALUE % unit.perSecond();
    }

    /// Whole units since 1970, rounded towards the past. Right only if it [#fits]: the product may leave int64 on the
    /// way, and the sum comes back.
    static long of(Instant instant, TimeUnit unit) {
        return instant.getEpochSecond() * unit.perSecond() + fraction(instant, unit);
    }

    private static long fraction(Instant instant, TimeUnit unit) {
        return instant.getNano() / (NANOS_PER_SECOND / unit.perSecond());
    }
}
