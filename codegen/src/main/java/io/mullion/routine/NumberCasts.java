package io.mullion.routine;

/// Conversions between numbers that may not fit, and arithmetic that may not wrap. Where the result leaves its type a
/// routine fails [Failure#OUT_OF_RANGE]; nothing is thrown, nothing is allocated.
public final class NumberCasts {
    private static final double TWO_TO_63 = 0x1p63;

    private NumberCasts() {}

    public static int int64ToInt32(long value, Scratch scratch) {
        return value == (int) value ? (int) value : (int) scratch.fail(Failure.OUT_OF_RANGE);
    }

    public static int int64ToInt16(long value, Scratch scratch) {
        return value == (short) value ? (short) value : (int) scratch.fail(Failure.OUT_OF_RANGE);
    }

    public static int int64ToInt8(long value, Scratch scratch) {
        return value == (byte) value ? (byte) value : (int) scratch.fail(Failure.OUT_OF_RANGE);
    }

    /// Without its fraction, as all casts of floats to integers; NaN and infinities are out of range.
    public static long float64ToInt64(double value, Scratch scratch) {
        // The bounds are floats, and there is none between 2^63 - 1 and 2^63.
        return value >= -TWO_TO_63 && value < TWO_TO_63 ? (long) value : scratch.fail(Failure.OUT_OF_RANGE);
    }

    public static int float64ToInt32(double value, Scratch scratch) {
        return value > Integer.MIN_VALUE - 1.0 && value < Integer.MAX_VALUE + 1.0
                ? (int) value
                : (int) scratch.fail(Failure.OUT_OF_RANGE);
    }

    public static int float64ToInt16(double value, Scratch scratch) {
        return value > Short.MIN_VALUE - 1.0 && value < Short.MAX_VALUE + 1.0
                ? (int) value
                : (int) scratch.fail(Failure.OUT_OF_RANGE);
    }

    public static int float64ToInt8(double value, Scratch scratch) {
        return value > Byte.MIN_VALUE - 1.0 && value < Byte.MAX_VALUE + 1.0
                ? (int) value
                : (int) scratch.fail(Failure.OUT_OF_RANGE);
    }

    /// The nearest float32; NaN and infinities stay what they are, but a finite number may not become infinite.
    public static float float64ToFloat32(double value, Scratch scratch) {
        float nearest = (float) value;
        return Float.isInfinite(nearest) && !Double.isInfinite(value) ? scratch.fail(Failure.OUT_OF_RANGE) : nearest;
    }

    /// 1 for true, 0 for false; an int32, int16 or int8.
    public static int boolToInt32(boolean value) {
        return value ? 1 : 0;
    }

    /// 1 for true, 0 for false.
    public static long boolToInt64(boolean value) {
        return value ? 1 : 0;
    }

    /// Whether an integer is another than 0.
    public static boolean int64ToBool(long value) {
        return value != 0;
    }

    public static long plusExactInt64(long a, long b, Scratch scratch) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? scratch.fail(Failure.OUT_OF_RANGE) : sum;
    }

    public static long minusExactInt64(long a, long b, Scratch scratch) {
        long difference = a - b;
        return ((a ^ b) & (a ^ difference)) < 0 ? scratch.fail(Failure.OUT_OF_RANGE) : difference;
    }

    public static long timesExactInt64(long a, long b, Scratch scratch) {
        long product = a * b;
        return Math.multiplyHigh(a, b) == product >> 63 ? product : scratch.fail(Failure.OUT_OF_RANGE);
    }

    public static int plusExactInt32(int a, int b, Scratch scratch) {
        return int64ToInt32((long) a + b, scratch);
    }

    public static int minusExactInt32(int a, int b, Scratch scratch) {
        return int64ToInt32((long) a - b, scratch);
    }

    public static int timesExactInt32(int a, int b, Scratch scratch) {
        return int64ToInt32((long) a * b, scratch);
    }

    /// The nearest multiple of a power of ten, halves away from zero.
    public static long roundInt64(long value, long power, Scratch scratch) {
        long rest = value % power;
        long towardsZero = value - rest;
        // Of one sign, and below 10^18 in magnitude: nothing here wraps.
        boolean away = Math.abs(rest) >= power - Math.abs(rest);
        return away ? plusExactInt64(towardsZero, rest < 0 ? -power : power, scratch) : towardsZero;
    }

    /// As [#roundInt64], of a value that fits an int32.
    public static int roundInt32(long value, long power, Scratch scratch) {
        return int64ToInt32(roundInt64(value, power, scratch), scratch);
    }

    /// A timestamp in a finer unit, `factor` of which make one of its own.
    public static long timestampToFiner(long value, long factor, Scratch scratch) {
        return timesExactInt64(value, factor, scratch);
    }

    /// A timestamp in a coarser unit, which is `factor` of its own: rounded towards the past.
    public static long timestampToCoarser(long value, long factor) {
        return Math.floorDiv(value, factor);
    }
}
