package io.mullion.codegen;

import io.mullion.codegen.Routine.Trait;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.routine.Decimal128;
import io.mullion.routine.DecimalConversion;
import io.mullion.routine.DecimalRules;
import io.mullion.routine.DecimalText;
import io.mullion.routine.Failure;
import io.mullion.routine.FloatFormat;
import io.mullion.routine.FloatParse;
import io.mullion.routine.NumberCasts;
import io.mullion.routine.NumberText;
import io.mullion.routine.Utf8;
import java.util.List;

/// What `cast` means for each two types. Only the last step of a cast can fail.
final class Casts {
    private static final Routine INT64_TO_INT32 = Routine.of(NumberCasts.class, "int64ToInt32", Trait.FAILS);
    private static final Routine INT64_TO_INT16 = Routine.of(NumberCasts.class, "int64ToInt16", Trait.FAILS);
    private static final Routine INT64_TO_INT8 = Routine.of(NumberCasts.class, "int64ToInt8", Trait.FAILS);
    private static final Routine FLOAT64_TO_INT64 = Routine.of(NumberCasts.class, "float64ToInt64", Trait.FAILS);
    private static final Routine FLOAT64_TO_INT32 = Routine.of(NumberCasts.class, "float64ToInt32", Trait.FAILS);
    private static final Routine FLOAT64_TO_INT16 = Routine.of(NumberCasts.class, "float64ToInt16", Trait.FAILS);
    private static final Routine FLOAT64_TO_INT8 = Routine.of(NumberCasts.class, "float64ToInt8", Trait.FAILS);
    private static final Routine FLOAT64_TO_FLOAT32 = Routine.of(NumberCasts.class, "float64ToFloat32", Trait.FAILS);
    private static final Routine BOOL_TO_INT32 = Routine.of(NumberCasts.class, "boolToInt32");
    private static final Routine BOOL_TO_INT64 = Routine.of(NumberCasts.class, "boolToInt64");
    private static final Routine INT64_TO_BOOL = Routine.of(NumberCasts.class, "int64ToBool");
    private static final Routine PARSE_INT64 = Routine.of(NumberText.class, "parseInt64", Trait.FAILS);
    private static final Routine PARSE_INT32 = Routine.of(NumberText.class, "parseInt32", Trait.FAILS);
    private static final Routine PARSE_INT16 = Routine.of(NumberText.class, "parseInt16", Trait.FAILS);
    private static final Routine PARSE_INT8 = Routine.of(NumberText.class, "parseInt8", Trait.FAILS);
    private static final Routine PARSE_BOOL = Routine.of(NumberText.class, "parseBool", Trait.FAILS);
    private static final Routine PARSE_FLOAT64 = Routine.of(FloatParse.class, "parseFloat64", Trait.FAILS, Trait.TEXT);
    private static final Routine PARSE_FLOAT32 = Routine.of(FloatParse.class, "parseFloat32", Trait.FAILS, Trait.TEXT);
    private static final Routine PARSE_DECIMAL = Routine.of(DecimalText.class, "parse", Trait.FAILS);
    private static final Routine PARSE_UTF8 = Routine.of(Utf8.class, "checked", Trait.FAILS);
    private static final Routine FORMAT_BOOL = Routine.of(NumberText.class, "formatBool", Trait.TEXT);
    private static final Routine FORMAT_INT64 = Routine.of(NumberText.class, "formatInt64", Trait.TEXT);
    private static final Routine FORMAT_FLOAT64 = Routine.of(FloatFormat.class, "formatFloat64", Trait.TEXT);
    private static final Routine FORMAT_FLOAT32 = Routine.of(FloatFormat.class, "formatFloat32", Trait.TEXT);
    private static final Routine FORMAT_DECIMAL = Routine.of(DecimalText.class, "format", Trait.TEXT);
    private static final Routine DECIMAL_TO_INT64 = Routine.of(DecimalConversion.class, "toInt64", Trait.FAILS);
    private static final Routine DECIMAL_TO_INT32 = Routine.of(DecimalConversion.class, "toInt32", Trait.FAILS);
    private static final Routine DECIMAL_TO_FLOAT32 = Routine.of(DecimalConversion.class, "toFloat32");
    private static final Routine INT64_TO_DECIMAL =
            Routine.of(DecimalConversion.class, "fromInt64Checked", Trait.FAILS);
    private static final Routine FLOAT64_TO_DECIMAL = Routine.of(DecimalConversion.class, "fromFloat64", Trait.FAILS);
    private static final Routine RESCALE = Routine.of(Decimal128.class, "rescaleChecked", Trait.FAILS);

