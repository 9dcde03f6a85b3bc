package io.mullion.codegen;

import io.mullion.codegen.Routine.Trait;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Function;
import io.mullion.routine.NumberCasts;
import io.mullion.routine.NumberText;
import java.util.List;

/// What checked arithmetic and numbers as text mean: calls of [NumberCasts] and [NumberText].
final class NumberChecks {
    private static final Routine FORMAT_FLOAT64 =
            Routine.of(NumberText.class, "formatFixedFloat64", Trait.FAILS, Trait.TEXT);
    private static final Routine FORMAT_INT64 =
            Routine.of(NumberText.class, "formatFixedInt64", Trait.FAILS, Trait.TEXT);

    private static final Routine FORMAT_FLOAT32 =
            Routine.of(NumberText.class, "formatFixedFloat32", Trait.FAILS, Trait.TEXT);

    private static final Routine PLUS_EXACT_INT32 = Routine.of(NumberCasts.class, "plusExactInt32", Trait.FAILS);
    private static final Routine PLUS_EXACT_INT64 = Routine.of(NumberCasts.class, "plusExactInt64", Trait.FAILS);
    private static final Routine MINUS_EXACT_INT32 = Routine.of(NumberCasts.class, "minusExactInt32", Trait.FAILS);
    private static final Routine MINUS_EXACT_INT64 = Routine.of(NumberCasts.class, "minusExactInt64", Trait.FAILS);
    private static final Routine TIMES_EXACT_INT32 = Routine.of(NumberCasts.class, "timesExactInt32", Trait.FAILS);
    private static final Routine TIMES_EXACT_INT64 = Routine.of(NumberCasts.class, "timesExactInt64", Trait.FAILS);

    private NumberChecks() {}

    /// @param numbers two int32 or two int64
    static Typed exact(Function function, List<Typed> numbers) {
        boolean narrow = numbers.getFirst().type() instanceof DataType.Int32;
        Routine routine = switch (function) {
            case PLUS_EXACT -> narrow ? PLUS_EXACT_INT32 : PLUS_EXACT_INT64;
            case MINUS_EXACT -> narrow ? MINUS_EXACT_INT32 : MINUS_EXACT_INT64;
            case TIMES_EXACT -> narrow ? TIMES_EXACT_INT32 : TIMES_EXACT_INT64;
            default -> throw new IllegalStateException("no checked arithmetic: " + function);
        };
        return Typed.Call.of(routine, numbers.getFirst().type(), numbers);
    }

    static Typed format(TypeCheck check, Expr.Call it, List<Typed> arguments) {
        Typed number = arguments.getFirst();
        int digits = Math.clamp(TextChecks.integer(check, it, arguments.getLast()), -1, Integer.MAX_VALUE);
        if (digits < 0 || digits > NumberText.MAX_DECIMALS) {
            throw check.wrong("formatNumber has 0 to " + NumberText.MAX_DECIMALS + " digits, not " + digits, it);
        }
        if (!number.type().numeric()) {
            throw check.wrong("formatNumber needs a number, not " + number.type(), it);
        }
        if (number.type() instanceof DataType.Decimal decimal) {
            int whole = Math.min(decimal.precision() - decimal.scale() + digits + 1, DataType.Decimal.MAX_PRECISION);
            if (digits > whole) {
                throw check.wrong("formatNumber of a decimal has at most 38 digits in all", it);
            }
            return Casts.toText(Casts.decimalToDecimal(number, new DataType.Decimal(whole, digits)));
        }
        if (number.type() instanceof DataType.Float32) {
            return Typed.Call.of(FORMAT_FLOAT32, DataType.UTF8, List.of(number), digits);
        }
        return number.type().integer()
                ? Typed.Call.of(
                        FORMAT_INT64, DataType.UTF8, List.of(Conversions.widened(number, DataType.INT64)), digits)
                : Typed.Call.of(FORMAT_FLOAT64, DataType.UTF8, List.of(number), digits);
    }
}
