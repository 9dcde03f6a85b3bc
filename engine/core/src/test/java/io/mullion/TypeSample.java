package io.mullion;

import io.mullion.expr.DataType;
import io.mullion.expr.TimeUnit;
import io.mullion.io.RowWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Values of one type that reach its edges, and how text sinks write them.
///
/// @param values in the form that [Collected] has them
/// @param texts one for each value
public record TypeSample(DataType type, List<Object> values, List<String> texts) {
    public static List<TypeSample> all() {
        return List.of(
                of(DataType.BOOL, true, "true", false, "false"),
                of(DataType.INT8, -128L, "-128", 0L, "0", 127L, "127"),
                of(DataType.INT16, -32768L, "-32768", -1L, "-1", 32767L, "32767"),
                of(DataType.INT32, -2147483648L, "-2147483648", 7L, "7", 2147483647L, "2147483647"),
                of(
                        DataType.INT64,
                        Long.MIN_VALUE,
                        "-9223372036854775808",
                        0L,
                        "0",
                        Long.MAX_VALUE,
                        "9223372036854775807"),
                of(
                        DataType.FLOAT32,
                        -0.0f,
                        "-0.0",
                        Float.MIN_VALUE,
                        "1.4E-45",
                        -Float.MAX_VALUE,
                        "-3.4028235E38",
                        Float.NaN,
                        "NaN",
                        Float.NEGATIVE_INFINITY,
                        "-Infinity",
                        0.1f,
                        "0.1"),
                of(
                        DataType.FLOAT64,
                        -0.0,
                        "-0.0",
                        Double.MIN_VALUE,
                        "4.9E-324",
                        Double.MAX_VALUE,
                        "1.7976931348623157E308",
                        Double.NaN,
                        "NaN",
                        Double.POSITIVE_INFINITY,
                        "Infinity",
                        0.1,
                        "0.1"),
                decimals(10, 2, "-99999999.99", "0.01", "0.00", "1.50", "99999999.99"),
                decimals(
                        38,
                        0,
                        "99999999999999999999999999999999999999",
                        "-99999999999999999999999999999999999999",
                        "0",
                        "-1",
                        "9223372036854775807",
                        "9223372036854775808",
                        "-9223372036854775808",
                        "-9223372036854775809",
                        "18446744073709551616",
                        "-18446744073709551616"),
                decimals(38, 38, "0." + "9".repeat(38), "-0." + "0".repeat(37) + "1"),
                of(DataType.UTF8, "", "\"\"", "a", "a", "ünï😀\0", "ünï😀\0", "x".repeat(100), "x".repeat(100)),
                of(
                        DataType.BINARY,
                        ByteBuffer.wrap(new byte[0]),
                        "\"\"",
                        ByteBuffer.wrap(new byte[] {0}),
                        "00",
                        ByteBuffer.wrap(new byte[] {-1, (byte) 0xc0, 0x7f}),
                        "ffc07f",
                        ByteBuffer.wrap(new byte[100]),
                        "00".repeat(100)),
                of(
                        DataType.DATE32,
                        LocalDate.EPOCH,
                        "1970-01-01",
                        LocalDate.EPOCH.minusDays(1),
                        "1969-12-31",
                        LocalDate.of(2024, 2, 29),
                        "2024-02-29",
                        LocalDate.ofEpochDay(Integer.MAX_VALUE),
                        "+5881580-07-11",
                        LocalDate.ofEpochDay(Integer.MIN_VALUE),
                        "-5877641-06-23"),
                of(
                        DataType.timestamp(TimeUnit.SECONDS),
                        0L,
                        "1970-01-01T00:00:00Z",
                        1_706_695_200L,
                        "2024-01-31T10:00:00Z",
                        Long.MAX_VALUE,
                        "9223372036854775807s",
                        Long.MIN_VALUE,
                        "-9223372036854775808s"),
                of(
                        DataType.timestamp(TimeUnit.MILLIS, "Europe/Berlin"),
                        1_706_695_200_000L,
                        "2024-01-31T11:00:00+01:00",
                        1_719_828_000_250L,
                        "2024-07-01T12:00:00.250+02:00"),
                of(
                        DataType.timestamp(TimeUnit.MICROS),
                        -1L,
                        "1969-12-31T23:59:59.999999Z",
                        Long.MAX_VALUE,
                        "+294247-01-10T04:00:54.775807Z",
                        Long.MIN_VALUE,
                        "-290308-12-21T19:59:05.224192Z"),
                of(
                        DataType.timestamp(TimeUnit.NANOS),
                        1L,
                        "1970-01-01T00:00:00.000000001Z",
                        Long.MAX_VALUE,
                        "2262-04-11T23:47:16.854775807Z",
                        Long.MIN_VALUE,
                        "1677-09-21T00:12:43.145224192Z"));
    }

    /// The value of a row: they come round.
    public Object value(long row) {
        return values.get(Math.floorMod(row, values.size()));
    }

    /// Writes a value in the form that [Collected] has it; null, too.
    public static void write(RowWriter row, int column, Object value) {
        switch (value) {
            case null -> row.setNull(column);
            case Boolean it -> row.setBool(column, it);
            case Long it -> row.setLong(column, it);
            case Float it -> row.setDouble(column, it);
            case Double it -> row.setDouble(column, it);
            case BigDecimal it -> row.setDecimal(column, it);
            case String it -> row.setUtf8(column, it);
            case ByteBuffer it -> row.setBinary(column, it.array());
            case LocalDate it -> row.setDate(column, it);
            default -> throw new IllegalArgumentException(value.getClass().getName());
        }
    }

    @Override
    public String toString() {
        return type.toString();
    }

    private static TypeSample of(DataType type, Object... valuesAndTexts) {
        return new TypeSample(
                type,
                every(valuesAndTexts, 0).toList(),
                every(valuesAndTexts, 1).map(String.class::cast).toList());
    }

    private static TypeSample decimals(int precision, int scale, String... texts) {
        return new TypeSample(
                DataType.decimal(precision, scale),
                Stream.of(texts).<Object>map(BigDecimal::new).toList(),
                List.of(texts));
    }

    private static Stream<Object> every(Object[] valuesAndTexts, int first) {
        return LongStream.range(0, valuesAndTexts.length / 2).mapToObj(i -> valuesAndTexts[(int) (2 * i) + first]);
    }
}
