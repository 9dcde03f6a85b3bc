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

/// Routines on decimals that divide: quotients, remainders, fewer digits behind the point. Words as in [Decimal128].
public final class DecimalDivision {
    private static final int GREATEST_POWER = 38;

    private DecimalDivision() {}

    /// a * 10^`up` / b, rounded half away from zero, of at most `precision` digits.
    ///
    /// *Failure*: DIVISION_BY_ZERO, OUT_OF_RANGE.
    ///
    /// @param up from 0 to 44: the scale of the result minus that of a plus that of b
    public static long divide(long aHigh, long aLow, long bHigh, long bLow, int up, int precision, Scratch scratch) {
        if ((bHigh | bLow) == 0) {
            return scratch.fail(Failure.DIVISION_BY_ZERO);
        }
        long high = absHigh(aHigh, aLow);
        long low = absLow(aHigh, aLow);
        long tenHigh = powerHigh(Math.min(up, GREATEST_POWER));
        long tenLow = powerLow(Math.min(up, GREATEST_POWER));
        long n3 = product3(high, low, tenHigh, tenLow);
        long n2 = product2(high, low, tenHigh, tenLow);
        long n1 = product1(high, low, tenHigh, tenLow);
        long n0 = product0(low, tenLow);
        if (up > GREATEST_POWER) {
            // What leaves 256 bits here is over 10^38 when it is divided by a decimal.
            long factor = powerLow(up - GREATEST_POWER);
            if (Math.unsignedMultiplyHigh(n3, factor) != 0) {
                return scratch.fail(Failure.OUT_OF_RANGE);
            }
            long into3 = Math.unsignedMultiplyHigh(n2, factor);
            long into2 = Math.unsignedMultiplyHigh(n1, factor);
            long into1 = Math.unsignedMultiplyHigh(n0, factor);
            n0 *= factor;
            n1 = n1 * factor + into1;
            into2 += Unsigned128.carry(n1, into1);
            n2 = n2 * factor + into2;
            into3 += Unsigned128.carry(n2, into2);
            n3 = n3 * factor + into3;
            if (Long.compareUnsigned(n3, into3) < 0) {
                return scratch.fail(Failure.OUT_OF_RANGE);
            }
        }
        long dHigh = absHigh(bHigh, bLow);
        long dLow = absLow(bHigh, bLow);
        if (!less(n3, n2, dHigh, dLow)) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        long quotient = divideRounded(n3, n2, n1, n0, dHigh, dLow, scratch);
        return Decimal128.withSign(quotient, scratch.second, (aHigh ^ bHigh) >> 63, precision, scratch);
    }

    /// What is left of a * 10^aUp divided by b * 10^bUp, of which one exponent is 0; it has the sign of a and never
    /// more digits than its type. *Failure*: DIVISION_BY_ZERO.
    public static long remainder(long aHigh, long aLow, long bHigh, long bLow, int aUp, int bUp, Scratch scratch) {
        if ((bHigh | bLow) == 0) {
            return scratch.fail(Failure.DIVISION_BY_ZERO);
        }
        long x1 = absHigh(aHigh, aLow);
        long x0 = absLow(aHigh, aLow);
        long d1 = absHigh(bHigh, bLow);
        long d0 = absLow(bHigh, bLow);
        if (bUp > 0) {
            long tenHigh = powerHigh(bUp);
            long tenLow = powerLow(bUp);
            boolean wide = (product2(d1, d0, tenHigh, tenLow) | product3(d1, d0, tenHigh, tenLow)) != 0;
            d1 = product1(d1, d0, tenHigh, tenLow);
            d0 = product0(d0, tenLow);
            if (wide || less(x1, x0, d1, d0)) {
                scratch.second = aLow;
                return aHigh;
            }
        }
        long n3 = 0;
        long n2 = 0;
        if (aUp > 0) {
            long tenHigh = powerHigh(aUp);
            long tenLow = powerLow(aUp);
            n3 = product3(x1, x0, tenHigh, tenLow);
            n2 = product2(x1, x0, tenHigh, tenLow);
            x1 = product1(x1, x0, tenHigh, tenLow);
            x0 = product0(x0, tenLow);
            if (!less(n3, n2, d1, d0)) {
                n3 = remainderWords(0, 0, n3, n2, d1, d0, scratch);
                n2 = scratch.second;
            }
        }
        long high = remainderWords(n3, n2, x1, x0, d1, d0, scratch);
        long low = scratch.second;
        long sign = aHigh >> 63;
        scratch.second = negatedLow(low, sign);
        return negatedHigh(high, low, sign);
    }

    private static long remainderWords(long n3, long n2, long n1, long n0, long d1, long d0, Scratch scratch) {
        long high = Unsigned128.divide(n3, n2, n1, n0, d1, d0, scratch);
        long low = scratch.second;
        return Decimal128.subtract(n1, n0, product1(high, low, d1, d0), product0(low, d0), scratch);
    }

    /// x / 10^`down`, rounded half away from zero.
    ///
    /// @param down from 1 to 38
    public static long round(long high, long low, int down, Scratch scratch) {
        long sign = high >> 63;
        long quotient =
                divideRounded(0, 0, absHigh(high, low), absLow(high, low), powerHigh(down), powerLow(down), scratch);
        return signed(quotient, sign, scratch);
    }

    /// x / 10^`down`, rounded towards negative infinity.
    public static long floor(long high, long low, int down, Scratch scratch) {
        return roundOutwards(high, low, down, -1, scratch);
    }

    /// x / 10^`down`, rounded towards positive infinity.
    public static long ceil(long high, long low, int down, Scratch scratch) {
        return roundOutwards(high, low, down, 0, scratch);
    }

    /// x / 10^`down`, rounded away from zero if the sign is `outwards` and towards zero otherwise.
    private static long roundOutwards(long high, long low, int down, long outwards, Scratch scratch) {
        long sign = high >> 63;
        long x1 = absHigh(high, low);
        long x0 = absLow(high, low);
        long d1 = powerHigh(down);
        long d0 = powerLow(down);
        long quotient = Unsigned128.divide(0, 0, x1, x0, d1, d0, scratch);
        long quotientLow = scratch.second;
        boolean exact = product0(quotientLow, d0) == x0 && product1(quotient, quotientLow, d1, d0) == x1;
        if (!exact && sign == outwards) {
            quotient = Decimal128.add(quotient, quotientLow, 0, 1, scratch);
        }
        return signed(quotient, sign, scratch);
    }

    /// A quotient of four words, the upper two less than the divisor, by a divisor up to 2^127. Rounded half up.
    private static long divideRounded(long n3, long n2, long n1, long n0, long d1, long d0, Scratch scratch) {
        long high = Unsigned128.divide(n3, n2, n1, n0, d1, d0, scratch);
        long low = scratch.second;
        long rest0 = n0 - product0(low, d0);
        long rest1 = n1 - product1(high, low, d1, d0) - (Long.compareUnsigned(n0, rest0) < 0 ? 1 : 0);
        long twice1 = rest1 << 1 | rest0 >>> 63;
        long twice0 = rest0 << 1;
        if (!less(twice1, twice0, d1, d0)) {
            low++;
            high += low == 0 ? 1 : 0;
        }
        scratch.second = low;
        return high;
    }

    /// The magnitude of which the low word is in `scratch.second`, with a sign of 0 or -1.
    private static long signed(long high, long sign, Scratch scratch) {
        long low = scratch.second;
        scratch.second = negatedLow(low, sign);
        return negatedHigh(high, low, sign);
    }
}
