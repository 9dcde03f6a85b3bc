package io.mullion.batch;

import io.mullion.codegen.JavaDecimals;
import io.mullion.expr.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;

/// Decimals as Java has them and as columns have them: an unscaled integer of 128 bits in two halves.
public final class Int128 {
    private static final int HALF_BITS = 64;

    /// 10 to the power of the index.
    private static final long[] POWER_HIGH = new long[DataType.Decimal.MAX_PRECISION + 1];

    private static final long[] POWER_LOW = new long[DataType.Decimal.MAX_PRECISION + 1];

    static {
        for (int i = 0; i < POWER_HIGH.length; i++) {
            POWER_HIGH[i] = high(BigInteger.TEN.pow(i));
            POWER_LOW[i] = low(BigInteger.TEN.pow(i));
        }
    }

    private Int128() {}

    /// @param high the upper half, with the sign
    /// @param low the lower half, whose bits are unsigned
    public static BigDecimal toBigDecimal(long high, long low, int scale) {
        return JavaDecimals.of(high, low, scale);
    }

    /// The unscaled value of a number in a column of the given digits, or null if it does not fit there without loss.
    public static BigInteger unscaled(BigDecimal value, int precision, int scale) {
        return JavaDecimals.unscaled(value, precision, scale);
    }

    /// The upper half.
    public static long high(BigInteger value) {
        return value.shiftRight(HALF_BITS).longValue();
    }

    /// The lower half.
    public static long low(BigInteger value) {
        return value.longValue();
    }

    /// Whether the number has at most `precision` digits. Allocates nothing.
    public static boolean hasDigits(long high, long low, int precision) {
        long absoluteHigh = high < 0 ? ~high + (low == 0 ? 1 : 0) : high;
        long absoluteLow = high < 0 ? -low : low;
        int order = Long.compareUnsigned(absoluteHigh, POWER_HIGH[precision]);
        return order < 0 || order == 0 && Long.compareUnsigned(absoluteLow, POWER_LOW[precision]) < 0;
    }
}
