package io.mullion.routine;

import java.math.BigInteger;

/// The powers of ten that floating-point numbers are read and written with: 128 leading bits of each, made once by
/// exact integers.
///
/// `10^k = (high:low + fraction) * 2^(log2(k) - 127)`, where `high:low` is an unsigned integer with its uppermost bit
/// set and `0 <= fraction < 1`.
public final class PowersOfTen {
    /// The least exponent of the table: numbers of 64 bits times a lesser power are zero as float64.
    public static final int LEAST = -342;

    /// The greatest exponent of the table: 10^-324 is the scale of the least float64.
    public static final int GREATEST = 324;

    /// The greatest exponent whose power has no more than 128 bits once its factors of two are gone: `fraction` is 0
    /// from 0 up to here.
    public static final int GREATEST_EXACT = 55;

    /// 10^0 to 10^18.
    public static final long[] INT64 = new long[19];

    /// 10^0 to 10^22, all of which float64 holds exactly.
    public static final double[] FLOAT64 = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /// 10^0 to 10^10, all of which float32 holds exactly.
    public static final float[] FLOAT32 = {1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};

    private static final int GUARD_BITS = 128;

    private static final long[] WORDS = new long[2 * (GREATEST - LEAST + 1)];

    static {
        long integer = 1;
        for (int k = 0; k < INT64.length; k++) {
            INT64[k] = integer;
            integer *= 10;
        }
        // 10^k has the leading bits of 5^k. The negative powers are all made from one division by the greatest power of
        // five; its rounding would matter to a power with as many zeros behind its leading bits as there are guard
        // bits.
        BigInteger five = BigInteger.valueOf(5);
        BigInteger power = BigInteger.ONE;
        for (int k = 0; k <= GREATEST; k++) {
            put(k, power);
            power = power.multiply(five);
        }
        power = five.pow(-LEAST);
        power = BigInteger.ONE.shiftLeft(power.bitLength() + 128 + GUARD_BITS).divide(power);
        for (int k = LEAST; k < 0; k++) {
            put(k, power);
            power = power.multiply(five);
        }
    }

    private PowersOfTen() {}

    private static void put(int k, BigInteger value) {
        int excess = value.bitLength() - 128;
        BigInteger leading = excess >= 0 ? value.shiftRight(excess) : value.shiftLeft(-excess);
        WORDS[2 * (k - LEAST)] = leading.shiftRight(64).longValue();
        WORDS[2 * (k - LEAST) + 1] = leading.longValue();
    }

    public static long high(int k) {
        return WORDS[2 * (k - LEAST)];
    }

    public static long low(int k) {
        return WORDS[2 * (k - LEAST) + 1];
    }

    /// `floor(log2(10^k))` for k in [[#LEAST], [#GREATEST]]: 217706 / 2^16 is near enough to log2(10) for these.
    public static int log2(int k) {
        return (217_706 * k) >> 16;
    }

    /// Decimal digits of an unsigned integer up to 10^19; one of 0.
    public static int digits(long unsigned) {
        if (unsigned < 0) {
            return 19 + (Long.compareUnsigned(unsigned, -8_446_744_073_709_551_616L) >= 0 ? 1 : 0);
        }
        // 1233 / 2^12 is near log10(2): right or one too few.
        int guess = ((64 - Long.numberOfLeadingZeros(unsigned | 1)) * 1233) >> 12;
        return guess < INT64.length && unsigned >= INT64[guess] ? guess + 1 : Math.max(guess, 1);
    }
}
