package io.mullion.routine;

import static io.mullion.routine.Unsigned128.powerHigh;
import static io.mullion.routine.Unsigned128.powerLow;

/// Routines between decimals and text. Words as in [Decimal128].
public final class DecimalText {
    /// Digits that a word takes.
    private static final int CHUNK_DIGITS = 18;

    private static final long CHUNK = 1_000_000_000_000_000_000L;
    private static final int GREATEST_POWER = 38;

    /// Where exponents stop to grow: more than any text has digits.
    private static final long ENDLESS = 100_000_000_000L;

    private DecimalText() {}

    /// Text as a decimal: a sign or none, digits with a point or without, an exponent or none (`-12`, `+1.50`, `.5`,
    /// `7.`, `1e-3`), and nothing around it. Digits behind the scale are rounded half away from zero.
    ///
    /// *Failure*: MALFORMED, OUT_OF_RANGE.
    public static long parse(long address, int length, int scale, int precision, Scratch scratch) {
        int start = 0;
        boolean negative = false;
        if (length > 0) {
            byte sign = RawMemory.getByte(address);
            negative = sign == '-';
            start = negative || sign == '+' ? 1 : 0;
        }
        int digits = 0;
        int fraction = 0;
        int significant = 0;
        int first = start;
        boolean point = false;
        int at = start;
        for (; at < length; at++) {
            int digit = RawMemory.getByte(address + at) - '0';
            if (digit >= 0 && digit <= 9) {
                digits++;
                fraction += point ? 1 : 0;
                if (digit != 0 || significant != 0) {
                    first = significant == 0 ? at : first;
                    significant++;
                }
            } else if (digit == '.' - '0' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            return scratch.fail(Failure.MALFORMED);
        }
        long exponent = 0;
        int mantissaEnd = at;
        if (at < length) {
            exponent = exponent(address + at, length - at);
            if (exponent == Long.MIN_VALUE) {
                return scratch.fail(Failure.MALFORMED);
            }
        }
        // How many of the significant digits are before the place where the scale ends.
        long kept = significant - fraction + exponent + scale;
        if (significant == 0 || kept < 0) {
            scratch.second = 0;
            return 0;
        }
        if (kept > GREATEST_POWER) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        return parseDigits(address + first, mantissaEnd - first, (int) kept, negative ? -1 : 0, precision, scratch);
    }

    /// The exponent at `address`, or the least int64 if there is none of the right form.
    private static long exponent(long address, int length) {
        if ((RawMemory.getByte(address) | 0x20) != 'e' || length < 2) {
            return Long.MIN_VALUE;
        }
        byte sign = RawMemory.getByte(address + 1);
        int at = sign == '-' || sign == '+' ? 2 : 1;
        if (at == length) {
            return Long.MIN_VALUE;
        }
        long exponent = 0;
        for (; at < length; at++) {
            int digit = RawMemory.getByte(address + at) - '0';
            if (digit < 0 || digit > 9) {
                return Long.MIN_VALUE;
            }
            exponent = Math.min(exponent * 10 + digit, ENDLESS);
        }
        return sign == '-' ? -exponent : exponent;
    }

    /// Digits and perhaps a point, which are known to be well-formed, and begin with another digit than 0: the first
    /// `kept` make the result.
    private static long parseDigits(long address, int length, int kept, long sign, int precision, Scratch scratch) {
        long high = 0;
        long low = 0;
        int taken = 0;
        for (int at = 0; at < length; at++) {
            int digit = RawMemory.getByte(address + at) - '0';
            if (digit < 0) {
                continue;
            }
            if (taken == kept) {
                if (digit >= 5) {
                    low++;
                    high += low == 0 ? 1 : 0;
                }
                break;
            }
            if (taken < CHUNK_DIGITS) {
                low = low * 10 + digit;
            } else {
                long tens = low * 10;
                high = high * 10 + Math.unsignedMultiplyHigh(low, 10);
                low = tens + digit;
                high += Unsigned128.carry(low, tens);
            }
            taken++;
        }
        if (taken < kept) {
            int zeros = kept - taken;
            high = Unsigned128.product1(high, low, powerHigh(zeros), powerLow(zeros));
            low = Unsigned128.product0(low, powerLow(zeros));
        }
        return Decimal128.withSign(high, low, sign, precision, scratch);
    }

    /// With exactly `scale` digits behind the point, and no point if there are none. *Failure*: TEXT_TOO_LARGE.
    public static long format(long high, long low, int scale, Scratch scratch) {
        long u1 = Unsigned128.absHigh(high, low);
        long u0 = Unsigned128.absLow(high, low);
        int digits = Math.max(digitCount(u1, u0), scale + 1);
        int sign = high < 0 ? 1 : 0;
        int length = sign + digits + (scale > 0 ? 1 : 0);
        long address = scratch.take(length);
        if (address == 0) {
            return 0;
        }
        if (sign != 0) {
            RawMemory.putByte(address, (byte) '-');
        }
        long chunk = u0;
        long next = 0;
        long last = 0;
        if (u1 != 0 || Long.compareUnsigned(u0, CHUNK) >= 0) {
            long upper1 = Unsigned128.divide(0, 0, u1, u0, 0, CHUNK, scratch);
            long upper0 = scratch.second;
            chunk = u0 - upper0 * CHUNK;
            last = Unsigned128.divideWord(upper1, upper0, CHUNK);
            next = upper0 - last * CHUNK;
        }
        long at = address + length;
        for (int i = 0; i < digits; i++) {
            if (i == scale && i > 0) {
                at--;
                RawMemory.putByte(at, (byte) '.');
            }
            if (i == CHUNK_DIGITS) {
                chunk = next;
            } else if (i == 2 * CHUNK_DIGITS) {
                chunk = last;
            }
            at--;
            RawMemory.putByte(at, (byte) ('0' + chunk % 10));
            chunk /= 10;
        }
        scratch.second = length;
        return address;
    }

    /// Decimal digits of a magnitude; 1 of 0.
    private static int digitCount(long high, long low) {
        int bits = high == 0 ? 64 - Long.numberOfLeadingZeros(low) : 128 - Long.numberOfLeadingZeros(high);
        // log10(2) as a fraction: right below 2^128, or one too small.
        int digits = bits * 1233 >>> 12;
        return Math.max(1, Unsigned128.less(high, low, powerHigh(digits), powerLow(digits)) ? digits : digits + 1);
    }
}
