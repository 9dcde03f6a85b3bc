package io.mullion.routine;

import static io.mullion.routine.Unsigned128.absHigh;
import static io.mullion.routine.Unsigned128.absLow;
import static io.mullion.routine.Unsigned128.powerHigh;
import static io.mullion.routine.Unsigned128.powerLow;
import static io.mullion.routine.Unsigned128.product0;
import static io.mullion.routine.Unsigned128.product1;
import static io.mullion.routine.Unsigned128.product2;

/// Routines between decimals and the other numbers. Words as in [Decimal128].
public final class DecimalConversion {
    private static final int FRACTION_BITS = 52;
    private static final long FRACTION = (1L << FRACTION_BITS) - 1;

    /// The exponent of a double whose 53 bits are read as an integer.
    private static final int EXPONENT_BIAS = 1023 + FRACTION_BITS;

    /// Up to here powers of ten are doubles.
    private static final int GREATEST_EXACT_POWER = 22;

    private static final int GREATEST_EXACT_FLOAT_POWER = 10;

    private static final double[] EXACT_POWERS = new double[GREATEST_EXACT_POWER + 1];

    static {
        EXACT_POWERS[0] = 1;
        for (int i = 1; i < EXACT_POWERS.length; i++) {
            EXACT_POWERS[i] = EXACT_POWERS[i - 1] * 10;
        }
    }

    private DecimalConversion() {}

    /// An integer as a decimal of scale 0 whose precision takes every integer of its width.
    public static long fromInt64(long value, Scratch scratch) {
        scratch.second = value;
        return value >> 63;
    }

    /// An integer as a decimal of any scale. *Failure*: OUT_OF_RANGE.
    public static long fromInt64Checked(long value, int scale, int precision, Scratch scratch) {
        return Decimal128.multiplyChecked(value >> 63, value, powerHigh(scale), powerLow(scale), precision, scratch);
    }

    /// Rounded half away from zero. *Failure*: OUT_OF_RANGE.
    public static long toInt64(long high, long low, int scale, Scratch scratch) {
        long rounded = scale == 0 ? high : DecimalDivision.round(high, low, scale, scratch);
        long value = scale == 0 ? low : scratch.second;
        return rounded == value >> 63 ? value : scratch.fail(Failure.OUT_OF_RANGE);
    }

    /// Rounded half away from zero. *Failure*: OUT_OF_RANGE.
    ///
    /// @param bits the width of the integer type: 8, 16 or 32
    public static int toInt32(long high, long low, int scale, int bits, Scratch scratch) {
        long value = toInt64(high, low, scale, scratch);
        return value == value << 64 - bits >> 64 - bits ? (int) value : (int) scratch.fail(Failure.OUT_OF_RANGE);
    }

    /// The decimal that is nearest to the exact value of the double, the one further from zero of two. Exact means
    /// that 0.15, which is a little less than that, becomes 0.1 with one digit. *Failure*: OUT_OF_RANGE, of NaN and
    /// infinities too.
    public static long fromFloat64(double value, int scale, int precision, Scratch scratch) {
        long bits = Double.doubleToRawLongBits(value);
        int biased = (int) (bits >>> FRACTION_BITS) & 0x7ff;
        long integer = biased == 0 ? bits & FRACTION : bits & FRACTION | FRACTION + 1;
        int exponent = Math.max(biased, 1) - EXPONENT_BIAS;
        long high;
        long low;
        if (exponent >= 0) {
            // 53 bits and more than 74 zeros are more than 10^38.
            if (exponent > 74) {
                return scratch.fail(Failure.OUT_OF_RANGE);
            }
            high = exponent >= 64 ? integer << exponent : integer >>> 1 >>> 63 - exponent;
            low = exponent >= 64 ? 0 : integer << exponent;
            long sign = bits >> 63;
            long signedHigh = Unsigned128.negatedHigh(high, low, sign);
            return Decimal128.multiplyChecked(
                    signedHigh,
                    Unsigned128.negatedLow(low, sign),
                    powerHigh(scale),
                    powerLow(scale),
                    precision,
                    scratch);
        }
        // 53 and 127 bits are less than 180 together; shifted by more nothing is left.
        if (exponent < -180) {
            scratch.second = 0;
            return 0;
        }
        return scaledDown(integer, -exponent, bits >> 63, scale, precision, scratch);
    }

