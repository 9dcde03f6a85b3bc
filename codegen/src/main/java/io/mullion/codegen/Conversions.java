package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.DecimalRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/// Conversions that nobody has to write: of literals to the type that stands beside them, and of numbers to wider ones.
final class Conversions {
    private Conversions() {}

    /// The type to which both can be brought implicitly, or null.
    static DataType common(DataType left, DataType right) {
        if (left.equals(right)) {
            return left;
        }
        if (left.integer() && right.integer()) {
            return left.byteWidth() > right.byteWidth() ? left : right;
        }
        if (left.numeric() && right.numeric()) {
            if (left.floating() || right.floating()) {
                return narrow(left) && narrow(right) ? DataType.FLOAT32 : DataType.FLOAT64;
            }
            return DecimalRules.common(DecimalRules.of(left), DecimalRules.of(right));
        }
        boolean times =
                left instanceof DataType.Timestamp l && right instanceof DataType.Timestamp r && l.unit() == r.unit();
        return times ? left : null;
    }

    /// Whether float32 holds every value.
    private static boolean narrow(DataType type) {
        return type instanceof DataType.Float32 || type instanceof DataType.Int8 || type instanceof DataType.Int16;
    }

    /// The value in a type that [#common] found.
    static Typed widened(Typed value, DataType type) {
        DataType from = value.type();
        if (from.equals(type) || from instanceof DataType.Timestamp) {
            return value;
        }
        if (value instanceof Typed.Constant constant) {
            return new Typed.Constant(constantAs(constant.value(), type), type);
        }
        if (type instanceof DataType.Decimal decimal) {
            return DecimalChecks.widened(value, decimal);
        }
        return from instanceof DataType.Decimal ? DecimalChecks.toFloat64(value) : new Typed.Convert(value, type);
    }

    private static Object constantAs(Object value, DataType type) {
        return switch (value) {
            case null -> null;
            case Long number
            when type.floating() ->
                type instanceof DataType.Float32 ? (double) number.floatValue() : number.doubleValue();
            case Long number when type instanceof DataType.Decimal -> BigDecimal.valueOf(number);
            case BigDecimal number when type.floating() -> number.doubleValue();
            default -> value;
        };
    }

    /// A literal in the type of what stands beside it, if nothing is lost; anything else as it is.
    static Typed adapted(Typed value, Typed beside) {
        boolean besideLiteral = beside instanceof Typed.Constant other && other.value() != null;
        if (!(value instanceof Typed.Constant it) || besideLiteral || it.type().equals(beside.type())) {
            return value;
        }
        DataType type = beside.type();
        if (it.value() == null) {
            return new Typed.Constant(null, type);
        }
        Object adapted = adapted(it.value(), it.type(), type);
        return adapted == null ? value : new Typed.Constant(adapted, type);
    }

