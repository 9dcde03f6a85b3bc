package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Against `Double.toString` and `Float.toString`.
class FloatFormatTest {
    private static final int ROUNDS = 400_000;

    private final RoutineMemory memory = new RoutineMemory();

    @Test
    void randomFloatsAreWrittenAsJavaWritesThem() {
        SplittableRandom random = new SplittableRandom(81);
        for (int round = 0; round < ROUNDS; round++) {
            check(Double.longBitsToDouble(random.nextLong()));
            check(Float.intBitsToFloat(random.nextInt()));
        }
    }

    @Test
    void decimalsOfFewDigitsAreWrittenAsJavaWritesThem() {
        SplittableRandom random = new SplittableRandom(82);
        for (int round = 0; round < ROUNDS / 2; round++) {
            double value = random.nextInt(1, 1 << random.nextInt(1, 31)) / Math.pow(10, random.nextInt(12));
            check(value);
            check((float) value);
        }
    }

    @Test
    void integersAreWrittenAsJavaWritesThem() {
        SplittableRandom random = new SplittableRandom(83);
        for (int round = 0; round < ROUNDS / 4; round++) {
            check((double) random.nextLong() / (1L << random.nextInt(60)));
            check((double) (random.nextLong() >> random.nextInt(63)));
            check((float) (random.nextInt() >> random.nextInt(31)));
        }
    }

    @Test
    void powersAndTheirNeighboursAreWrittenAsJavaWritesThem() {
        for (int k = -330; k <= 309; k++) {
            double ten = Double.parseDouble("1e" + k);
            around(ten);
            around(Double.parseDouble("5e" + k));
            around((float) ten);
        }
        for (int k = -1074; k <= 1023; k++) {
            around(Math.scalb(1.0, k));
            around((float) Math.scalb(1.0, k));
        }
    }

    @Test
    void theLeastFloatsAreWrittenAsJavaWritesThem() {
        for (int bits = 0; bits < 20_000; bits++) {
            check(Double.longBitsToDouble(bits));
            check(Float.intBitsToFloat(bits));
        }
        for (int bits = -100; bits < 100; bits++) {
            check(Double.longBitsToDouble(Double.doubleToRawLongBits(Double.MIN_NORMAL) + bits));
            check(Float.intBitsToFloat(Float.floatToRawIntBits(Float.MIN_NORMAL) + bits));
        }
    }

    @Test
    void whatIsNoNumberIsWrittenAsJavaWritesIt() {
        check(Double.NaN);
        check(Double.POSITIVE_INFINITY);
        check(Double.NEGATIVE_INFINITY);
        check(0.0);
        check(-0.0);
        check(Double.MAX_VALUE);
        check(-Double.MAX_VALUE);
        check(Float.NaN);
        check(Float.POSITIVE_INFINITY);
        check(Float.NEGATIVE_INFINITY);
        check(-0f);
        check(Float.MAX_VALUE);
        check(2E23);
        check(9.999999999999999e22);
        check(8.41E21);
        check(2.0E-3);
        check(9.999E6);
        check(1.0E7);
    }

    @Test
    void aScratchWithoutRoomFailsTheRow() {
        Scratch small = memory.scratchOf(8);
        assertEquals(0, FloatFormat.formatFloat64(1.5, small));
        assertEquals(Failure.TEXT_TOO_LARGE, small.failure);
    }

    private void around(double value) {
        check(value);
        check(Math.nextUp(value));
        check(-Math.nextDown(value));
    }

    private void around(float value) {
        check(value);
        check(Math.nextUp(value));
        check(-Math.nextDown(value));
    }

    private void check(double value) {
        String text = Double.toString(value);
        assertEquals(text, memory.taken(FloatFormat.formatFloat64(value, memory.scratch)));
    }

    private void check(float value) {
        String text = Float.toString(value);
        assertEquals(text, memory.taken(FloatFormat.formatFloat32(value, memory.scratch)));
    }
}
