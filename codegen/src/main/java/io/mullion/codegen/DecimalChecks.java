package io.mullion.codegen;

import io.mullion.codegen.Routine.Trait;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.routine.Decimal128;
import io.mullion.routine.DecimalConversion;
import io.mullion.routine.DecimalDivision;
import io.mullion.routine.DecimalRules;
import java.util.List;

/// What operators mean for decimals: calls of [Decimal128] and its kin, and the types of their results.
final class DecimalChecks {
    private static final Routine FROM_INT64 = Routine.of(DecimalConversion.class, "fromInt64");
    private static final Routine TO_FLOAT64 = Routine.of(DecimalConversion.class, "toFloat64");
    private static final Routine RESCALE_UP = Routine.of(Decimal128.class, "rescaleUp");
    private static final Routine ADD = Routine.of(Decimal128.class, "add");
    private static final Routine SUBTRACT = Routine.of(Decimal128.class, "subtract");
    private static final Routine MULTIPLY = Routine.of(Decimal128.class, "multiply");
    private static final Routine ADD_CHECKED = Routine.of(Decimal128.class, "addChecked", Trait.FAILS);
    private static final Routine SUBTRACT_CHECKED = Routine.of(Decimal128.class, "subtractChecked", Trait.FAILS);
    private static final Routine MULTIPLY_CHECKED = Routine.of(Decimal128.class, "multiplyChecked", Trait.FAILS);
    private static final Routine DIVIDE = Routine.of(DecimalDivision.class, "divide", Trait.FAILS);
    private static final Routine REMAINDER = Routine.of(DecimalDivision.class, "remainder", Trait.FAILS);
    private static final Routine COMPARE_SCALED = Routine.of(Decimal128.class, "compareScaled");
    private static final Routine NEGATE = Routine.of(Decimal128.class, "negate");
    private static final Routine ABS = Routine.of(Decimal128.class, "abs");
    private static final Routine ROUND = Routine.of(DecimalDivision.class, "round");
    private static final Routine FLOOR = Routine.of(DecimalDivision.class, "floor");
    private static final Routine CEIL = Routine.of(DecimalDivision.class, "ceil");

    private DecimalChecks() {}

    static Typed arithmetic(TypeCheck check, Expr.Arithmetic it, Typed left, Typed right) {
        Typed l = decimal(left);
        Typed r = decimal(right);
        DataType.Decimal a = (DataType.Decimal) l.type();
        DataType.Decimal b = (DataType.Decimal) r.type();
        DataType.Decimal result = result(check, it, a, b);
        boolean exact = DecimalRules.exact(it.op(), a, b);
        return switch (it.op()) {
            case ADD -> exact ? sum(ADD, result, l, r) : sumChecked(ADD_CHECKED, result, l, r);
            case SUBTRACT -> exact ? sum(SUBTRACT, result, l, r) : sumChecked(SUBTRACT_CHECKED, result, l, r);
            case MULTIPLY ->
                exact
                        ? Typed.Call.of(MULTIPLY, result, List.of(l, r))
                        : Typed.Call.of(MULTIPLY_CHECKED, result, List.of(l, r), result.precision());
            case DIVIDE ->
                Typed.Call.of(
                        DIVIDE, result, List.of(l, r), result.scale() - a.scale() + b.scale(), result.precision());
            case REMAINDER ->
                Typed.Call.of(REMAINDER, result, List.of(l, r), result.scale() - a.scale(), result.scale() - b.scale());
        };
    }

    private static DataType.Decimal result(
            TypeCheck check, Expr.Arithmetic it, DataType.Decimal a, DataType.Decimal b) {
        try {
            return DecimalRules.result(it.op(), a, b);
        } catch (ExpressionException impossible) {
            throw check.wrong(impossible.getMessage(), it);
        }
    }

    private static Typed sum(Routine routine, DataType.Decimal result, Typed left, Typed right) {
        return Typed.Call.of(
                routine,
                result,
                List.of(rescaled(left, result.scale() - scale(left)), rescaled(right, result.scale() - scale(right))));
    }

    private static Typed sumChecked(Routine routine, DataType.Decimal result, Typed left, Typed right) {
        return Typed.Call.of(
                routine,
                result,
                List.of(left, right),
                result.scale() - scale(left),
                result.scale() - scale(right),
                result.precision());
    }

    private static int scale(Typed decimal) {
        return ((DataType.Decimal) decimal.type()).scale();
    }

    /// The comparison of decimals that are [DecimalOperands#apart].
    static Typed comparison(Expr.Comparison.Op op, Typed left, Typed right) {
        Typed l = decimal(left);
        Typed r = decimal(right);
        int scale = Math.max(scale(l), scale(r));
        Typed order = Typed.Call.of(COMPARE_SCALED, DataType.INT32, List.of(l, r), scale - scale(l), scale - scale(r));
        return new Typed.Comparison(op, order, new Typed.Constant(0L, DataType.INT32));
    }

    /// A decimal or an integer as the wider decimal.
    static Typed widened(Typed value, DataType.Decimal type) {
        Typed decimal = decimal(value);
        int up = type.scale() - ((DataType.Decimal) decimal.type()).scale();
        return up == 0 && decimal.type().equals(type) ? decimal : Typed.Call.of(RESCALE_UP, type, List.of(decimal), up);
    }

    static Typed toFloat64(Typed decimal) {
        return Typed.Call.of(
                TO_FLOAT64, DataType.FLOAT64, List.of(decimal), ((DataType.Decimal) decimal.type()).scale());
    }

    static Typed signed(Typed decimal, boolean negate) {
        return Typed.Call.of(negate ? NEGATE : ABS, decimal.type(), List.of(decimal));
    }

    static Typed rounded(Typed.Unary.Op op, Typed decimal) {
        DataType.Decimal type = (DataType.Decimal) decimal.type();
        if (type.scale() == 0) {
            return decimal;
        }
        Routine routine = switch (op) {
            case FLOOR -> FLOOR;
            case CEIL -> CEIL;
            case ROUND -> ROUND;
            case NEGATE, ABS, SQRT -> throw new IllegalStateException("rounds nothing: " + op);
        };
        return Typed.Call.of(routine, DecimalRules.rounded(type), List.of(decimal), type.scale());
    }

    /// An integer as a decimal without digits behind the point; a decimal as it is.
    private static Typed decimal(Typed value) {
        if (value.type() instanceof DataType.Decimal) {
            return value;
        }
        DataType.Decimal type = DecimalRules.of(value.type());
        if (value instanceof Typed.Constant) {
            return Conversions.widened(value, type);
        }
        return Typed.Call.of(FROM_INT64, type, List.of(Conversions.widened(value, DataType.INT64)));
    }

    private static Typed rescaled(Typed decimal, int up) {
        DataType.Decimal type = (DataType.Decimal) decimal.type();
        if (up == 0) {
            return decimal;
        }
        return Typed.Call.of(
                RESCALE_UP, DataType.decimal(DataType.Decimal.MAX_PRECISION, type.scale() + up), List.of(decimal), up);
    }
}