    private Casts() {}

    static Typed check(TypeCheck check, Expr.Cast it, Typed input) {
        Typed.Constant literal = check.literal(input);
        if (literal != null) {
            return literal(check, it, literal);
        }
        return input.type().equals(it.type()) ? input : lenient(it, cast(check, it, it.type(), input));
    }

    private static Typed lenient(Expr.Cast it, Typed cast) {
        return it.lenient() && cast instanceof Typed.Call call && call.routine().refuses() ? call.orNull() : cast;
    }

    /// The cast of a literal, with its value. It is no literal itself: what stands beside it does not change its type.
    private static Typed literal(TypeCheck check, Expr.Cast it, Typed.Constant literal) {
        boolean same = literal.type().equals(it.type());
        Typed cast = same ? literal : cast(check, it, it.type(), literal);
        Object value = null;
        try {
            value = LiteralCasts.value(cast);
        } catch (LiteralCasts.Unfit unfit) {
            if (!it.lenient() || unfit.failure() == Failure.TEXT_TOO_LARGE) {
                throw check.wrong(unfit.failure().text(), it);
            }
        }
        Typed input = value == null ? new Typed.Constant(null, literal.type()) : literal;
        return check.known(new Typed.Convert(input, it.type()), new Typed.Constant(value, it.type()));
    }

    private static Typed cast(TypeCheck check, Expr.Cast it, DataType to, Typed input) {
        Typed cast = switch (to) {
            case DataType.Bool _ -> toBool(input);
            case DataType.Int8 _ -> toInteger(input, to, INT64_TO_INT8, FLOAT64_TO_INT8, PARSE_INT8);
            case DataType.Int16 _ -> toInteger(input, to, INT64_TO_INT16, FLOAT64_TO_INT16, PARSE_INT16);
            case DataType.Int32 _ -> toInteger(input, to, INT64_TO_INT32, FLOAT64_TO_INT32, PARSE_INT32);
            case DataType.Int64 _ -> toInteger(input, to, null, FLOAT64_TO_INT64, PARSE_INT64);
            case DataType.Float32 _ -> toFloat32(input);
            case DataType.Float64 _ -> toFloat64(input);
            case DataType.Decimal type -> toDecimal(input, type);
            case DataType.Utf8 _ -> toText(input);
            case DataType.Binary _ -> input.type() instanceof DataType.Utf8 ? new Typed.Convert(input, to) : null;
            case DataType.ListOf _ -> null;
            case DataType.Date32 _ -> toDate(input);
            case DataType.Timestamp type -> TimeChecks.toTimestamp(input, type);
        };
        if (cast == null) {
            throw check.wrong("cannot cast " + input.type() + " to " + to, it);
        }
        return cast;
    }

    private static Typed toBool(Typed input) {
        return switch (input.type()) {
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ ->
                call(INT64_TO_BOOL, DataType.BOOL, Conversions.widened(input, DataType.INT64));
            case DataType.Utf8 _ -> call(PARSE_BOOL, DataType.BOOL, input);
            default -> null;
        };
    }

