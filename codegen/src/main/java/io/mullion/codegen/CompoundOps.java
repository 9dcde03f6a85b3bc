package io.mullion.codegen;

import static io.mullion.routine.RawMemory.getDouble;
import static io.mullion.routine.RawMemory.getLong;
import static io.mullion.routine.RawMemory.putDouble;
import static io.mullion.routine.RawMemory.putLong;

import io.mullion.routine.Decimal128;

/// Accumulators of three lanes, which change together: `fold` takes a value, `combine` another accumulator, as
/// [AccumulatorLayout.Op] names them. Their first lane is 0 as long as nothing was taken. `combine` keeps what is in
/// `target` where both are equal, but for the latest, where it takes what is in `source`.
final class CompoundOps {
    /// In the first lane of a row that was chosen: whether it has a value.
    static final long NO_VALUE = 1;

    static final long VALUE = 2;

    private static final int SECOND = AccumulatorLayout.LANE_BYTES;
    private static final int THIRD = 2 * AccumulatorLayout.LANE_BYTES;

    private CompoundOps() {}

    /// Count, mean, and sum of the squared distances to it, by Welford's method. The new mean is not beyond `x`, since
    /// rounding keeps order, so that the squares stay positive.
    static void foldVariance(long lanes, double x) {
        long count = getLong(lanes) + 1;
        double mean = getDouble(lanes + SECOND);
        double distance = x - mean;
        mean += distance / count;
        putLong(lanes, count);
        putDouble(lanes + SECOND, mean);
        putDouble(lanes + THIRD, getDouble(lanes + THIRD) + distance * (x - mean));
    }

    /// Chan's formula.
    static void combineVariance(long target, long source) {
        long more = getLong(source);
        if (more == 0) {
            return;
        }
        long count = getLong(target);
        if (count == 0) {
            copy(source, target);
            return;
        }
        double mean = getDouble(target + SECOND);
        double distance = getDouble(source + SECOND) - mean;
        double share = (double) more / (count + more);
        double squares = getDouble(target + THIRD) + getDouble(source + THIRD);
        putLong(target, count + more);
        putDouble(target + SECOND, mean + distance * share);
        putDouble(target + THIRD, squares + distance * distance * count * share);
    }

    /// Whether there is a value, by what it was chosen, and its bits.
    static void foldLeastBy(long lanes, long by, long value, boolean valid) {
        if (getLong(lanes) == 0 || by < getLong(lanes + SECOND)) {
            choose(lanes, by, value, valid);
        }
    }

    static void foldGreatestBy(long lanes, long by, long value, boolean valid) {
        if (getLong(lanes) == 0 || by > getLong(lanes + SECOND)) {
            choose(lanes, by, value, valid);
        }
    }

    static void foldLatestBy(long lanes, long by, long value, boolean valid) {
        if (getLong(lanes) == 0 || by >= getLong(lanes + SECOND)) {
            choose(lanes, by, value, valid);
        }
    }

    private static void choose(long lanes, long by, long value, boolean valid) {
        putLong(lanes, valid ? VALUE : NO_VALUE);
        putLong(lanes + SECOND, by);
        putLong(lanes + THIRD, value);
    }

    static void combineLeastBy(long target, long source) {
        if (getLong(source) != 0 && (getLong(target) == 0 || getLong(source + SECOND) < getLong(target + SECOND))) {
            copy(source, target);
        }
    }

    static void combineGreatestBy(long target, long source) {
        if (getLong(source) != 0 && (getLong(target) == 0 || getLong(source + SECOND) > getLong(target + SECOND))) {
            copy(source, target);
        }
    }

    static void combineLatestBy(long target, long source) {
        if (getLong(source) != 0 && (getLong(target) == 0 || getLong(source + SECOND) >= getLong(target + SECOND))) {
            copy(source, target);
        }
    }

    /// Whether there is one, and its high and low half.
    static void foldLeastDecimal(long lanes, long high, long low) {
        if (getLong(lanes) == 0 || order(lanes, high, low) > 0) {
            put(lanes, high, low);
        }
    }

    static void foldGreatestDecimal(long lanes, long high, long low) {
        if (getLong(lanes) == 0 || order(lanes, high, low) < 0) {
            put(lanes, high, low);
        }
    }

    static void combineLeastDecimal(long target, long source) {
        if (getLong(source) != 0) {
            foldLeastDecimal(target, getLong(source + SECOND), getLong(source + THIRD));
        }
    }

    static void combineGreatestDecimal(long target, long source) {
        if (getLong(source) != 0) {
            foldGreatestDecimal(target, getLong(source + SECOND), getLong(source + THIRD));
        }
    }

    private static int order(long lanes, long high, long low) {
        return Decimal128.compare(getLong(lanes + SECOND), getLong(lanes + THIRD), high, low);
    }

    private static void put(long lanes, long high, long low) {
        putLong(lanes, VALUE);
        putLong(lanes + SECOND, high);
        putLong(lanes + THIRD, low);
    }

    private static void copy(long from, long to) {
        putLong(to, getLong(from));
        putLong(to + SECOND, getLong(from + SECOND));
        putLong(to + THIRD, getLong(from + THIRD));
    }
}
