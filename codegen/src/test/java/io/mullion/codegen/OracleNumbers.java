package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Function;
import io.mullion.routine.Failure;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;

/// What arithmetic means, for [Oracle].
final class OracleNumbers {
    private OracleNumbers() {}

    /// A value as one of a type that holds it; a text that stands beside a date or a timestamp as that.
    static Object convert(Object value, DataType from, DataType to) {
        if (value == null) {
            return null;
        }
        return switch (to) {
            case DataType.Date32 _
            when value instanceof String text -> LocalDate.parse(text).toEpochDay();
            case DataType.Timestamp it when value instanceof String text -> OracleTimes.literal(text, it);
            case DataType.Timestamp it
            when from instanceof DataType.Timestamp own -> OracleTimes.inUnit((Long) value, own.unit(), it.unit());
            case DataType.Float32 _ -> value instanceof Float ? value : (Object) ((Number) value).floatValue();
            case DataType.Float64 _ -> toDouble(value);
            case DataType.Decimal it -> fitted(exact(value).setScale(it.scale(), RoundingMode.UNNECESSARY), it);
            default -> value;
        };
    }

    static double toDouble(Object value) {
        return ((Number) value).doubleValue();
    }

    /// An integer or a decimal.
    static BigDecimal exact(Object value) {
        return value instanceof Long number ? new BigDecimal(number) : (BigDecimal) value;
    }

    static BigDecimal fitted(BigDecimal value, DataType.Decimal type) {
        BigInteger limit = BigInteger.TEN.pow(type.precision());
        if (value.unscaledValue().abs().compareTo(limit) >= 0) {
            throw new Oracle.Failed(Failure.OUT_OF_RANGE);
        }
        return value;
    }

    static BigDecimal rounded(BigDecimal value, DataType.Decimal type) {
        return fitted(value.setScale(type.scale(), RoundingMode.HALF_UP), type);
    }

    static BigDecimal decimal(Expr.Arithmetic.Op op, BigDecimal a, BigDecimal b, DataType.Decimal type) {
        if (b.signum() == 0 && (op == Expr.Arithmetic.Op.DIVIDE || op == Expr.Arithmetic.Op.REMAINDER)) {
            throw new Oracle.Failed(Failure.DIVISION_BY_ZERO);
        }
        return rounded(
                switch (op) {
                    case ADD -> a.add(b);
                    case SUBTRACT -> a.subtract(b);
                    case MULTIPLY -> a.multiply(b);
                    case DIVIDE -> a.divide(b, type.scale(), RoundingMode.HALF_UP);
                    case REMAINDER -> a.remainder(b);
                },
                type);
    }

    /// Of two values of the type int32, int64, float32 or float64.
    static Object arithmetic(Expr.Arithmetic.Op op, Object left, Object right, DataType type) {
        return switch (type) {
            case DataType.Float32 _ -> {
                float a = (Float) left;
                float b = (Float) right;
                yield switch (op) {
                    case ADD -> a + b;
                    case SUBTRACT -> a - b;
                    case MULTIPLY -> a * b;
                    case DIVIDE -> a / b;
                    case REMAINDER -> a % b;
                };
            }
            case DataType.Float64 _ -> {
                double a = (Double) left;
                double b = (Double) right;
                yield switch (op) {
                    case ADD -> a + b;
                    case SUBTRACT -> a - b;
                    case MULTIPLY -> a * b;
                    case DIVIDE -> a / b;
                    case REMAINDER -> a % b;
                };
            }
            default -> wrapped(integer(op, (Long) left, (Long) right), type);
        };
    }

