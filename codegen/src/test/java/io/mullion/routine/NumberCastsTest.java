package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Against integers of any size.
class NumberCastsTest {
    private static final int ROUNDS = 60_000;
    private static final long[] INTEGERS = {
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        32767,
        32768,
        -32768,
        -32769,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE + 1L,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE - 1L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        3037000500L,
        1L << 32
    };
    private static final double[] FLOATS = {
        0.0,
        -0.0,
        0.9,
        -0.9,
        127.99,
        128,
        -128.99,
        -129,
        32767.5,
        32768,
        -32768.5,
        -32769,
        2147483647.5,
        2147483648.0,
        -2147483648.5,
        -2147483649.0,
        0x1p63,
        -0x1p63,
        0x1.fffffffffffffp62,
        -0x1.0000000000001p63,
        1e300
    };

    private final Scratch scratch = new Scratch();

    @Test
    void integersAreNarrowedOnlyWhereTheyFit() {
        SplittableRandom random = new SplittableRandom(101);
        for (int round = 0; round < ROUNDS + INTEGERS.length; round++) {
            long value = round < INTEGERS.length ? INTEGERS[round] : random.nextLong() >> random.nextInt(64);
            BigInteger exact = BigInteger.valueOf(value);
            check(exact, 32, NumberCasts.int64ToInt32(value, scratch));
            check(exact, 16, NumberCasts.int64ToInt16(value, scratch));
            check(exact, 8, NumberCasts.int64ToInt8(value, scratch));
        }
    }

    @Test
    void floatsLoseTheirFractionAndNothingElse() {
        SplittableRandom random = new SplittableRandom(102);
        for (int round = 0; round < ROUNDS + FLOATS.length; round++) {
            double value = round < FLOATS.length
                    ? FLOATS[round]
                    : random.nextDouble(-2, 2) * Math.scalb(1.0, random.nextInt(66));
            BigInteger exact = new BigDecimal(value).toBigInteger();
            check(exact, 64, NumberCasts.float64ToInt64(value, scratch));
            check(exact, 32, NumberCasts.float64ToInt32(value, scratch));
            check(exact, 16, NumberCasts.float64ToInt16(value, scratch));
            check(exact, 8, NumberCasts.float64ToInt8(value, scratch));
        }
    }

    @Test
    void whatIsNoNumberIsNoInteger() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            NumberCasts.float64ToInt64(value, scratch);
            assertFalse(scratch.succeeded());
            NumberCasts.float64ToInt32(value, scratch);
            assertFalse(scratch.succeeded());
            NumberCasts.float64ToInt16(value, scratch);
            assertFalse(scratch.succeeded());
            NumberCasts.float64ToInt8(value, scratch);
            assertFalse(scratch.succeeded());
        }
    }

    @Test
    void finiteFloatsStayFinite() {
        double[] same = {
            0.1,
            -1e-300,
            Float.MAX_VALUE,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            0x1.fffffefp127
        };
        for (double value : same) {
            assertEquals((float) value, NumberCasts.float64ToFloat32(value, scratch));
            assertTrue(scratch.succeeded());
        }
        for (double value : new double[] {0x1.ffffffp127, -1e39, Double.MAX_VALUE}) {
            NumberCasts.float64ToFloat32(value, scratch);
            assertEquals(Failure.OUT_OF_RANGE, scratch.failure);
            assertFalse(scratch.succeeded());
        }
    }

    @Test
    void boolsAreOneAndZero() {
        assertEquals(1, NumberCasts.boolToInt32(true));
        assertEquals(0, NumberCasts.boolToInt32(false));
        assertEquals(1L, NumberCasts.boolToInt64(true));
        assertEquals(0L, NumberCasts.boolToInt64(false));
        assertTrue(NumberCasts.int64ToBool(-5));
        assertTrue(NumberCasts.int64ToBool(1L << 40));
        assertFalse(NumberCasts.int64ToBool(0));
    }

    @Test
    void exactArithmeticFailsWhereItWouldWrap() {
        SplittableRandom random = new SplittableRandom(103);
        for (int round = 0; round < ROUNDS; round++) {
            long a = round % 2 == 0
                    ? INTEGERS[random.nextInt(INTEGERS.length)]
                    : random.nextLong() >> random.nextInt(64);
            long b = round % 3 == 0
                    ? INTEGERS[random.nextInt(INTEGERS.length)]
                    : random.nextLong() >> random.nextInt(64);
            BigInteger x = BigInteger.valueOf(a);
            BigInteger y = BigInteger.valueOf(b);
            check(x.add(y), 64, NumberCasts.plusExactInt64(a, b, scratch));
            check(x.subtract(y), 64, NumberCasts.minusExactInt64(a, b, scratch));
            check(x.multiply(y), 64, NumberCasts.timesExactInt64(a, b, scratch));
            BigInteger p = BigInteger.valueOf((int) a);
            BigInteger q = BigInteger.valueOf((int) b);
            check(p.add(q), 32, NumberCasts.plusExactInt32((int) a, (int) b, scratch));
            check(p.subtract(q), 32, NumberCasts.minusExactInt32((int) a, (int) b, scratch));
            check(p.multiply(q), 32, NumberCasts.timesExactInt32((int) a, (int) b, scratch));
        }
    }

    @Test
    void unitsOfTimestampsBecomeCoarserTowardsThePast() {
        assertEquals(-2, NumberCasts.timestampToCoarser(-1001, 1000));
        assertEquals(1, NumberCasts.timestampToCoarser(1999, 1000));
        assertEquals(-9223372037L, NumberCasts.timestampToCoarser(Long.MIN_VALUE, 1_000_000_000));
    }

    @Test
    void unitsOfTimestampsBecomeFinerWhereTheyFit() {
        assertEquals(-5000, NumberCasts.timestampToFiner(-5, 1000, scratch));
        assertTrue(scratch.succeeded());
        NumberCasts.timestampToFiner(9223372037L, 1_000_000_000, scratch);
        assertFalse(scratch.succeeded());
    }

    private void check(BigInteger exact, int bits, long result) {
        if (exact.bitLength() < bits) {
            assertNull(scratch.failure, exact::toString);
            assertEquals(exact.longValueExact(), result);
        } else {
            assertEquals(Failure.OUT_OF_RANGE, scratch.failure, () -> exact + " in " + bits);
            assertFalse(scratch.succeeded());
        }
    }
}
