package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.routine.NumberFunctions;
import java.util.ArrayList;
import java.util.List;

/// What each function of the language means for the types of its arguments: mostly a few nodes, or the call of a
/// routine.
final class FunctionChecks {
    private static final Routine POW = Routine.of(NumberFunctions.class, "pow");
    private static final Routine EXP = Routine.of(NumberFunctions.class, "exp");
    private static final Routine LN = Routine.of(NumberFunctions.class, "ln");
    private static final Routine LOG10 = Routine.of(NumberFunctions.class, "log10");

    private final TypeCheck check;

    FunctionChecks(TypeCheck check) {
        this.check = check;
    }

    Typed check(Expr.Call it, List<Typed> arguments) {
        return switch (it.function()) {
            case NEGATE, ABS -> signed(it, arguments.getFirst());
            case SIGN -> sign(it, arguments.getFirst());
            case SQRT -> new Typed.Unary(Typed.Unary.Op.SQRT, float64(it, arguments.getFirst()));
            case FLOOR -> rounded(it, Typed.Unary.Op.FLOOR, arguments.getFirst());
            case CEIL -> rounded(it, Typed.Unary.Op.CEIL, arguments.getFirst());
            case ROUND ->
                arguments.size() == 1
                        ? rounded(it, Typed.Unary.Op.ROUND, arguments.getFirst())
                        : Roundings.check(
                                check, it, arguments.getFirst(), TextChecks.integer(check, it, arguments.getLast()));
            case POW -> floats(it, POW, arguments);
            case EXP -> floats(it, EXP, arguments);
            case LN -> floats(it, LN, arguments);
            case LOG10 -> floats(it, LOG10, arguments);
            case PLUS_EXACT, MINUS_EXACT, TIMES_EXACT -> exact(it, arguments);
            case IS_NULL -> new Typed.IsNull(arguments.getFirst());
            case IS_NAN -> isNaN(it, arguments.getFirst());
            case COALESCE -> coalesce(check.choices(arguments, it));
            case NULL_IF -> {
                Typed value = arguments.getFirst();
                Typed same = check.comparison(Expr.Comparison.Op.EQ, value, arguments.getLast(), it);
                yield new Typed.Choose(same, new Typed.Constant(null, value.type()), value);
            }
            case BETWEEN ->
                new Typed.Logic(
                        true,
                        check.comparison(Expr.Comparison.Op.GE, arguments.getFirst(), arguments.get(1), it),
                        check.comparison(Expr.Comparison.Op.LE, arguments.getFirst(), arguments.get(2), it));
            case LEAST -> extreme(it, Expr.Comparison.Op.LE, arguments);
            case GREATEST -> extreme(it, Expr.Comparison.Op.GE, arguments);
            case LENGTH,
                    OCTET_LENGTH,
                    LOWER,
                    UPPER,
                    TRIM,
                    TRIM_START,
                    TRIM_END,
                    SUBSTRING,
                    CONCAT,
                    STARTS_WITH,
                    ENDS_WITH,
                    CONTAINS,
                    LIKE,
                    REPLACE,
                    SPLIT_PART,
                    REGEXP_LIKE,
                    REGEXP_EXTRACT -> TextChecks.check(check, it, arguments);
            case FORMAT_NUMBER -> NumberChecks.format(check, it, arguments);
            case PARSE_TIME, FORMAT_TIME, DATE_TRUNC, EXTRACT -> TimeChecks.check(check, it, arguments);
            case HASH -> HashChecks.check(arguments);
        };
    }

    private Typed signed(Expr.Call it, Typed input) {
        Typed number = number(it, input);
        boolean negate = it.function() == io.mullion.expr.Function.NEGATE;
        if (number.type() instanceof DataType.Decimal) {
            return DecimalChecks.signed(number, negate);
        }
        return new Typed.Unary(negate ? Typed.Unary.Op.NEGATE : Typed.Unary.Op.ABS, atLeastInt32(number));
    }

