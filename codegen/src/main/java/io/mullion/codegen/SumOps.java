package io.mullion.codegen;

import static io.mullion.routine.Unsigned128.powerLow;

import io.mullion.expr.DataType;
import io.mullion.routine.Decimal128;
import io.mullion.routine.DecimalConversion;

/// Sums that are kept in parts, so that they may leave their type and come back: of int64 in two halves, of decimals in
/// four limbs. Each part but the highest is a sum of unsigned 32 bits, so that 2^31 rows do not overflow it.
final class SumOps {
    private static final double TWO_TO_32 = 0x1p32;
    private static final double TWO_TO_96 = 0x1p96;
    /// Up to here int64 are float64.
    private static final long EXACT = 1L << 53;

    private static final int MOST_EXACT_DIGITS = 15;
    private static final long LIMB = 0xffffffffL;

    private SumOps() {}

    /// Whether a sum of high halves and a sum of low halves is an int64.
    static boolean fitsInt64(long high, long low) {
        long carried = high + (low >> 32);
        return carried == (int) carried;
    }

    static long fromHalves(long high, long low) {
        return (high << 32) + low;
    }

    /// The nearest float64 to the sum of halves.
    static double halvesToFloat64(long high, long low) {
        return fitsInt64(high, low) ? fromHalves(high, low) : (high + (low >> 32)) * TWO_TO_32 + (low & LIMB);
    }

    /// Whether sums of limbs are a decimal.
    static boolean fitsDecimal(long limb0, long limb1, long limb2, long limb3) {
        long top = carried(limb0, limb1, limb2, limb3);
        return top == (int) top
                && Decimal128.fits(
                        highOfLimbs(limb0, limb1, limb2, limb3),
                        lowOfLimbs(limb0, limb1),
                        DataType.Decimal.MAX_PRECISION);
    }

    /// The high word of the sum of limbs.
    static long highOfLimbs(long limb0, long limb1, long limb2, long limb3) {
        return (limb3 << 32) + limb2 + (limb1 + (limb0 >>> 32) >>> 32);
    }

    /// The low word of the sum of limbs.
    static long lowOfLimbs(long limb0, long limb1) {
        return (limb1 << 32) + limb0;
    }

    /// The sum of limbs over 10^`scale`.
    private static double limbsToFloat64(long limb0, long limb1, long limb2, long limb3, int scale) {
        long top = carried(limb0, limb1, limb2, limb3);
        long high = highOfLimbs(limb0, limb1, limb2, limb3);
        if (top == (int) top) {
            return DecimalConversion.toFloat64(high, lowOfLimbs(limb0, limb1), scale);
        }
        // Beyond 128 bits; what the low word adds is beyond the 53 bits of a float64.
        return (top * TWO_TO_96 + (high & LIMB) * (TWO_TO_32 * TWO_TO_32)) / Math.pow(10, scale);
    }

    /// The sum of limbs over 10^`scale`, divided by the count: by one division where both sides of it are exact.
    static double meanOfLimbs(long limb0, long limb1, long limb2, long limb3, long count, int scale) {
        long low = lowOfLimbs(limb0, limb1);
        boolean small = highOfLimbs(limb0, limb1, limb2, limb3) == low >> 63
                && carried(limb0, limb1, limb2, limb3) == low >> 63
                && Math.abs(low) <= EXACT
                && scale <= MOST_EXACT_DIGITS
                && count <= EXACT / powerLow(scale);
        return small
                ? (double) low / (count * powerLow(scale))
                : limbsToFloat64(limb0, limb1, limb2, limb3, scale) / count;
    }

    /// The highest limb with what the lower ones carry into it.
    private static long carried(long limb0, long limb1, long limb2, long limb3) {
        return limb3 + (limb2 + (limb1 + (limb0 >>> 32) >>> 32) >>> 32);
    }
}
