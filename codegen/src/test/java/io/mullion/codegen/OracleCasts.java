package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.routine.Failure;
import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a value is as another type, for [Oracle].
final class OracleCasts {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern FLOATING =
            Pattern.compile("NaN|[+-]?Infinity|[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final int MAX_FRACTION_DIGITS = 38;

    private OracleCasts() {}

    /// Whether there is a cast from one type to another.
    static boolean allowed(DataType from, DataType to) {
        if (from.equals(to)) {
            return true;
        }
        boolean fromText = from instanceof DataType.Utf8;
        return switch (to) {
            case DataType.Bool _ -> from.integer() || fromText;
            case DataType.Int8 _, DataType.Int16 _ -> from.numeric() || fromText || from instanceof DataType.Bool;
            case DataType.Int32 _ ->
                from.numeric() || fromText || from instanceof DataType.Bool || from instanceof DataType.Date32;
            case DataType.Int64 _ ->
                from.numeric() || fromText || from instanceof DataType.Bool || from instanceof DataType.Timestamp;
            case DataType.Float32 _, DataType.Float64 _, DataType.Decimal _ -> from.numeric() || fromText;
            case DataType.Utf8 _ -> true;
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> fromText;
            case DataType.Date32 _ -> fromText || from instanceof DataType.Int32 || from instanceof DataType.Timestamp;
            case DataType.Timestamp _ ->
                fromText
                        || from instanceof DataType.Int64
                        || from instanceof DataType.Date32
                        || from instanceof DataType.Timestamp;
        };
    }

    static Object cast(Object value, DataType from, DataType to) {
        if (from.equals(to)) {
            return value;
        }
        return switch (to) {
            case DataType.Bool _ -> value instanceof String text ? bool(text) : (Object) ((Long) value != 0);
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ ->
                OracleNumbers.inRange(integer(value), to);
            case DataType.Float32 _ -> float32(value);
            case DataType.Float64 _ -> value instanceof String text ? floating(text) : OracleNumbers.toDouble(value);
            case DataType.Decimal it -> OracleNumbers.rounded(number(value), it);
            case DataType.Utf8 _ -> text(value, from);
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> ByteBuffer.wrap(((String) value).getBytes(StandardCharsets.UTF_8));
            case DataType.Date32 _ ->
                switch (value) {
                    case String text -> OracleTimes.date(text);
                    case Long time when from instanceof DataType.Timestamp type -> OracleTimes.date(time, type);
                    default -> value;
                };
            case DataType.Timestamp it -> timestamp(value, from, it);
        };
    }

    private static boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw malformed();
        };
    }

    private static BigInteger integer(Object value) {
        return switch (value) {
            case Boolean bool -> bool ? BigInteger.ONE : BigInteger.ZERO;
            case Long number -> BigInteger.valueOf(number);
            case Float number -> finite(number).toBigInteger();
            case Double number -> finite(number).toBigInteger();
            case BigDecimal number -> number.setScale(0, RoundingMode.HALF_UP).toBigInteger();
            case String text -> {
                if (!INTEGER.matcher(text).matches()) {
                    throw malformed();
                }
                yield new BigInteger(text);
            }
            default -> throw new IllegalArgumentException("no integer: " + value);
        };
    }

    private static BigDecimal finite(double number) {
        if (!Double.isFinite(number)) {
            throw new Oracle.Failed(Failure.OUT_OF_RANGE);
        }
        return new BigDecimal(number);
    }

    private static BigDecimal number(Object value) {
        return switch (value) {
            case Boolean bool -> bool ? BigDecimal.ONE : BigDecimal.ZERO;
            case Long number -> new BigDecimal(number);
            case Float number -> finite(number);
            case Double number -> finite(number);
            case BigDecimal number -> number;
            case String text -> {
                if (!FLOATING.matcher(text).matches() || text.contains("N") || text.contains("I")) {
                    throw malformed();
                }
                yield decimal(text);
            }
            default -> throw new IllegalArgumentException("no number: " + value);
        };
    }

    /// With an exponent of any size.
    private static BigDecimal decimal(String text) {
        int end = text.toLowerCase(Locale.ROOT).indexOf('e');
        BigDecimal mantissa = new BigDecimal(end < 0 ? text : text.substring(0, end));
        if (end < 0 || mantissa.signum() == 0) {
            return mantissa;
        }
        // No decimal and no text of a column has so many digits that a greater one matters.
        BigInteger limit = BigInteger.valueOf(100_000);
        BigInteger exponent = new BigInteger(text.substring(end + 1)).min(limit).max(limit.negate());
        return mantissa.scaleByPowerOfTen(exponent.intValue());
    }

    private static Object float32(Object value) {
        if (value instanceof String text) {
            requireFloating(text);
            return notInfinite(Float.parseFloat(text), !text.contains("I"));
        }
        float number = ((Number) value).floatValue();
        return notInfinite(number, !Double.isInfinite(OracleNumbers.toDouble(value)));
    }

    private static Object floating(String text) {
        requireFloating(text);
        double number = Double.parseDouble(text);
        if (Double.isInfinite(number) && !text.contains("I")) {
            throw new Oracle.Failed(Failure.OUT_OF_RANGE);
        }
        return number;
    }

    private static float notInfinite(float number, boolean finite) {
        if (finite && Float.isInfinite(number)) {
            throw new Oracle.Failed(Failure.OUT_OF_RANGE);
        }
        return number;
    }

    private static void requireFloating(String text) {
        if (!FLOATING.matcher(text).matches()) {
            throw malformed();
        }
    }

    private static String text(Object value, DataType from) {
        return switch (value) {
            case BigDecimal number -> number.toPlainString();
            case ByteBuffer bytes -> {
                try {
                    yield StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(bytes.duplicate())
                            .toString();
                } catch (CharacterCodingException wrong) {
                    throw malformed();
                }
            }
            case Long days
            when from instanceof DataType.Date32 -> LocalDate.ofEpochDay(days).toString();
            case Long time when from instanceof DataType.Timestamp type -> OracleTimes.text(time, type);
            default -> value.toString();
        };
    }

    private static Object timestamp(Object value, DataType from, DataType.Timestamp to) {
        return switch (value) {
            case String text -> OracleTimes.timestamp(text, to);
            case Long days when from instanceof DataType.Date32 -> OracleTimes.startOfDay(days, to);
            case Long time
            when from instanceof DataType.Timestamp own -> OracleTimes.rescaled(time, own.unit(), to.unit());
            default -> value;
        };
    }

    static Oracle.Failed malformed() {
        return new Oracle.Failed(Failure.MALFORMED);
    }

    /// Half away from zero, of the number as its text shows it.
    static String formatNumber(Object value, long digits, DataType type) {
        if (digits < 0 || digits > MAX_FRACTION_DIGITS) {
            throw new Oracle.Failed(Failure.INVALID_ARGUMENT);
        }
        if (type instanceof DataType.Decimal decimal) {
            int precision = (int) Math.min(38, decimal.precision() - decimal.scale() + digits + 1);
            return OracleNumbers.rounded((BigDecimal) value, new DataType.Decimal(precision, (int) digits))
                    .toPlainString();
        }
        if (type.floating() && !Double.isFinite(OracleNumbers.toDouble(value))) {
            return value.toString();
        }
        return new BigDecimal(value.toString())
                .setScale((int) digits, RoundingMode.HALF_UP)
                .toPlainString();
    }

    static long hash(List<Object> values) {
        long hash = hash(values.getFirst());
        for (Object value : values.subList(1, values.size())) {
            hash = Hashing.combine(hash, hash(value));
        }
        return Hashing.finish(hash);
    }

    private static long hash(Object value) {
        return switch (value) {
            case null -> Hashing.NULL;
            case Boolean bool -> Hashing.bool(bool);
            case Long number -> Hashing.int64(number);
            case Float number -> Hashing.float64(number);
            case Double number -> Hashing.float64(number);
            case BigDecimal number -> {
                BigInteger unscaled = number.unscaledValue();
                yield Hashing.decimal(unscaled.shiftRight(Long.SIZE).longValue(), unscaled.longValue());
            }
            case String text -> hash(text.getBytes(StandardCharsets.UTF_8));
            case ByteBuffer bytes -> hash(Oracle.bytes(bytes));
            default -> throw new IllegalArgumentException("no value of a column: " + value);
        };
    }

    private static long hash(byte[] bytes) {
        try (TestMemory memory = new TestMemory()) {
            long address = memory.allocate(bytes.length, 8);
            RawMemory.copy(bytes, 0, address, bytes.length);
            return Hashing.text(address, bytes.length);
        }
    }
}
