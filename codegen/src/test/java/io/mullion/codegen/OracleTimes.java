package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.TimeUnit;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAdjusters;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What days and points in time mean, for [Oracle].
final class OracleTimes {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final String DAY = "(?<year>[0-9]{4}|[+-][0-9]{4,9})-(?<month>[0-9]{2})-(?<day>[0-9]{2})";
    private static final Pattern DATE = Pattern.compile(DAY);
    private static final Pattern TIMESTAMP = Pattern.compile(DAY
            + "([T ](?<hour>[0-9]{2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})(\\.(?<fraction>[0-9]{1,9}))?)?"
            + "(?<offset>Z|[+-][0-9]{2}(:[0-9]{2}(:[0-9]{2})?)?)?)?");

    private OracleTimes() {}

    private static Instant instant(long time, TimeUnit unit) {
        try {
            return Instant.ofEpochSecond(
                    Math.floorDiv(time, unit.perSecond()),
                    Math.floorMod(time, unit.perSecond()) * (NANOS_PER_SECOND / unit.perSecond()));
        } catch (DateTimeException outside) {
            throw new Oracle.Failed(Progress.Failure.OUT_OF_RANGE);
        }
    }

    /// The time in the unit, what is finer than it cut off towards the past.
    private static long time(Instant instant, TimeUnit unit) {
        BigInteger seconds = BigInteger.valueOf(instant.getEpochSecond()).multiply(BigInteger.valueOf(unit.perSecond()));
        long fraction = instant.getNano() / (NANOS_PER_SECOND / unit.perSecond());
        return inRange(seconds.add(BigInteger.valueOf(fraction)));
    }

    private static long inRange(BigInteger time) {
        return OracleNumbers.inRange(time, DataType.INT64);
    }

    private static ZonedDateTime zoned(long time, DataType.Timestamp type) {
        try {
            return instant(time, type.unit()).atZone(ZoneId.of(type.zone()));
        } catch (DateTimeException outside) {
            throw new Oracle.Failed(Progress.Failure.OUT_OF_RANGE);
        }
    }

    /// Null if something would be lost.
    static Long inUnit(long time, TimeUnit from, TimeUnit to) {
        BigInteger[] result = BigInteger.valueOf(time)
                .multiply(BigInteger.valueOf(to.perSecond()))
                .divideAndRemainder(BigInteger.valueOf(from.perSecond()));
        return result[1].signum() == 0 && result[0].bitLength() < Long.SIZE ? result[0].longValue() : null;
    }

    /// Towards the past where something is lost.
    static long rescaled(long time, TimeUnit from, TimeUnit to) {
        return from.perSecond() > to.perSecond()
                ? Math.floorDiv(time, from.perSecond() / to.perSecond())
                : inRange(BigInteger.valueOf(time).multiply(BigInteger.valueOf(to.perSecond() / from.perSecond())));
    }

    static long shift(long time, Duration by, DataType.Timestamp type) {
        return inRange(BigInteger.valueOf(time).add(BigInteger.valueOf(type.unit().of(by))));
    }

    static long date(long time, DataType.Timestamp type) {
        long day = zoned(time, type).toLocalDate().toEpochDay();
        return OracleNumbers.inRange(BigInteger.valueOf(day), DataType.INT32);
    }

    static long startOfDay(long days, DataType.Timestamp type) {
        return time(LocalDate.ofEpochDay(days).atStartOfDay(ZoneId.of(type.zone())).toInstant(), type.unit());
    }

    /// ISO 8601 with as many groups of three fraction digits as are needed, and the offset of the zone.
    static String text(long time, DataType.Timestamp type) {
        ZonedDateTime zoned = zoned(time, type);
        int nanos = zoned.getNano();
        String fraction = nanos == 0 ? "" : nanos % 1_000_000 == 0 ? ".SSS" : nanos % 1_000 == 0 ? ".SSSSSS" : ".SSSSSSSSS";
        return zoned.toLocalDate() + DateTimeFormatter.ofPattern("'T'HH:mm:ss" + fraction + "XXXXX", Locale.ROOT).format(zoned);
    }