    /// `integer * 10^scale / 2^shift`, rounded half up, with a sign of 0 or -1.
    private static long scaledDown(long integer, int shift, long sign, int scale, int precision, Scratch scratch) {
        long tenHigh = powerHigh(scale);
        long tenLow = powerLow(scale);
        long n0 = product0(integer, tenLow);
        long n1 = product1(0, integer, tenHigh, tenLow);
        long n2 = product2(0, integer, tenHigh, tenLow);
        boolean up = (word(n2, n1, n0, shift - 1) & 1) != 0;
        // A product of 180 bits that is still over 128 is far over 10^38.
        if (word(n2, n1, n0, shift + 128) != 0) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        long low = word(n2, n1, n0, shift);
        long high = word(n2, n1, n0, shift + 64);
        if (up) {
            low++;
            high += low == 0 ? 1 : 0;
        }
        return Decimal128.withSign(high, low, sign, precision, scratch);
    }

    /// The 64 bits from bit `from` on of three words.
    private static long word(long n2, long n1, long n0, int from) {
        int shift = from & 63;
        return switch (from >>> 6) {
            case 0 -> n0 >>> shift | n1 << 1 << 63 - shift;
            case 1 -> n1 >>> shift | n2 << 1 << 63 - shift;
            case 2 -> n2 >>> shift;
            default -> 0;
        };
    }

    /// The double nearest to the decimal, the even one of two.
    public static double toFloat64(long high, long low, int scale) {
        if (high == low >> 63 && Math.abs(low) <= 1L << 53 && scale <= GREATEST_EXACT_POWER) {
            // Both are exact as doubles, so that the one division rounds the quotient.
            return low / EXACT_POWERS[scale];
        }
        long u1 = absHigh(high, low);
        long u0 = absLow(high, low);
        if ((u1 | u0) == 0) {
            return 0;
        }
        int up = binaryScale(u1, u0, scale);
        long quotient = quotientAndSticky(u1, u0, scale, up);
        double magnitude = (double) (quotient >>> 1 | quotient & 1) * powerOfTwo(1 - up);
        return high < 0 ? -magnitude : magnitude;
    }

    /// The float nearest to the decimal, the even one of two.
    public static float toFloat32(long high, long low, int scale) {
        if (high == low >> 63 && Math.abs(low) <= 1L << 24 && scale <= GREATEST_EXACT_FLOAT_POWER) {
            // Both are exact as floats, and a double has so many more bits that rounding twice does not show.
            return (float) (low / EXACT_POWERS[scale]);
        }
        long u1 = absHigh(high, low);
        long u0 = absLow(high, low);
        if ((u1 | u0) == 0) {
            return 0;
        }
        int up = binaryScale(u1, u0, scale);
        long quotient = quotientAndSticky(u1, u0, scale, up);
        // The product is a double without rounding again; only 10^-38 is no normal float, and rounds as it should.
        float rounded = (float) (quotient >>> 1 | quotient & 1);
        float magnitude = (float) (rounded * powerOfTwo(1 - up));
        return high < 0 ? -magnitude : magnitude;
    }

    /// The power of two by which a magnitude is multiplied so that its quotient by 10^`scale` has 63 or 64 bits.
    private static int binaryScale(long u1, long u0, int scale) {
        return bitLength(powerHigh(scale), powerLow(scale)) + 63 - bitLength(u1, u0);
    }

    /// The quotient of a magnitude times 2^`up` by 10^`scale`; its last bit is set, too, if the division is not exact.
    private static long quotientAndSticky(long u1, long u0, int scale, int up) {
        long n2 = 0;
        long n1 = u1;
        long n0 = u0;
        boolean lost = false;
        if (up < 0) {
            int down = -up;
            n0 = word(0, u1, u0, down);
            n1 = word(0, u1, u0, down + 64);
            lost = u0 != n0 << down;
        } else {
            n2 = wordUp(u1, u0, up, 2);
            n1 = wordUp(u1, u0, up, 1);
            n0 = wordUp(u1, u0, up, 0);
        }
        long d1 = powerHigh(scale);
        long d0 = powerLow(scale);
        long quotient = Unsigned128.divideToWord(n2, n1, n0, d1, d0);
        boolean exact = product0(quotient, d0) == n0 && product1(0, quotient, d1, d0) == n1;
        return exact && !lost ? quotient : quotient | 1;
    }

    /// Word `index` of two words shifted to the left.
    private static long wordUp(long u1, long u0, int shift, int index) {
        int from = 64 * index - shift;
        if (from <= -64) {
            return 0;
        }
        return from < 0 ? u0 << -from : word(0, u1, u0, from);
    }

    private static int bitLength(long high, long low) {
        return high == 0 ? 64 - Long.numberOfLeadingZeros(low) : 128 - Long.numberOfLeadingZeros(high);
    }

    /// 2^`exponent`, of the exponent of a normal double.
    private static double powerOfTwo(int exponent) {
        return Double.longBitsToDouble((long) (exponent + 1023) << FRACTION_BITS);
    }
}
