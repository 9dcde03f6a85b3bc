package io.mullion.routine;

/// Magnitudes of decimals: unsigned integers of 128 bits as a high and a low word, their products of 256 bits, and the
/// division of such a product.
///
/// A word of a product has a method of its own, for there is no value of four words without an object; what the methods
/// have in common the JIT computes once. Allocates nothing.
public final class Unsigned128 {
    /// 10^0 to 10^38, which is the greatest power of ten below 2^127.
    private static final long[] POWER_HIGH = new long[39];

    private static final long[] POWER_LOW = new long[39];

    static {
        POWER_LOW[0] = 1;
        for (int i = 1; i < POWER_LOW.length; i++) {
            POWER_LOW[i] = POWER_LOW[i - 1] * 10;
            POWER_HIGH[i] = POWER_HIGH[i - 1] * 10 + Math.unsignedMultiplyHigh(POWER_LOW[i - 1], 10);
        }
    }

    private Unsigned128() {}

    /// The high word of 10^`exponent`, of an exponent from 0 to 38.
    public static long powerHigh(int exponent) {
        return POWER_HIGH[exponent];
    }

    public static long powerLow(int exponent) {
        return POWER_LOW[exponent];
    }

    /// The high word of a signed integer without its sign. That of -2^127 is 2^127.
    public static long absHigh(long high, long low) {
        return negatedHigh(high, low, high >> 63);
    }

    public static long absLow(long high, long low) {
        return negatedLow(low, high >> 63);
    }

    /// The high word of the negative if `sign` is -1, of the integer itself if it is 0.
    public static long negatedHigh(long high, long low, long sign) {
        return (high ^ sign) + (low == 0 ? sign & 1 : 0);
    }

    public static long negatedLow(long low, long sign) {
        return (low ^ sign) - sign;
    }

    /// Whether a < b.
    public static boolean less(long aHigh, long aLow, long bHigh, long bLow) {
        return aHigh == bHigh ? Long.compareUnsigned(aLow, bLow) < 0 : Long.compareUnsigned(aHigh, bHigh) < 0;
    }

    /// Bits 0 to 63 of a * b.
    public static long product0(long aLow, long bLow) {
        return aLow * bLow;
    }

    /// Bits 64 to 127 of a * b.
    public static long product1(long aHigh, long aLow, long bHigh, long bLow) {
        return Math.unsignedMultiplyHigh(aLow, bLow) + aHigh * bLow + aLow * bHigh;
    }

    /// Bits 128 to 191 of a * b.
    public static long product2(long aHigh, long aLow, long bHigh, long bLow) {
        return aHigh * bHigh
                + Math.unsignedMultiplyHigh(aHigh, bLow)
                + Math.unsignedMultiplyHigh(aLow, bHigh)
                + carryOutOf1(aHigh, aLow, bHigh, bLow);
    }

    /// Bits 192 to 255 of a * b.
    public static long product3(long aHigh, long aLow, long bHigh, long bLow) {
        long first = aHigh * bHigh;
        long second = first + Math.unsignedMultiplyHigh(aHigh, bLow);
        long third = second + Math.unsignedMultiplyHigh(aLow, bHigh);
        long sum = third + carryOutOf1(aHigh, aLow, bHigh, bLow);
        return Math.unsignedMultiplyHigh(aHigh, bHigh)
                + carry(second, first)
                + carry(third, second)
                + carry(sum, third);
    }

    private static long carryOutOf1(long aHigh, long aLow, long bHigh, long bLow) {
        long first = Math.unsignedMultiplyHigh(aLow, bLow);
        long second = first + aHigh * bLow;
        long third = second + aLow * bHigh;
        return carry(second, first) + carry(third, second);
    }

    /// 1 if the unsigned addition that made `sum` of `summand` and something wrapped around.
    public static long carry(long sum, long summand) {
        return Long.compareUnsigned(sum, summand) < 0 ? 1 : 0;
    }

