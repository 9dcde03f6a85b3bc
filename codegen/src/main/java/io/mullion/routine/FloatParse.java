package io.mullion.routine;

/// Decimal text to float64 and float32, rounded to nearest, ties to even.
///
/// The form is `[+-] digits [. digits] [(e|E) [+-] digits]`, where one of the two runs of mantissa digits may be
/// missing, or `NaN`, or `[+-] Infinity`; nothing before or after it. A finite number beyond the greatest of the type
/// fails [Failure#OUT_OF_RANGE]; one too small for the least becomes zero.
///
/// Allocates nothing: numbers of few digits take one exact multiplication or division, almost all others one product of
/// 64 by 128 bits, and those few that this cannot tell from a half-way point are compared with it exactly (see
/// [ExactDecimal], which takes [ExactDecimal#BYTES] bytes of the scratch memory and gives them back).
///
/// *Source*: W. Clinger, How to read floating point numbers accurately (1990); D. Lemire, Number parsing at a gigabyte
/// per second (2021). Here all powers of the table are rounded down, so that the product is a lower bound.
public final class FloatParse {
    /// More digits than these do not fit 64 bits.
    private static final int MAX_DIGITS = 19;

    /// Beyond it every number is zero or too large; far enough from the ends of int64 for sums.
    private static final long EXPONENT_LIMIT = 1L << 40;

    private static final int FLOAT64_BITS = 53;
    private static final int FLOAT64_LEAST = -1022;
    private static final int FLOAT32_BITS = 24;
    private static final int FLOAT32_LEAST = -126;

    private FloatParse() {}

    /// A float64. *Failure*: [Failure#MALFORMED], [Failure#OUT_OF_RANGE].
    public static double parseFloat64(long address, int length, Scratch scratch) {
        int sign = signLength(address, length);
        double magnitude = Double.longBitsToDouble(bits(address, sign, length, true, scratch));
        return sign == 1 && RawMemory.getByte(address) == '-' ? -magnitude : magnitude;
    }

    /// A float32, rounded once, from the text. *Failure*: [Failure#MALFORMED], [Failure#OUT_OF_RANGE].
    public static float parseFloat32(long address, int length, Scratch scratch) {
        int sign = signLength(address, length);
        float magnitude = Float.intBitsToFloat((int) bits(address, sign, length, false, scratch));
        return sign == 1 && RawMemory.getByte(address) == '-' ? -magnitude : magnitude;
    }

    private static int signLength(long address, int length) {
        if (length == 0) {
            return 0;
        }
        byte first = RawMemory.getByte(address);
        return first == '-' || first == '+' ? 1 : 0;
    }