    private static long integer(Expr.Arithmetic.Op op, long a, long b) {
        if (b == 0 && (op == Expr.Arithmetic.Op.DIVIDE || op == Expr.Arithmetic.Op.REMAINDER)) {
            throw new Oracle.Failed(Failure.DIVISION_BY_ZERO);
        }
        return switch (op) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case REMAINDER -> a % b;
        };
    }

    /// What remains of an integer in as many bits as the type has.
    private static long wrapped(long value, DataType type) {
        return switch (type) {
            case DataType.Int8 _ -> (byte) value;
            case DataType.Int16 _ -> (short) value;
            case DataType.Int32 _ -> (int) value;
            default -> value;
        };
    }

    /// An integer in the range of a type.
    static long inRange(BigInteger value, DataType type) {
        int bits = 8 * type.byteWidth() - 1;
        if (value.bitLength() > bits) {
            throw new Oracle.Failed(Failure.OUT_OF_RANGE);
        }
        return value.longValueExact();
    }

    static long exactly(Function function, List<Object> values, DataType type) {
        BigInteger a = BigInteger.valueOf((Long) values.get(0));
        BigInteger b = BigInteger.valueOf((Long) values.get(1));
        return inRange(
                switch (function) {
                    case PLUS_EXACT -> a.add(b);
                    case MINUS_EXACT -> a.subtract(b);
                    default -> a.multiply(b);
                },
                type);
    }

    static Object unary(Function function, Object value, DataType type) {
        return switch (value) {
            case Long number ->
                switch (function) {
                    case NEGATE -> wrapped(-number, type);
                    case ABS -> wrapped(number < 0 ? -number : number, type);
                    case SIGN -> (long) Long.signum(number);
                    default -> number;
                };
            case Float number ->
                function == Function.SIGN
                        ? unary(function, (double) number)
                        : (Object) (float) unary(function, (double) number);
            case Double number -> unary(function, (double) number);
            case BigDecimal number ->
                switch (function) {
                    case NEGATE -> number.negate();
                    case ABS -> number.abs();
                    case SIGN -> (long) number.signum();
                    case FLOOR -> whole(number, RoundingMode.FLOOR, type);
                    case CEIL -> whole(number, RoundingMode.CEILING, type);
                    default -> whole(number, RoundingMode.HALF_UP, type);
                };
            default -> throw new IllegalArgumentException("no number: " + value);
        };
    }

    /// The type of a number that is rounded to digits behind the point, or before it if there are less than none.
    static DataType rounded(DataType type, long digits) {
        if (type instanceof DataType.Decimal decimal && digits < decimal.scale()) {
            int kept = (int) Math.max(digits, 0);
            int precision = decimal.precision() - decimal.scale() + kept + 1;
            return new DataType.Decimal(Math.min(precision, DataType.Decimal.MAX_PRECISION), kept);
        }
        return digits < 0 && type.integer() && type.byteWidth() < 4 ? DataType.INT32 : type;
    }

    static Object round(Object value, long digits, DataType type) {
        return switch (value) {
            case Long number ->
                inRange(tens(BigDecimal.valueOf(number), Math.min(digits, 0)).toBigIntegerExact(), type);
            case BigDecimal number -> {
                DataType.Decimal decimal = (DataType.Decimal) type;
                yield digits >= number.scale()
                        ? number
                        : fitted(tens(number, digits).setScale(decimal.scale(), RoundingMode.UNNECESSARY), decimal);
            }
            case Float number -> (float) round((double) number, digits);
            case Double number -> round((double) number, digits);
            default -> throw new IllegalArgumentException("no number: " + value);
        };
    }

    private static BigDecimal tens(BigDecimal value, long digits) {
        return value.setScale((int) digits, RoundingMode.HALF_UP).setScale((int) Math.max(digits, 0));
    }

    private static double round(double value, long digits) {
        double power = Double.parseDouble("1e" + Math.abs(digits));
        double scaled = digits < 0 ? value / power : value * power;
        if (digits != 0 && !(Math.abs(scaled) < 1L << 52)) {
            return value;
        }
        double whole = unary(Function.ROUND, scaled);
        return digits < 0 ? whole * power : whole / power;
    }

    private static BigDecimal whole(BigDecimal number, RoundingMode mode, DataType type) {
        DataType.Decimal decimal = (DataType.Decimal) type;
        return fitted(number.setScale(0, mode), decimal);
    }

    private static double unary(Function function, double value) {
        return switch (function) {
            case NEGATE -> -value;
            case ABS -> Math.abs(value);
            case SIGN -> Math.signum(value);
            case FLOOR -> Math.floor(value);
            case CEIL -> Math.ceil(value);
            default ->
                Double.isFinite(value)
                        ? Math.copySign(
                                new BigDecimal(value)
                                        .setScale(0, RoundingMode.HALF_UP)
                                        .doubleValue(),
                                value)
                        : value;
        };
    }

    static double transcendental(Function function, double value) {
        return switch (function) {
            case SQRT -> Math.sqrt(value);
            case EXP -> Math.exp(value);
            case LN -> Math.log(value);
            default -> Math.log10(value);
        };
    }
}
