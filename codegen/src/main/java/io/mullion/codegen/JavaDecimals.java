package io.mullion.codegen;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// Decimals as Java has them and as columns have them: an unscaled integer of 128 bits in two halves.
public final class JavaDecimals {
    private JavaDecimals() {}

    /// @param high the upper half, with the sign
    /// @param low the lower half, whose bits are unsigned
    public static BigDecimal of(long high, long low, int scale) {
        if (high == low >> Long.SIZE - 1) {
            return BigDecimal.valueOf(low, scale);
        }
        byte[] bytes = new byte[2 * Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[i] = (byte) (high >> Long.SIZE - 8 * (i + 1));
            bytes[Long.BYTES + i] = (byte) (low >> Long.SIZE - 8 * (i + 1));
        }
        return new BigDecimal(new BigInteger(bytes), scale);
    }

    /// The unscaled value of a number in a column of the given digits, or null if it does not fit there without loss.
    public static BigInteger unscaled(BigDecimal value, int precision, int scale) {
        if (value.signum() == 0) {
            return BigInteger.ZERO;
        }
        // Asked first, because the digits of a number like 1e999999999 must not be written out.
        long digitsBeforePoint = (long) value.precision() - value.scale();
        if (digitsBeforePoint > precision - scale || digitsBeforePoint <= -scale) {
            return null;
        }
        try {
            return value.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue();
        } catch (ArithmeticException loss) {
            return null;
        }
    }
}
