package io.mullion.routine;

import static io.mullion.routine.Unsigned128.absHigh;
import static io.mullion.routine.Unsigned128.absLow;
import static io.mullion.routine.Unsigned128.less;
import static io.mullion.routine.Unsigned128.negatedHigh;
import static io.mullion.routine.Unsigned128.negatedLow;
import static io.mullion.routine.Unsigned128.powerHigh;
import static io.mullion.routine.Unsigned128.powerLow;
import static io.mullion.routine.Unsigned128.product0;
import static io.mullion.routine.Unsigned128.product1;
import static io.mullion.routine.Unsigned128.product2;
import static io.mullion.routine.Unsigned128.product3;

/// Routines on decimals: order, sign, sums, products, scale.
///
/// A decimal is the signed 128-bit integer `high * 2^64 + low` over a power of ten that the types know
/// ([DecimalRules]). Routines that make a decimal return the high word and leave the low one in `scratch.second`. Those
/// whose name ends in `Checked` fail a row with OUT_OF_RANGE whose result has more digits than `precision`; the others
/// are for types where that cannot happen, never fail, and make any words of any words. Exponents of ten go from 0 to
/// 38.
public final class Decimal128 {
    private Decimal128() {}

    /// -1, 0 or 1, of decimals of one scale.
    public static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        return aHigh == bHigh ? Long.compareUnsigned(aLow, bLow) : Long.compare(aHigh, bHigh);
    }

    /// Compares a * 10^aUp with b * 10^bUp, of which one exponent is 0. Exact, even where such a number would not fit.
    public static int compareScaled(long aHigh, long aLow, long bHigh, long bLow, int aUp, int bUp) {
        if (aUp == 0 && bUp == 0) {
            return compare(aHigh, aLow, bHigh, bLow);
        }
        if ((aHigh ^ bHigh) < 0) {
            return aHigh < 0 ? -1 : 1;
        }
        int order = bUp == 0
                ? compareScaledMagnitude(aHigh, aLow, aUp, bHigh, bLow)
                : -compareScaledMagnitude(bHigh, bLow, bUp, aHigh, aLow);
        return aHigh < 0 ? -order : order;
    }

    private static int compareScaledMagnitude(long aHigh, long aLow, int up, long bHigh, long bLow) {
        long high = absHigh(aHigh, aLow);
        long low = absLow(aHigh, aLow);
        long tenHigh = powerHigh(up);
        long tenLow = powerLow(up);
        if ((product2(high, low, tenHigh, tenLow) | product3(high, low, tenHigh, tenLow)) != 0) {
            return 1;
        }
        long scaledHigh = product1(high, low, tenHigh, tenLow);
        long scaledLow = product0(low, tenLow);
        long otherHigh = absHigh(bHigh, bLow);
        long otherLow = absLow(bHigh, bLow);
        if (scaledHigh == otherHigh && scaledLow == otherLow) {
            return 0;
        }
        return less(scaledHigh, scaledLow, otherHigh, otherLow) ? -1 : 1;
    }

    /// Of decimals of one scale.
    public static boolean equal(long aHigh, long aLow, long bHigh, long bLow) {
        return (aHigh ^ bHigh | aLow ^ bLow) == 0;
    }

    /// -1, 0 or 1.
    public static int sign(long high, long low) {
        return high < 0 ? -1 : (high | low) == 0 ? 0 : 1;
    }

    public static long negate(long high, long low, Scratch scratch) {
        scratch.second = -low;
        return negatedHigh(high, low, -1);
    }

    public static long abs(long high, long low, Scratch scratch) {
        scratch.second = absLow(high, low);
        return absHigh(high, low);
    }

    /// Whether the unscaled integer has at most `precision` digits.
    public static boolean fits(long high, long low, int precision) {
        return less(absHigh(high, low), absLow(high, low), powerHigh(precision), powerLow(precision));
    }

    /// The decimal itself. *Failure*: OUT_OF_RANGE if it has more than `precision` digits.
    public static long checked(long high, long low, int precision, Scratch scratch) {
        if (!fits(high, low, precision)) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        scratch.second = low;
        return high;
    }

    /// a + b, of one scale.
    public static long add(long aHigh, long aLow, long bHigh, long bLow, Scratch scratch) {
        long low = aLow + bLow;
        scratch.second = low;
        return aHigh + bHigh + Unsigned128.carry(low, aLow);
    }

    /// a - b, of one scale.
    public static long subtract(long aHigh, long aLow, long bHigh, long bLow, Scratch scratch) {
        scratch.second = aLow - bLow;
        return aHigh - bHigh - (Long.compareUnsigned(aLow, bLow) < 0 ? 1 : 0);
    }

    /// a * 10^aUp + b * 10^bUp, of which one exponent is 0.
    public static long addChecked(
            long aHigh, long aLow, long bHigh, long bLow, int aUp, int bUp, int precision, Scratch scratch) {
        return addSigned(aHigh, aLow, bHigh, bLow, bHigh >> 63, aUp, bUp, precision, scratch);
    }

    /// a * 10^aUp - b * 10^bUp, of which one exponent is 0.
    public static long subtractChecked(
            long aHigh, long aLow, long bHigh, long bLow, int aUp, int bUp, int precision, Scratch scratch) {
        return addSigned(aHigh, aLow, bHigh, bLow, ~(bHigh >> 63), aUp, bUp, precision, scratch);
    }

    /// Adds magnitudes. A summand of 2 * 10^38 and more has no sum in range, since the other one, which is not scaled,
    /// is below 10^38; so that two that count are together below 3 * 10^38, which is below 2^128.
    private static long addSigned(
            long aHigh,
            long aLow,
            long bHigh,
            long bLow,
            long bSign,
            int aUp,
            int bUp,
            int precision,
            Scratch scratch) {
        long x1 = scaleMagnitude(absHigh(aHigh, aLow), absLow(aHigh, aLow), aUp, scratch);
        long x0 = scratch.second;
        long y1 = scaleMagnitude(absHigh(bHigh, bLow), absLow(bHigh, bLow), bUp, scratch);
        long y0 = scratch.second;
        long limitHigh = powerHigh(38) << 1 | powerLow(38) >>> 63;
        long limitLow = powerLow(38) << 1;
        if (!less(x1, x0, limitHigh, limitLow) || !less(y1, y0, limitHigh, limitLow)) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        long sign = aHigh >> 63;
        long high;
        long low;
        if (sign == bSign) {
            low = x0 + y0;
            high = x1 + y1 + Unsigned128.carry(low, x0);
        } else if (less(x1, x0, y1, y0)) {
            sign = bSign;
            low = y0 - x0;
            high = y1 - x1 - (Long.compareUnsigned(y0, x0) < 0 ? 1 : 0);
        } else {
            low = x0 - y0;
            high = x1 - y1 - (Long.compareUnsigned(x0, y0) < 0 ? 1 : 0);
        }
        return withSign(high, low, sign, precision, scratch);
    }

    /// a * b, whose scale is the sum of theirs.
    public static long multiply(long aHigh, long aLow, long bHigh, long bLow, Scratch scratch) {
        scratch.second = product0(aLow, bLow);
        return product1(aHigh, aLow, bHigh, bLow);
    }

    /// a * b, whose scale is the sum of theirs.
    public static long multiplyChecked(long aHigh, long aLow, long bHigh, long bLow, int precision, Scratch scratch) {
        if (aHigh == aLow >> 63 && bHigh == bLow >> 63) {
            return checked(Math.multiplyHigh(aLow, bLow), aLow * bLow, precision, scratch);
        }
        long high = scaleMagnitude(
                absHigh(aHigh, aLow), absLow(aHigh, aLow), absHigh(bHigh, bLow), absLow(bHigh, bLow), scratch);
        return withSign(high, scratch.second, (aHigh ^ bHigh) >> 63, precision, scratch);
    }

    /// The same number with `up` more digits behind the point.
    public static long rescaleUp(long high, long low, int up, Scratch scratch) {
        return multiply(high, low, powerHigh(up), powerLow(up), scratch);
    }

    /// The same number with `by` more digits behind the point, or -`by` less: then rounded half away from zero. What a
    /// cast between decimals does.
    public static long rescaleChecked(long high, long low, int by, int precision, Scratch scratch) {
        if (by == 0) {
            return checked(high, low, precision, scratch);
        }
        if (by < 0) {
            long rounded = DecimalDivision.round(high, low, -by, scratch);
            return checked(rounded, scratch.second, precision, scratch);
        }
        long scaled = scaleMagnitude(absHigh(high, low), absLow(high, low), by, scratch);
        return withSign(scaled, scratch.second, high >> 63, precision, scratch);
    }

    /// A magnitude times 10^`up`, or 2^128 - 1 if that is more.
    private static long scaleMagnitude(long high, long low, int up, Scratch scratch) {
        if (up == 0) {
            scratch.second = low;
            return high;
        }
        return scaleMagnitude(high, low, powerHigh(up), powerLow(up), scratch);
    }

    /// The product of magnitudes, or 2^128 - 1 if it is more.
    private static long scaleMagnitude(long high, long low, long factorHigh, long factorLow, Scratch scratch) {
        if ((product2(high, low, factorHigh, factorLow) | product3(high, low, factorHigh, factorLow)) != 0) {
            scratch.second = -1;
            return -1;
        }
        scratch.second = product0(low, factorLow);
        return product1(high, low, factorHigh, factorLow);
    }

    /// A magnitude of at most `precision` digits as a signed integer.
    ///
    /// @param sign 0, or -1 for the negative
    public static long withSign(long high, long low, long sign, int precision, Scratch scratch) {
        if (!less(high, low, powerHigh(precision), powerLow(precision))) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        scratch.second = negatedLow(low, sign);
        return negatedHigh(high, low, sign);
    }
}
