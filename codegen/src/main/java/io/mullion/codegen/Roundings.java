package io.mullion.codegen;

import io.mullion.codegen.Routine.Trait;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.routine.Decimal128;
import io.mullion.routine.DecimalDivision;
import io.mullion.routine.NumberCasts;
import java.math.BigDecimal;
import java.util.List;

/// What `round` to a number of digits means.
final class Roundings {
    /// Greater powers of ten are none of float64.
    private static final int MAX_FLOAT_DIGITS = 22;
    /// Greater powers of ten are no int64.
    private static final int MAX_TENS = 18;

    /// From here on a float64 is whole.
    private static final double WHOLE = 0x1p52;

    private static final Routine INT64 = Routine.of(NumberCasts.class, "roundInt64", Trait.FAILS);
    private static final Routine INT32 = Routine.of(NumberCasts.class, "roundInt32", Trait.FAILS);
    private static final Routine DROP = Routine.of(DecimalDivision.class, "round");
    private static final Routine RESCALE_UP = Routine.of(Decimal128.class, "rescaleUp");
    private static final Routine RESCALE = Routine.of(Decimal128.class, "rescaleChecked", Trait.FAILS);

    private Roundings() {}

    static Typed check(TypeCheck check, Expr.Call it, Typed number, long digits) {
        if (!number.type().numeric()) {
            throw check.wrong("round needs a number, not " + number.type(), it);
        }
        boolean floating = number.type().floating();
        int least = floating ? -MAX_FLOAT_DIGITS : -MAX_TENS;
        int most = floating ? MAX_FLOAT_DIGITS : DataType.Decimal.MAX_PRECISION;
        if (digits < least || digits > most) {
            throw check.wrong(
                    "round of " + number.type() + " has " + least + " to " + most + " digits, not " + digits, it);
        }
        if (floating) {
            return floating(number, (int) digits);
        }
        return number.type() instanceof DataType.Decimal type
                ? decimal(number, type, (int) digits)
                : integer(number, (int) digits);
    }

    // abs(x * 100) < 2^52 ? round(x * 100) / 100 : x      // NaN is not less, and what is greater is whole enough
    private static Typed floating(Typed number, int digits) {
        if (digits == 0) {
            return new Typed.Unary(Typed.Unary.Op.ROUND, number);
        }
        Typed x = Conversions.widened(number, DataType.FLOAT64);
        Typed power = new Typed.Constant(BigDecimal.TEN.pow(Math.abs(digits)).doubleValue(), DataType.FLOAT64);
        Expr.Arithmetic.Op there = digits > 0 ? Expr.Arithmetic.Op.MULTIPLY : Expr.Arithmetic.Op.DIVIDE;
        Expr.Arithmetic.Op back = digits > 0 ? Expr.Arithmetic.Op.DIVIDE : Expr.Arithmetic.Op.MULTIPLY;
        Typed scaled = new Typed.Arithmetic(there, x, power);
        Typed rounded = new Typed.Arithmetic(back, new Typed.Unary(Typed.Unary.Op.ROUND, scaled), power);
        Typed fraction = new Typed.Comparison(
                Expr.Comparison.Op.LT,
                new Typed.Unary(Typed.Unary.Op.ABS, scaled),
                new Typed.Constant(WHOLE, DataType.FLOAT64));
        Typed chosen = new Typed.Choose(fraction, rounded, x);
        return number.type() instanceof DataType.Float32 ? new Typed.Convert(chosen, DataType.FLOAT32) : chosen;
    }

    private static Typed integer(Typed number, int digits) {
        if (digits >= 0) {
            return number;
        }
        boolean wide = number.type() instanceof DataType.Int64;
        long power = BigDecimal.TEN.pow(-digits).longValueExact();
        Typed value = Conversions.widened(number, DataType.INT64);
        return Typed.Call.of(wide ? INT64 : INT32, wide ? DataType.INT64 : DataType.INT32, List.of(value), power);
    }

    private static Typed decimal(Typed number, DataType.Decimal type, int digits) {
        if (digits >= type.scale()) {
            return number;
        }
        if (digits >= 0) {
            DataType rounded = DataType.decimal(type.precision() - type.scale() + digits + 1, digits);
            return Typed.Call.of(DROP, rounded, List.of(number), type.scale() - digits);
        }
        int tens = -digits;
        int whole = type.precision() - type.scale();
        DataType.Decimal result =
                (DataType.Decimal) DataType.decimal(Math.min(whole + 1, DataType.Decimal.MAX_PRECISION), 0);
        if (tens > whole) {
            // No value is half of such a power of ten.
            return Typed.constantOf(number, new Typed.Constant(BigDecimal.ZERO, result));
        }
        Typed dropped =
                Typed.Call.of(DROP, DataType.decimal(whole - tens + 1, 0), List.of(number), type.scale() + tens);
        return whole < DataType.Decimal.MAX_PRECISION
                ? Typed.Call.of(RESCALE_UP, result, List.of(dropped), tens)
                : Typed.Call.of(RESCALE, result, List.of(dropped), tens, result.precision());
    }
}
