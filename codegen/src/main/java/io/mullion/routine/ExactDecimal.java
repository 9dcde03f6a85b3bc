package io.mullion.routine;

/// Compares a decimal number with the point half-way between two floats by integers of any size, kept in scratch
/// memory: the last resort of [FloatParse].
///
/// With the decimal `d * 10^p` and the half-way point `h * 2^b` both sides are made integers by moving the powers of
/// five and two to the side where they are positive.
public final class ExactDecimal {
    /// Digits beyond these can only say that the number is greater: a half-way point of float64 has at most 767.
    private static final int MAX_DIGITS = 800;

    /// 800 digits have 2658 bits, 5^(342 + 781) times 54 bits has 2662; the shifts make the lesser side as long as the
    /// greater. In limbs of 32 bits, with room for a carry.
    private static final int MAX_LIMBS = 96;

    private static final int SIDE_BYTES = 4 * MAX_LIMBS;

    /// What [#compareToHalfWay] takes of the scratch memory.
    public static final int BYTES = 2 * SIDE_BYTES;

    private static final long LIMB = 0xffff_ffffL;
    private static final int FIVE_TO_13 = 1_220_703_125;

    private ExactDecimal() {}

    /// The order of a decimal against the point half-way from the float `lower` to the next one.
    ///
    /// @param mantissa address of digits with at most one point among them, not all zero
    /// @param power the power of ten that belongs to the first 19 significant digits as an integer
    /// @param lower the bits of a positive finite float or zero, as [FloatParse] knows them; the number is between it
    /// and the second next
    public static int compareToHalfWay(
            long mantissa, int length, long power, long lower, int precision, int leastExponent, Scratch scratch) {
        long decimal = scratch.take(BYTES);
        if (decimal == 0) {
            return 0;
        }
        long binary = decimal + SIDE_BYTES;
        int taken = 0;
        int decimalLimbs = 0;
        boolean rest = false;
        for (int i = 0; i < length; i++) {
            int digit = RawMemory.getByte(mantissa + i) - '0';
            if (digit < 0 || digit > 9 || taken == 0 && digit == 0) {
                continue;
            }
            if (taken < MAX_DIGITS) {
                decimalLimbs = multiplyAdd(decimal, decimalLimbs, 10, digit);
                taken++;
            } else {
                rest |= digit != 0;
            }
        }
        long biased = lower >>> (precision - 1);
        long significand = (lower & ((1L << (precision - 1)) - 1)) | (biased == 0 ? 0 : 1L << (precision - 1));
        int binaryLimbs = multiplyAdd(binary, 0, 1, (int) ((2 * significand + 1) >>> 32));
        binaryLimbs = shiftLeft(binary, binaryLimbs, 32);
        binaryLimbs = multiplyAdd(binary, binaryLimbs, 1, (int) (2 * significand + 1));
        int binaryPower = (int) Math.max(biased, 1) - 1 + leastExponent - (precision - 1) - 1;

        int decimalPower = (int) power + Math.min(19, taken) - taken;
        if (decimalPower >= 0) {
            decimalLimbs = multiplyByPowerOfFive(decimal, decimalLimbs, decimalPower);
        } else {
            binaryLimbs = multiplyByPowerOfFive(binary, binaryLimbs, -decimalPower);
        }
        int twos = decimalPower - binaryPower;
        if (twos >= 0) {
            decimalLimbs = shiftLeft(decimal, decimalLimbs, twos);
        } else {
            binaryLimbs = shiftLeft(binary, binaryLimbs, -twos);
        }
        int order = compare(decimal, decimalLimbs, binary, binaryLimbs);
        scratch.giveBack(BYTES);
        return order == 0 && rest ? 1 : order;
    }

    /// Times `factor` plus `summand`, both unsigned.
    ///
    /// @return how many limbs the result has
    private static int multiplyAdd(long integer, int limbs, int factor, int summand) {
        long carry = summand & LIMB;
        for (int i = 0; i < limbs; i++) {
            carry += (RawMemory.getInt(integer + 4L * i) & LIMB) * (factor & LIMB);
            RawMemory.putInt(integer + 4L * i, (int) carry);
            carry >>>= 32;
        }
        if (carry == 0) {
            return limbs;
        }
        RawMemory.putInt(integer + 4L * limbs, (int) carry);
        return limbs + 1;
    }

    private static int multiplyByPowerOfFive(long integer, int limbs, int power) {
        int count = limbs;
        int left = power;
        for (; left >= 13; left -= 13) {
            count = multiplyAdd(integer, count, FIVE_TO_13, 0);
        }
        for (; left > 0; left--) {
            count = multiplyAdd(integer, count, 5, 0);
        }
        return count;
    }

    private static int shiftLeft(long integer, int limbs, int bits) {
        int words = bits >>> 5;
        int count = multiplyAdd(integer, limbs, 1 << (bits & 31), 0);
        if (words == 0 || count == 0) {
            return count;
        }
        RawMemory.copy(integer, integer + 4L * words, 4L * count);
        for (int i = 0; i < words; i++) {
            RawMemory.putInt(integer + 4L * i, 0);
        }
        return count + words;
    }

    private static int compare(long a, int aLimbs, long b, int bLimbs) {
        if (aLimbs != bLimbs) {
            return Integer.compare(aLimbs, bLimbs);
        }
        for (int i = aLimbs - 1; i >= 0; i--) {
            int order = Integer.compareUnsigned(RawMemory.getInt(a + 4L * i), RawMemory.getInt(b + 4L * i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