    /// The bits of the number without its sign, as a float64 (`wide`) or a float32.
    private static long bits(long address, int start, int length, boolean wide, Scratch scratch) {
        long digits = 0;
        int significant = 0;
        long power = 0;
        boolean rest = false;
        boolean point = false;
        boolean any = false;
        int i = start;
        for (; i < length; i++) {
            int c = RawMemory.getByte(address + i);
            int digit = c - '0';
            if (digit >= 0 && digit <= 9) {
                any = true;
                if (significant < MAX_DIGITS) {
                    digits = 10 * digits + digit;
                    significant += digits == 0 ? 0 : 1;
                    power -= point ? 1 : 0;
                } else {
                    rest |= digit != 0;
                    power += point ? 0 : 1;
                }
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (!any) {
            return special(address, start, length, wide, scratch);
        }
        if (i < length) {
            long exponent = exponent(address + i, length - i);
            if (exponent == Long.MIN_VALUE) {
                return scratch.fail(Failure.MALFORMED);
            }
            power += exponent;
        }
        if (wide) {
            if (!rest && digits >= 0 && digits <= 1L << FLOAT64_BITS && power >= -22 && power <= 22) {
                double exact = digits;
                int p = (int) power;
                return Double.doubleToRawLongBits(
                        p < 0 ? exact / PowersOfTen.FLOAT64[-p] : exact * PowersOfTen.FLOAT64[p]);
            }
            return rounded(address + start, i - start, digits, power, rest, FLOAT64_BITS, FLOAT64_LEAST, scratch);
        }
        if (!rest && digits >= 0 && digits <= 1L << FLOAT32_BITS && power >= -10 && power <= 10) {
            float exact = digits;
            int p = (int) power;
            return Float.floatToRawIntBits(p < 0 ? exact / PowersOfTen.FLOAT32[-p] : exact * PowersOfTen.FLOAT32[p]);
        }
        return rounded(address + start, i - start, digits, power, rest, FLOAT32_BITS, FLOAT32_LEAST, scratch);
    }

    /// The number after `e`, up to the end of the text, clamped; the least int64 if there is none.
    private static long exponent(long address, int length) {
        int c = RawMemory.getByte(address);
        if (c != 'e' && c != 'E') {
            return Long.MIN_VALUE;
        }
        int sign = length > 1 ? RawMemory.getByte(address + 1) : 0;
        int i = sign == '-' || sign == '+' ? 2 : 1;
        if (i == length) {
            return Long.MIN_VALUE;
        }
        long exponent = 0;
        for (; i < length; i++) {
            int digit = RawMemory.getByte(address + i) - '0';
            if (digit < 0 || digit > 9) {
                return Long.MIN_VALUE;
            }
            exponent = Math.min(EXPONENT_LIMIT, 10 * exponent + digit);
        }
        return sign == '-' ? -exponent : exponent;
    }

    /// `NaN`, which takes no sign, or `Infinity`.
    private static long special(long address, int start, int length, boolean wide, Scratch scratch) {
        if (start == 0 && length == 3 && RawMemory.getByte(address) == 'N' && RawMemory.getByte(address + 1) == 'a') {
            return RawMemory.getByte(address + 2) == 'N'
                    ? wide ? Double.doubleToRawLongBits(Double.NaN) : Float.floatToRawIntBits(Float.NaN)
                    : scratch.fail(Failure.MALFORMED);
        }
        if (length - start != 8
                || RawMemory.getInt(address + start) != NumberText.INFI
                || RawMemory.getInt(address + start + 4) != NumberText.NITY) {
            return scratch.fail(Failure.MALFORMED);
        }
        return wide
                ? Double.doubleToRawLongBits(Double.POSITIVE_INFINITY)
                : Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    }

    /// `(digits + rest) * 10^power` as the bits of a float whose significand has `precision` bits.
    ///
    /// @param rest whether the mantissa text goes on, behind the `digits`, with others than zeros
    private static long rounded(
            long mantissa,
            int length,
            long digits,
            long power,
            boolean rest,
            int precision,
            int leastExponent,
            Scratch scratch) {
        // 19 digits times 10^-343 are less than half of the least float64.
        if (digits == 0 || power < PowersOfTen.LEAST) {
            return 0;
        }
        long infinity = (3L - 2 * leastExponent) << (precision - 1);
        if (power > 308) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        long bits = product(digits, (int) power, precision, leastExponent);
        if (bits < 0 || rest && product(digits + 1, (int) power, precision, leastExponent) != bits) {
            // The value is above `lower` and below the float after the next; so the point half-way up decides.
            long lower = bits < 0 ? ~bits : bits;
            int order =
                    ExactDecimal.compareToHalfWay(mantissa, length, power, lower, precision, leastExponent, scratch);
            if (scratch.failure != null) {
                return 0;
            }
            bits = order > 0 || order == 0 && (lower & 1) == 1 ? lower + 1 : lower;
        }
        return bits < infinity ? bits : scratch.fail(Failure.OUT_OF_RANGE);
    }

    /// `digits * 10^power` rounded; or, where 128 bits do not tell on which side of a half-way point it is, the
    /// complement of the float below.
    ///
    /// The bits of a float are `(exponent - leastExponent) << (precision - 1)` plus its significand, hidden bit
    /// included; and plus 1 they are those of the next float, be it subnormal, of the next binade, or infinite.
    private static long product(long digits, int power, int precision, int leastExponent) {
        int shift = Long.numberOfLeadingZeros(digits);
        long normalized = digits << shift;
        long tableHigh = PowersOfTen.high(power);
        long tableLow = PowersOfTen.low(power);
        // 192 bits of the product: high, low, last. The product of the true power is less than 2^64 greater.
        long middle = normalized * tableHigh;
        long low = middle + Math.unsignedMultiplyHigh(normalized, tableLow);
        long high = Math.unsignedMultiplyHigh(normalized, tableHigh) + (Long.compareUnsigned(low, middle) < 0 ? 1 : 0);
        long last = normalized * tableLow;
        boolean exact = power >= 0 && power <= PowersOfTen.GREATEST_EXACT;

        int upper = (int) (high >>> 63);
        int exponent = 63 + upper + PowersOfTen.log2(power) - shift;
        if (exponent > 1 - leastExponent) {
            // 2^exponent already is infinite.
            return (3L - 2 * leastExponent) << (precision - 1);
        }
        int drop = 63 + upper - precision + Math.max(0, leastExponent - exponent);
        if (drop > 64) {
            // Less than half of the least float, unless all ones with what may follow them.
            return high == -1 && low == -1 ? ~0L : 0;
        }
        long significand = drop == 64 ? 0 : high >>> drop;
        long lower = ((long) (Math.max(exponent, leastExponent) - leastExponent) << (precision - 1)) + significand;
        long remainder = drop == 64 ? high : high & ((1L << drop) - 1);
        long half = 1L << (drop - 1);
        if (Long.compareUnsigned(remainder, half) > 0) {
            return lower + 1;
        }
        if (remainder == half) {
            // The true power is greater than the table's, unless that is exact; so at the half it is above it.
            boolean tie = exact && (low | last) == 0;
            return tie ? lower + (lower & 1) : lower + 1;
        }
        boolean unsure = remainder == half - 1 && low == -1 && !exact;
        return unsure ? ~lower : lower;
    }
}
