package io.mullion.spec;

import java.time.Duration;
import java.util.Objects;

/// What a windowed stream does beside firing each window once, when its end has come.
///
/// @param allowedLateness how long after its end a window takes further rows and fires again, not negative
/// @param earlyEvery distance of results before the end by the engine's clock, or zero for none
public record WindowOptions(Duration allowedLateness, Duration earlyEvery) {
    /// Each window fires once.
    public static final WindowOptions NONE = new WindowOptions(Duration.ZERO, Duration.ZERO);

    public WindowOptions {
        Objects.requireNonNull(allowedLateness, "allowedLateness");
        Objects.requireNonNull(earlyEvery, "earlyEvery");
        if (allowedLateness.isNegative()) {
            throw MullionException.invalid("allowed lateness must not be negative: lateness=" + allowedLateness);
        }
        if (earlyEvery.isNegative()) {
            throw MullionException.invalid("early results must come at a positive distance: every=" + earlyEvery);
        }
    }

    public WindowOptions withAllowedLateness(Duration allowedLateness) {
        return new WindowOptions(allowedLateness, earlyEvery);
    }

    public WindowOptions withEarlyEvery(Duration earlyEvery) {
        return new WindowOptions(allowedLateness, earlyEvery);
    }

    /// Whether a window may have more than one result, which then have a `revision`.
    public boolean revises() {
        return !allowedLateness.isZero() || !earlyEvery.isZero();
    }
}
