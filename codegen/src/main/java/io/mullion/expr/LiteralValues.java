package io.mullion.expr;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;

/// Java values as literals.
final class LiteralValues {
    private LiteralValues() {}

    static Expr.Literal literal(Object value) {
        return switch (value) {
            case Long number -> new Expr.Literal(number, DataType.INT64);
            case Integer number -> new Expr.Literal(number.longValue(), DataType.INT64);
            case Short number -> new Expr.Literal(number.longValue(), DataType.INT64);
            case Byte number -> new Expr.Literal(number.longValue(), DataType.INT64);
            case Double number -> new Expr.Literal(number, DataType.FLOAT64);
            case Float number -> new Expr.Literal(number.doubleValue(), DataType.FLOAT32);
            case BigDecimal number -> decimal(number);
            case Boolean bool -> new Expr.Literal(bool, DataType.BOOL);
            case String text -> new Expr.Literal(text, DataType.UTF8);
            case byte[] bytes -> new Expr.Literal(ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer(), DataType.BINARY);
            case LocalDate day -> new Expr.Literal(day.toEpochDay(), DataType.DATE32);
            case Instant instant -> timestamp(instant);
            case null -> throw new ExpressionException("null is no literal; nullOf(type) is one");
            default ->
                throw new ExpressionException(
                        "no literal can be made of a " + value.getClass().getName() + ": " + value);
        };
    }

    /// @throws ExpressionException if the value is none of the type
    static void require(Object value, DataType type) {
        boolean fits = value == null
                || switch (type) {
                    case DataType.Bool _ -> value instanceof Boolean;
                    case DataType.Int8 _ -> value instanceof Long number && number == number.byteValue();
                    case DataType.Int16 _ -> value instanceof Long number && number == number.shortValue();
                    case DataType.Int32 _, DataType.Date32 _ ->
                        value instanceof Long number && number == number.intValue();
                    case DataType.Int64 _, DataType.Timestamp _ -> value instanceof Long;
                    case DataType.Float32 _ -> value instanceof Double number && lossless(number);
                    case DataType.Float64 _ -> value instanceof Double;
                    case DataType.Decimal it -> value instanceof BigDecimal number && fits(number, it);
                    case DataType.Utf8 _ -> value instanceof String;
                    case DataType.Binary _ -> value instanceof ByteBuffer;
                    case DataType.ListOf _ -> false;
                };
        if (!fits) {
            throw new ExpressionException("not a literal of type " + type + ": " + value);
        }
    }

    /// Whether the number is a float32, too.
    static boolean lossless(double number) {
        return Double.compare((float) number, number) == 0;
    }

    static boolean fits(BigDecimal number, DataType.Decimal type) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() <= type.scale()
                && stripped.precision() - stripped.scale() <= type.precision() - type.scale();
    }

    private static Expr.Literal decimal(BigDecimal number) {
        BigDecimal whole = number.scale() < 0 ? number.setScale(0) : number;
        int precision = Math.max(whole.precision(), whole.scale());
        if (precision > DataType.Decimal.MAX_PRECISION) {
            throw new ExpressionException(
                    "a decimal has at most " + DataType.Decimal.MAX_PRECISION + " digits: " + number);
        }
        return new Expr.Literal(whole, DataType.decimal(Math.max(precision, 1), whole.scale()));
    }

    private static Expr.Literal timestamp(Instant instant) {
        TimeUnit unit = instant.getNano() % 1_000 == 0 ? TimeUnit.MICROS : TimeUnit.NANOS;
        if (!unit.fits(instant)) {
            throw new ExpressionException("the instant leaves int64 in " + unit.suffix() + ": " + instant);
        }
        return new Expr.Literal(unit.of(instant), DataType.timestamp(unit));
    }
}