    /// @param narrow from an int64; null if the type is int64 itself
    private static Typed toInteger(Typed input, DataType to, Routine narrow, Routine truncate, Routine parse) {
        DataType from = input.type();
        return switch (from) {
            case DataType.Bool _ -> call(narrow == null ? BOOL_TO_INT64 : BOOL_TO_INT32, to, input);
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ ->
                from.byteWidth() <= to.byteWidth()
                        ? new Typed.Convert(input, to)
                        : call(narrow, to, Conversions.widened(input, DataType.INT64));
            case DataType.Float32 _, DataType.Float64 _ ->
                call(truncate, to, Conversions.widened(input, DataType.FLOAT64));
            case DataType.Decimal decimal ->
                narrow == null
                        ? call(DECIMAL_TO_INT64, to, input, decimal.scale())
                        : call(DECIMAL_TO_INT32, to, input, decimal.scale(), to.byteWidth() * Byte.SIZE);
            case DataType.Utf8 _ -> call(parse, to, input);
            case DataType.Date32 _ -> to instanceof DataType.Int32 ? new Typed.Convert(input, to) : null;
            case DataType.Timestamp _ -> to instanceof DataType.Int64 ? new Typed.Convert(input, to) : null;
            case DataType.Binary _, DataType.ListOf _ -> null;
        };
    }

    private static Typed toFloat32(Typed input) {
        return switch (input.type()) {
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ ->
                new Typed.Convert(input, DataType.FLOAT32);
            case DataType.Float64 _ -> call(FLOAT64_TO_FLOAT32, DataType.FLOAT32, input);
            case DataType.Decimal decimal -> call(DECIMAL_TO_FLOAT32, DataType.FLOAT32, input, decimal.scale());
            case DataType.Utf8 _ -> call(PARSE_FLOAT32, DataType.FLOAT32, input);
            default -> null;
        };
    }

    private static Typed toFloat64(Typed input) {
        return switch (input.type()) {
            case DataType.Int8 _,
                    DataType.Int16 _,
                    DataType.Int32 _,
                    DataType.Int64 _,
                    DataType.Float32 _,
                    DataType.Decimal _ -> Conversions.widened(input, DataType.FLOAT64);
            case DataType.Utf8 _ -> call(PARSE_FLOAT64, DataType.FLOAT64, input);
            default -> null;
        };
    }

    private static Typed toDecimal(Typed input, DataType.Decimal to) {
        return switch (input.type()) {
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ ->
                call(INT64_TO_DECIMAL, to, Conversions.widened(input, DataType.INT64), to.scale(), to.precision());
            case DataType.Float32 _, DataType.Float64 _ ->
                call(FLOAT64_TO_DECIMAL, to, Conversions.widened(input, DataType.FLOAT64), to.scale(), to.precision());
            case DataType.Decimal _ -> decimalToDecimal(input, to);
            case DataType.Utf8 _ -> call(PARSE_DECIMAL, to, input, to.scale(), to.precision());
            default -> null;
        };
    }

    static Typed decimalToDecimal(Typed input, DataType.Decimal to) {
        DataType.Decimal from = (DataType.Decimal) input.type();
        return DecimalRules.castFails(from, to) || to.scale() < from.scale()
                ? call(RESCALE, to, input, to.scale() - from.scale(), to.precision())
                : DecimalChecks.widened(input, to);
    }

    /// The canonical text of a value; null if the type has none.
    static Typed toText(Typed input) {
        return switch (input.type()) {
            case DataType.Bool _ -> call(FORMAT_BOOL, DataType.UTF8, input);
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ ->
                call(FORMAT_INT64, DataType.UTF8, Conversions.widened(input, DataType.INT64));
            case DataType.Float32 _ -> call(FORMAT_FLOAT32, DataType.UTF8, input);
            case DataType.Float64 _ -> call(FORMAT_FLOAT64, DataType.UTF8, input);
            case DataType.Decimal decimal -> call(FORMAT_DECIMAL, DataType.UTF8, input, decimal.scale());
            case DataType.Date32 _, DataType.Timestamp _ -> TimeChecks.toText(input);
            case DataType.Binary _ -> call(PARSE_UTF8, DataType.UTF8, input);
            case DataType.Utf8 _ -> input;
            case DataType.ListOf _ -> null;
        };
    }

    private static Typed toDate(Typed input) {
        return input.type() instanceof DataType.Int32
                ? new Typed.Convert(input, DataType.DATE32)
                : TimeChecks.toDate(input);
    }

    private static Typed call(Routine routine, DataType type, Typed input, Object... constants) {
        return Typed.Call.of(routine, type, List.of(input), constants);
    }
}
