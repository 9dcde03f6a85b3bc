package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.TimeUnit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;

/// Values of all types, rich in those that break things.
final class SampleValues {
    private static final double[] NUMBERS = {
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        1.5,
        2.5,
        0.49999999999999994,
        100,
        127,
        128,
        -129,
        32768,
        2147483647,
        2147483648.0,
        9.007199254740993e15,
        9.223372036854775807e18,
        -9.223372036854775808e18,
        3.4028234663852886e38,
        3.5e38,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        1e-45,
        1e300,
        0.1,
        1.005
    };

    /// Characters of one to four bytes, and such whose other case has another length.
    private static final String[] CHARACTERS = {
        "a",
        "b",
        "Z",
        " ",
        "%",
        "_",
        ",",
        "1",
        "ß",
        "é",
        "Ω",
        "ı",
        "İ",
        "€",
        "ﬁ",
        "漢",
        "ẞ",
        "K",
        "\uD83D\uDE00",
        "\uD801\uDC37"
    };

    private static final int[] BYTE_LENGTHS = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65
    };

    private static final String[] TEXTS = {
        "",
        "a",
        "b",
        "ab",
        "tree",
        "trees",
        "street",
        "a longer text than eight",
        "  padded  ",
        " ",
        "é",
        "É",
        "\uD83D\uDE00",
        "a b",
        "a,b,,c",
        ",",
        "true",
        "FALSE",
        "0",
        "-0",
        "12",
        "+7",
        "-128",
        "128",
        "32768",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "1.5",
        "-.5",
        "1e3",
        "1e400",
        "NaN",
        "Infinity",
        "-Infinity",
        "0x10",
        "12 ",
        "2024-02-29",
        "2023-02-29",
        "1969-12-31",
        "2024-01-31T10:00:00Z",
        "2024-01-31T10:00:00.123456789+02:00",
        "1969-12-31T23:59:59.999",
        "2024-01-31 10:00:00",
        "31.01.2024 10:00",
        "99999999999999999999999999999999999999",
        "1234567.895"
    };

    /// Where Berlin's clocks change, and other days that calendars stumble over.
    private static final List<Instant> INSTANTS = List.of(
            Instant.EPOCH,
            Instant.parse("1969-12-31T23:59:59.999999999Z"),
            Instant.parse("2024-02-29T12:34:56.789012345Z"),
            Instant.parse("2024-03-31T00:59:59Z"),
            Instant.parse("2024-03-31T01:00:00Z"),
            Instant.parse("2024-10-27T00:30:00Z"),
            Instant.parse("2024-10-27T01:30:00Z"),
            Instant.parse("2020-12-31T23:59:59.5Z"),
            Instant.parse("2021-01-03T23:00:00Z"),
            Instant.parse("1900-03-01T00:00:00Z"),
            Instant.parse("2100-02-28T22:59:59.999Z"),
            Instant.parse("1800-01-01T06:00:00.001Z"));

    private static final List<LocalDate> DAYS = List.of(
            LocalDate.EPOCH,
            LocalDate.of(1969, 12, 31),
            LocalDate.of(2024, 2, 29),
            LocalDate.of(2024, 12, 30),
            LocalDate.of(2021, 1, 3),
            LocalDate.of(1900, 3, 1),
            LocalDate.of(2000, 2, 29),
            LocalDate.of(1, 1, 1),
            LocalDate.of(0, 2, 29),
            LocalDate.of(-1, 12, 31),
            LocalDate.of(9999, 12, 31),
            LocalDate.of(10000, 1, 1));

    private final SplittableRandom random;

    SampleValues(SplittableRandom random) {
        this.random = random;
    }

    Object value(DataType type) {
        return switch (type) {
            case DataType.Bool _ -> random.nextBoolean();
            case DataType.Int8 _ -> integer(8);
            case DataType.Int16 _ -> integer(16);
            case DataType.Int32 _ -> integer(32);
            case DataType.Int64 _ -> integer(64);
            case DataType.Float32 _ -> (float) number();
            case DataType.Float64 _ -> number();
            case DataType.Decimal it -> decimal(it);
            case DataType.Utf8 _ -> text();
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> ByteBuffer.wrap(bytes());
            case DataType.Date32 _ -> day();
            case DataType.Timestamp it -> time(it.unit());
        };
    }

    private long integer(int bits) {
        long least = -1L << bits - 1;
        return switch (random.nextInt(4)) {
            case 0 ->
                List.of(0L, 1L, -1L, least, least + 1, -(least + 1), 2L, 100L).get(random.nextInt(8));
            case 1 -> random.nextInt(-20, 20);
            // Of all magnitudes.
            case 2 -> random.nextLong() >> Long.SIZE - bits + random.nextInt(bits);
            default -> bits == 64 ? random.nextInt() : random.nextLong(least, -least);
        };
    }

    private double number() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 2 -> random.nextInt(-800, 800) * 0.25;
            case 3 -> random.nextInt(-100_000, 100_000) / 1000.0;
            default -> (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-12, 30));
        };
    }

    private BigDecimal decimal(DataType.Decimal type) {
        BigInteger greatest = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
        BigInteger digits = switch (random.nextInt(5)) {
            case 0 ->
                List.of(greatest, BigInteger.ZERO, BigInteger.ONE, BigInteger.TEN.pow(type.scale()))
                        .get(random.nextInt(4));
            // A half, where numbers are rounded.
            case 1 ->
                BigInteger.TEN
                        .pow(type.scale())
                        .multiply(BigInteger.valueOf(2L * random.nextInt(20) + 1))
                        .shiftRight(1);
            case 2 -> BigInteger.valueOf(random.nextInt(1000));
            default -> new BigInteger(1, noise(16)).mod(BigInteger.TEN.pow(1 + random.nextInt(type.precision())));
        };
        BigInteger limited = digits.min(greatest);
        return new BigDecimal(random.nextBoolean() ? limited.negate() : limited, type.scale());
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    String text() {
        return random.nextInt(3) != 0 ? TEXTS[random.nextInt(TEXTS.length)] : mixedText();
    }

    /// Of characters of all lengths, as many bytes as one of [#BYTE_LENGTHS].
    private String mixedText() {
        int length = BYTE_LENGTHS[random.nextInt(BYTE_LENGTHS.length)];
        boolean ascii = random.nextInt(3) == 0;
        StringBuilder text = new StringBuilder();
        int bytes = 0;
        while (bytes < length) {
            String character = CHARACTERS[random.nextInt(ascii ? 8 : CHARACTERS.length)];
            int more = character.getBytes(StandardCharsets.UTF_8).length;
            if (bytes + more <= length) {
                text.append(character);
                bytes += more;
            }
        }
        return text.toString();
    }

    private byte[] bytes() {
        return random.nextBoolean()
                ? text().getBytes(StandardCharsets.UTF_8)
                : noise(BYTE_LENGTHS[random.nextInt(BYTE_LENGTHS.length)]);
    }

    private long day() {
        return switch (random.nextInt(3)) {
            case 0 -> DAYS.get(random.nextInt(DAYS.size())).toEpochDay();
            case 1 -> random.nextInt(-30_000, 60_000);
            default -> random.nextInt(-20, 20);
        };
    }

    private long time(TimeUnit unit) {
        Instant instant = random.nextBoolean()
                ? INSTANTS.get(random.nextInt(INSTANTS.size()))
                : Instant.ofEpochSecond(
                        random.nextLong(-5_000_000_000L, 5_000_000_000L), random.nextInt(1_000_000_000));
        return instant.getEpochSecond() * unit.perSecond() + instant.getNano() / (1_000_000_000L / unit.perSecond());
    }
}