    /// @return null if the value does not fit
    private static Object adapted(Object value, DataType from, DataType to) {
        return switch (to) {
            case DataType.Int8 _ -> integer(value, from, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case DataType.Int16 _ -> integer(value, from, Short.MIN_VALUE, Short.MAX_VALUE);
            case DataType.Int32 _ -> integer(value, from, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case DataType.Int64 _ -> integer(value, from, Long.MIN_VALUE, Long.MAX_VALUE);
            case DataType.Float32 _ -> float32(value, from);
            case DataType.Float64 _ ->
                switch (value) {
                    case Double number -> number;
                    case BigDecimal number -> number.doubleValue();
                    default -> null;
                };
            case DataType.Decimal type -> decimal(value, from, type);
            case DataType.Date32 _ -> value instanceof String text ? Written.day(text) : null;
            case DataType.Timestamp type ->
                switch (value) {
                    case String text -> Written.time(text, type.unit());
                    case Long time
                    when from instanceof DataType.Timestamp other -> inUnit(time, other.unit(), type.unit());
                    default -> null;
                };
            case DataType.Bool _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ -> null;
        };
    }

    /// A decimal literal without digits behind the point that fits an int64 as that; anything else as it is.
    static Typed wholeIfSo(Typed literal) {
        if (literal instanceof Typed.Constant(BigDecimal number, _)
                && number.stripTrailingZeros().scale() <= 0) {
            BigInteger whole = number.toBigInteger();
            return whole.bitLength() < Long.SIZE ? new Typed.Constant(whole.longValue(), DataType.INT64) : literal;
        }
        return literal;
    }

    /// What a literal would have to be beside a date or timestamp, for an error; empty if it is no matter of that.
    static String expected(Typed value, DataType type) {
        if (!(value instanceof Typed.Constant it)) {
            return "";
        }
        return switch (type) {
            case DataType.Date32 _
            when it.value() instanceof String text -> " ('" + text + "' is no date: one like 2024-01-31 is expected)";
            case DataType.Timestamp time
            when it.value() instanceof String text ->
                " ('" + text + "' is no " + time
                        + ": one like 2024-01-31T10:00:00Z is expected, with an offset from UTC" + " and no finer than "
                        + time.unit().suffix() + ")";
            case DataType.Timestamp time
            when it.type() instanceof DataType.Timestamp ->
                " (" + new Expr.Literal(it.value(), it.type()) + " is no whole number of "
                        + time.unit().suffix() + ", or leaves int64)";
            default -> "";
        };
    }

    private static Object integer(Object value, DataType from, long least, long greatest) {
        return value instanceof Long number && from.integer() && number >= least && number <= greatest ? number : null;
    }

    private static Object float32(Object value, DataType from) {
        return switch (value) {
            case Double number when Double.compare(number.floatValue(), number) == 0 -> number;
            case Long number
            when from.integer() && number != Long.MAX_VALUE && (long) number.floatValue() == number ->
                number.doubleValue();
            default -> null;
        };
    }

    private static Object decimal(Object value, DataType from, DataType.Decimal type) {
        BigDecimal number = switch (value) {
            case BigDecimal it -> it;
            case Long it when from.integer() -> BigDecimal.valueOf(it);
            default -> null;
        };
        if (number == null || number.stripTrailingZeros().scale() > type.scale()) {
            return null;
        }
        BigDecimal scaled = number.setScale(type.scale(), RoundingMode.UNNECESSARY);
        return scaled.precision() <= type.precision() ? scaled : null;
    }

    private static Object inUnit(long time, TimeUnit from, TimeUnit to) {
        long finer = to.perSecond() / from.perSecond();
        if (finer >= 1) {
            return Math.abs(time) <= Long.MAX_VALUE / finer && time != Long.MIN_VALUE ? (Object) (time * finer) : null;
        }
        long coarser = from.perSecond() / to.perSecond();
        return time % coarser == 0 ? (Object) (time / coarser) : null;
    }

    private static Object time(Instant instant, TimeUnit unit) {
        BigDecimal billion = BigDecimal.valueOf(1_000_000_000L);
        BigDecimal units = BigDecimal.valueOf(instant.getEpochSecond())
                .multiply(billion)
                .add(BigDecimal.valueOf(instant.getNano()))
                .divide(billion.divide(BigDecimal.valueOf(unit.perSecond())));
        boolean whole = units.stripTrailingZeros().scale() <= 0;
        boolean fits = units.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        return whole && fits ? (Object) units.longValueExact() : null;
    }

    /// Literals that are days and times written out. A class of its own, which few expressions load.
    private static final class Written {
        static Object day(String text) {
            try {
                long day = LocalDate.parse(text).toEpochDay();
                return day == (int) day ? (Object) day : null;
            } catch (DateTimeException noDay) {
                return null;
            }
        }

        static Object time(String text, TimeUnit unit) {
            try {
                return Conversions.time(OffsetDateTime.parse(text).toInstant(), unit);
            } catch (DateTimeException noTime) {
                return null;
            }
        }
    }
}