    private Typed sign(Expr.Call it, Typed input) {
        Typed number = number(it, input);
        boolean floating = number.type().floating();
        Typed value = floating ? Conversions.widened(number, DataType.FLOAT64) : number;
        DataType type = floating ? DataType.FLOAT64 : DataType.INT32;
        Typed zero = new Typed.Constant(0L, DataType.INT64);
        Typed one = constant(1, type);
        Typed nan = new Typed.Constant(Double.NaN, type);
        Typed notNegative =
                floating ? new Typed.Choose(new Typed.Comparison(Expr.Comparison.Op.EQ, value, nan), nan, one) : one;
        Typed signed = new Typed.Choose(
                check.comparison(Expr.Comparison.Op.LT, value, zero, it),
                constant(-1, type),
                new Typed.Choose(
                        check.comparison(Expr.Comparison.Op.EQ, value, zero, it),
                        floating ? value : constant(0, type),
                        notNegative));
        return value.nullable()
                ? new Typed.Choose(new Typed.IsNull(value), new Typed.Constant(null, type), signed)
                : signed;
    }

    /// NaN equals NaN in this language.
    private Typed isNaN(Expr.Call it, Typed input) {
        if (!input.type().floating()) {
            throw check.wrong("isNaN needs a floating-point number, not " + input.type(), it);
        }
        return new Typed.Comparison(Expr.Comparison.Op.EQ, input, new Typed.Constant(Double.NaN, input.type()));
    }

    private static Typed constant(int value, DataType type) {
        return new Typed.Constant(type.floating() ? (Object) (double) value : (Object) (long) value, type);
    }

    private Typed rounded(Expr.Call it, Typed.Unary.Op op, Typed input) {
        Typed number = number(it, input);
        if (number.type() instanceof DataType.Decimal) {
            return DecimalChecks.rounded(op, number);
        }
        return number.type().integer() ? number : new Typed.Unary(op, number);
    }

    private Typed exact(Expr.Call it, List<Typed> arguments) {
        List<Typed> numbers = check.common(arguments, "compute", it);
        if (!numbers.getFirst().type().integer()) {
            throw check.wrong(
                    it.function().text() + " needs integers, not "
                            + numbers.getFirst().type(),
                    it);
        }
        return NumberChecks.exact(
                it.function(), numbers.stream().map(this::atLeastInt32).toList());
    }

    private Typed floats(Expr.Call it, Routine routine, List<Typed> arguments) {
        return Typed.Call.of(
                routine,
                DataType.FLOAT64,
                arguments.stream().map(argument -> float64(it, argument)).toList());
    }

    /// `isNull(a) ? b : a`, from the right.
    private static Typed coalesce(List<Typed> values) {
        Typed result = values.getLast();
        for (int i = values.size() - 2; i >= 0; i--) {
            Typed value = values.get(i);
            result = value.nullable()
                    ? new Typed.Choose(new Typed.IsNull(value), result, new Typed.Known(value))
                    : value;
        }
        return result;
    }

    /// The better one of each two: nulls are skipped.
    private Typed extreme(Expr.Call it, Expr.Comparison.Op op, List<Typed> arguments) {
        List<Typed> values = new ArrayList<>(check.choices(arguments, it));
        if (values.getFirst().type() instanceof DataType.Bool) {
            throw check.wrong(TypeCheck.NO_ORDER, it);
        }
        while (values.size() > 1) {
            List<Typed> winners = new ArrayList<>();
            for (int i = 0; i + 1 < values.size(); i += 2) {
                winners.add(better(op, values.get(i), values.get(i + 1)));
            }
            if (values.size() % 2 == 1) {
                winners.add(values.getLast());
            }
            values = winners;
        }
        return values.getFirst();
    }

    private static Typed better(Expr.Comparison.Op op, Typed left, Typed right) {
        Typed chosen = new Typed.Choose(new Typed.Comparison(op, known(left), known(right)), known(left), known(right));
        if (right.nullable()) {
            chosen = new Typed.Choose(new Typed.IsNull(right), left, chosen);
        }
        return left.nullable() ? new Typed.Choose(new Typed.IsNull(left), right, chosen) : chosen;
    }

    private static Typed known(Typed value) {
        return value.nullable() ? new Typed.Known(value) : value;
    }

    private Typed number(Expr.Call it, Typed input) {
        if (!input.type().numeric()) {
            throw check.wrong(it.function().text() + " needs a number, not " + input.type(), it);
        }
        return input;
    }

    private Typed float64(Expr.Call it, Typed input) {
        return Conversions.widened(number(it, input), DataType.FLOAT64);
    }

    private Typed atLeastInt32(Typed number) {
        boolean narrow = number.type() instanceof DataType.Int8 || number.type() instanceof DataType.Int16;
        return narrow ? Conversions.widened(number, DataType.INT32) : number;
    }
}