    /// The quotient of four words by two, whose upper two words must be less than the divisor: then it has two words.
    ///
    /// The remainder is `n - quotient * d` in 128 bits, which the caller computes if it wants it.
    ///
    /// @return the high word; the low one is in `scratch.second`
    public static long divide(long n3, long n2, long n1, long n0, long dHigh, long dLow, Scratch scratch) {
        if (dHigh == 0) {
            long upper = divideWord(n2, n1, dLow);
            scratch.second = divideWord(n1 - upper * dLow, n0, dLow);
            return upper;
        }
        int shift = Long.numberOfLeadingZeros(dHigh);
        long d1 = shiftedIn(dHigh, dLow, shift);
        long d0 = dLow << shift;
        long m3 = shiftedIn(n3, n2, shift);
        long m2 = shiftedIn(n2, n1, shift);
        long m1 = shiftedIn(n1, n0, shift);
        long m0 = n0 << shift;
        long upper = digit(m3, m2, m1, d1, d0);
        long rest0 = m1 - upper * d0;
        long rest1 = m2 - product1(0, upper, d1, d0) - borrow(m1, rest0);
        scratch.second = digit(rest1, rest0, m0, d1, d0);
        return upper;
    }

    /// The quotient, of one word, of three words by two; the upper two of the three are less than the divisor.
    public static long divideToWord(long n2, long n1, long n0, long dHigh, long dLow) {
        if (dHigh == 0) {
            return divideWord(n1, n0, dLow);
        }
        int shift = Long.numberOfLeadingZeros(dHigh);
        return digit(
                shiftedIn(n2, n1, shift),
                shiftedIn(n1, n0, shift),
                n0 << shift,
                shiftedIn(dHigh, dLow, shift),
                dLow << shift);
    }

    /// The quotient, of one word, of three words by two whose top bit is set; the upper two of the three are less than
    /// the divisor. Knuth, The Art of Computer Programming, 4.3.1 D, in base 2^64.
    private static long digit(long n2, long n1, long n0, long d1, long d0) {
        long guess = n2 == d1 ? -1 : divideWord(n2, n1, d1);
        // The guess is at most two too large: while n < guess * d.
        while (true) {
            long product0 = guess * d0;
            long cross = Math.unsignedMultiplyHigh(guess, d0);
            long product1 = guess * d1 + cross;
            long product2 = Math.unsignedMultiplyHigh(guess, d1) + carry(product1, cross);
            if (Long.compareUnsigned(product2, n2) < 0 || product2 == n2 && !less(n1, n0, product1, product0)) {
                return guess;
            }
            guess--;
        }
    }

    /// The quotient of two words by one, of which the upper must be less than the divisor. As Warren, Hacker's Delight,
    /// 9-4: schoolbook division with digits of 32 bits.
    public static long divideWord(long high, long low, long divisor) {
        if (high == 0) {
            return Long.divideUnsigned(low, divisor);
        }
        int shift = Long.numberOfLeadingZeros(divisor);
        long d = divisor << shift;
        long n1 = shiftedIn(high, low, shift);
        long n0 = low << shift;
        long upper = halfDigit(n1, n0 >>> 32, d);
        long rest = (n1 << 32 | n0 >>> 32) - upper * d;
        return upper << 32 | halfDigit(rest, n0 & 0xFFFF_FFFFL, d);
    }

    /// The quotient, of 32 bits, of `n * 2^32 + next` by a divisor whose top bit is set; n is less than the divisor.
    private static long halfDigit(long n, long next, long divisor) {
        long d1 = divisor >>> 32;
        long d0 = divisor & 0xFFFF_FFFFL;
        long guess = Long.divideUnsigned(n, d1);
        long rest = n - guess * d1;
        while (guess >>> 32 != 0 || Long.compareUnsigned(guess * d0, rest << 32 | next) > 0) {
            guess--;
            rest += d1;
            if (rest >>> 32 != 0) {
                break;
            }
        }
        return guess;
    }

    /// `word << shift` with the bits of the word below it, of a shift from 0 to 63.
    private static long shiftedIn(long word, long below, int shift) {
        return word << shift | below >>> 1 >>> 63 - shift;
    }

    private static long borrow(long from, long difference) {
        return Long.compareUnsigned(from, difference) < 0 ? 1 : 0;
    }
}
