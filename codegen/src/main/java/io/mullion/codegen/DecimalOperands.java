package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.routine.DecimalRules;
import java.math.BigDecimal;

/// Which operands make an operation one of decimals, to which [DecimalChecks] then gives its meaning. Every arithmetic
/// and comparison asks; the routines of decimals are loaded for those that are.
final class DecimalOperands {
    private DecimalOperands() {}

    /// Whether one is a decimal and the other one, too, or an integer.
    static boolean among(Typed left, Typed right) {
        boolean exact = exact(left.type()) && exact(right.type());
        return exact && (left.type() instanceof DataType.Decimal || right.type() instanceof DataType.Decimal);
    }

    private static boolean exact(DataType type) {
        return type.integer() || type instanceof DataType.Decimal;
    }

    /// A literal that multiplies or divides what stands beside it: beside a decimal in no more digits than it has,
    /// since those of a product add up.
    static Typed factor(Typed value, Typed beside) {
        if (!(value instanceof Typed.Constant it) || !(beside.type() instanceof DataType.Decimal)) {
            return Conversions.adapted(value, beside);
        }
        BigDecimal number = switch (it.value()) {
            case Long integer when it.type().integer() -> BigDecimal.valueOf(integer);
            case BigDecimal decimal -> decimal.stripTrailingZeros();
            case null, default -> null;
        };
        if (number == null) {
            return Conversions.adapted(value, beside);
        }
        int scale = Math.max(number.scale(), 0);
        int precision = number.setScale(scale).precision();
        return new Typed.Constant(
                number.setScale(scale), DataType.decimal(Math.max(precision, Math.max(scale, 1)), scale));
    }

    /// Whether these are decimals that no decimal of 38 digits holds both.
    static boolean apart(Typed left, Typed right) {
        return among(left, right)
                && DecimalRules.common(DecimalRules.of(left.type()), DecimalRules.of(right.type())) == null;
    }
}