    /// What a text beside a timestamp states, or null if that is none in its unit.
    static Long literal(String text, DataType.Timestamp type) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            BigInteger nanos = BigInteger.valueOf(instant.getEpochSecond())
                    .multiply(BigInteger.valueOf(NANOS_PER_SECOND))
                    .add(BigInteger.valueOf(instant.getNano()));
            BigInteger[] units = nanos.divideAndRemainder(BigInteger.valueOf(NANOS_PER_SECOND / type.unit().perSecond()));
            return units[1].signum() == 0 && units[0].bitLength() < Long.SIZE ? units[0].longValue() : null;
        } catch (DateTimeException malformed) {
            return null;
        }
    }

    static long date(String text) {
        Matcher matcher = DATE.matcher(text);
        if (!matcher.matches()) {
            throw OracleCasts.malformed();
        }
        return OracleNumbers.inRange(BigInteger.valueOf(day(matcher).toEpochDay()), DataType.INT32);
    }

    private static LocalDate day(Matcher matcher) {
        try {
            return LocalDate.of(
                    Integer.parseInt(matcher.group("year")),
                    Integer.parseInt(matcher.group("month")),
                    Integer.parseInt(matcher.group("day")));
        } catch (DateTimeException wrong) {
            throw OracleCasts.malformed();
        }
    }

    /// What an ISO 8601 text states; without an offset in the zone of the type.
    static long timestamp(String text, DataType.Timestamp type) {
        Matcher matcher = TIMESTAMP.matcher(text);
        if (!matcher.matches()) {
            throw OracleCasts.malformed();
        }
        LocalDateTime local = day(matcher).atTime(time(matcher));
        String offset = matcher.group("offset");
        return time(
                offset == null
                        ? local.atZone(ZoneId.of(type.zone())).toInstant()
                        : local.toInstant(offset(offset)),
                type.unit());
    }

    private static LocalTime time(Matcher matcher) {
        if (matcher.group("hour") == null) {
            return LocalTime.MIDNIGHT;
        }
        String second = matcher.group("second");
        String fraction = matcher.group("fraction");
        try {
            return LocalTime.of(
                    Integer.parseInt(matcher.group("hour")),
                    Integer.parseInt(matcher.group("minute")),
                    second == null ? 0 : Integer.parseInt(second),
                    fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9)));
        } catch (DateTimeException wrong) {
            throw OracleCasts.malformed();
        }
    }

    private static ZoneOffset offset(String text) {
        try {
            return ZoneOffset.of(text);
        } catch (DateTimeException wrong) {
            throw OracleCasts.malformed();
        }
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern.replace("yyyy", "uuuu"), Locale.ROOT)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    static String format(long time, DataType type, String pattern) {
        ZonedDateTime zoned = type instanceof DataType.Timestamp it
                ? zoned(time, it)
                : LocalDate.ofEpochDay(time).atStartOfDay(ZoneOffset.UTC);
        if (zoned.getYear() < 0 || zoned.getYear() > 9999) {
            throw new Oracle.Failed(Progress.Failure.OUT_OF_RANGE);
        }
        return formatter(pattern).format(zoned);
    }

    static long parse(String text, String pattern, DataType.Timestamp type) {
        try {
            TemporalAccessor parsed = formatter(pattern).parse(text);
            LocalDate date = parsed.query(TemporalQueries.localDate());
            LocalTime time = parsed.query(TemporalQueries.localTime());
            ZoneOffset offset = parsed.query(TemporalQueries.offset());
            LocalDateTime local = LocalDateTime.of(date, time == null ? LocalTime.MIDNIGHT : time);
            return time(
                    offset == null
                            ? local.atZone(ZoneId.of(type.zone())).toInstant()
                            : OffsetDateTime.of(local, offset).toInstant(),
                    type.unit());
        } catch (DateTimeException malformed) {
            throw OracleCasts.malformed();
        }
    }

    static long truncate(String unit, long time, DataType type) {
        if (type instanceof DataType.Date32) {
            return startOf(unit, LocalDate.ofEpochDay(time)).toEpochDay();
        }
        DataType.Timestamp timestamp = (DataType.Timestamp) type;
        ZonedDateTime zoned = zoned(time, timestamp);
        ZonedDateTime start =
                switch (unit) {
                    case "MICROSECOND" -> zoned.truncatedTo(ChronoUnit.MICROS);
                    case "MILLISECOND" -> zoned.truncatedTo(ChronoUnit.MILLIS);
                    case "SECOND" -> zoned.truncatedTo(ChronoUnit.SECONDS);
                    case "MINUTE" -> zoned.truncatedTo(ChronoUnit.MINUTES);
                    case "HOUR" -> zoned.truncatedTo(ChronoUnit.HOURS);
                    default -> startOf(unit, zoned.toLocalDate()).atStartOfDay(zoned.getZone());
                };
        return time(start.toInstant(), timestamp.unit());
    }

    private static LocalDate startOf(String unit, LocalDate day) {
        return switch (unit) {
            case "WEEK" -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case "MONTH" -> day.withDayOfMonth(1);
            case "QUARTER" -> day.with(IsoFields.DAY_OF_QUARTER, 1);
            case "YEAR" -> day.withDayOfYear(1);
            default -> day;
        };
    }

    static long extract(String field, long time, DataType type) {
        LocalDateTime local = type instanceof DataType.Timestamp it
                ? zoned(time, it).toLocalDateTime()
                : LocalDate.ofEpochDay(time).atStartOfDay();
        return switch (field) {
            case "MICROSECOND" -> local.getSecond() * 1_000_000L + local.getNano() / 1_000;
            case "MILLISECOND" -> local.getSecond() * 1_000L + local.getNano() / 1_000_000;
            case "SECOND" -> local.getSecond();
            case "MINUTE" -> local.getMinute();
            case "HOUR" -> local.getHour();
            case "DAY" -> local.getDayOfMonth();
            case "DAY_OF_WEEK" -> local.getDayOfWeek().getValue();
            case "DAY_OF_YEAR" -> local.getDayOfYear();
            case "WEEK" -> local.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case "MONTH" -> local.getMonthValue();
            case "QUARTER" -> local.get(IsoFields.QUARTER_OF_YEAR);
            case "YEAR" -> local.getYear();
            case "EPOCH" ->
                type instanceof DataType.Timestamp it
                        ? Math.floorDiv(time, it.unit().perSecond())
                        : local.toEpochSecond(ZoneOffset.UTC);
            default -> throw new IllegalArgumentException("no field: " + field);
        };
    }
}
