package io.mullion.routine;

import io.mullion.expr.DataType;
import io.mullion.expr.DataType.Decimal;
import io.mullion.expr.Expr.Arithmetic.Op;
import io.mullion.expr.ExpressionException;
import java.math.BigInteger;

/// Which decimal an operation on decimals makes.
///
/// A result takes every value that its operands can make, as long as 38 digits do. Where they do not the precision is
/// 38 and a row whose result has more digits fails; a scale is never cut.
public final class DecimalRules {
    private static final int MAX = Decimal.MAX_PRECISION;
    private static final int LEAST_QUOTIENT_SCALE = 6;

    private DecimalRules() {}

    /// The decimal that takes every value of an integer type; a decimal type itself.
    public static Decimal of(DataType exact) {
        return switch (exact) {
            case DataType.Int8 _ -> new Decimal(3, 0);
            case DataType.Int16 _ -> new Decimal(5, 0);
            case DataType.Int32 _ -> new Decimal(10, 0);
            case DataType.Int64 _ -> new Decimal(19, 0);
            case Decimal it -> it;
            case DataType.Bool _,
                    DataType.Float32 _,
                    DataType.Float64 _,
                    DataType.Utf8 _,
                    DataType.Binary _,
                    DataType.ListOf _,
                    DataType.Date32 _,
                    DataType.Timestamp _ -> throw new IllegalArgumentException("no exact number: type=" + exact);
        };
    }

    /// The high word of an unscaled integer of at most 38 digits.
    public static long high(BigInteger unscaled) {
        return unscaled.shiftRight(64).longValue();
    }

    /// The low word of an unscaled integer of at most 38 digits.
    public static long low(BigInteger unscaled) {
        return unscaled.longValue();
    }

    /// The type of `a op b`.
    ///
    /// - `+` and `-`: the larger scale, and one digit more for the carry.
    /// - `*`: digits and scales add up.
    /// - `/`: the scale of a, at least 6, and all digits there are.
    /// - `%`: the larger scale, and no more digits before the point than the operand that has fewer.
    ///
    /// *Failure*: an [ExpressionException] if the scale is beyond 38.
    public static Decimal result(Op op, Decimal a, Decimal b) {
        int scale = scale(op, a, b);
        if (scale > MAX) {
            throw new ExpressionException("the product of " + a + " and " + b + " has the scale " + scale
                    + ", more than the " + MAX + " digits of a decimal: cast one of them to a smaller scale");
        }
        return new Decimal(Math.clamp(digits(op, a, b), 1, MAX), scale);
    }

    /// Whether every result has at most 38 digits, so that no row fails for having more.
    public static boolean exact(Op op, Decimal a, Decimal b) {
        return digits(op, a, b) <= MAX;
    }

    private static int scale(Op op, Decimal a, Decimal b) {
        return switch (op) {
            case ADD, SUBTRACT, REMAINDER -> Math.max(a.scale(), b.scale());
            case MULTIPLY -> a.scale() + b.scale();
            case DIVIDE -> Math.max(LEAST_QUOTIENT_SCALE, a.scale());
        };
    }

    /// The digits that the greatest result has. That of a quotient depends on how small a divisor is: the least one is
    /// a digit at the end of its scale, and rounding may add one.
    private static int digits(Op op, Decimal a, Decimal b) {
        int scale = scale(op, a, b);
        return switch (op) {
            case ADD, SUBTRACT -> Math.max(integerDigits(a), integerDigits(b)) + scale + 1;
            case MULTIPLY -> a.precision() + b.precision();
            case DIVIDE -> Math.max(integerDigits(a) + b.scale() + scale + 1, MAX);
            case REMAINDER -> Math.min(integerDigits(a), integerDigits(b)) + scale;
        };
    }

    /// The decimal that takes the values of both, or null if 38 digits do not do. (Comparisons need none:
    /// [Decimal128#compareScaled].)
    public static Decimal common(Decimal a, Decimal b) {
        int scale = Math.max(a.scale(), b.scale());
        int precision = Math.max(integerDigits(a), integerDigits(b)) + scale;
        return precision > MAX ? null : new Decimal(precision, scale);
    }

    /// Of round, floor and ceil: no digits behind the point, and room for 9.9 to become 10.
    public static Decimal rounded(Decimal a) {
        return a.scale() == 0 ? a : new Decimal(integerDigits(a) + 1, 0);
    }

    /// Whether a cast can fail: the other type has fewer digits before the point, or as many and rounds.
    public static boolean castFails(Decimal from, Decimal to) {
        int carry = to.scale() < from.scale() ? 1 : 0;
        return integerDigits(from) + carry > integerDigits(to);
    }

    private static int integerDigits(Decimal type) {
        return type.precision() - type.scale();
    }
}
