package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.Failure;
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
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
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

    /// A point in time as `java.time` has it, which does not know all years that int64 seconds reach.
    ///
    /// @param cycles how many times the calendar has to be moved on by 400 years, in which it repeats
    private record Point(ZonedDateTime zoned, long cycles) {
        private static final int CYCLE_YEARS = 400;
        private static final long CYCLE_SECONDS = 146_097L * 86_400;
        private static final long LIMIT_SECONDS = 1_000_000L * CYCLE_SECONDS;

        static Point of(long time, DataType.Timestamp type) {
            long seconds = Math.floorDiv(time, type.unit().perSecond());
            long cycles = Math.abs(seconds / 2) < LIMIT_SECONDS ? 0 : Math.floorDiv(seconds, CYCLE_SECONDS);
            long nanos = Math.floorMod(time, type.unit().perSecond())
                    * (NANOS_PER_SECOND / type.unit().perSecond());
            Instant instant = Instant.ofEpochSecond(seconds - cycles * CYCLE_SECONDS, nanos);
            return new Point(instant.atZone(ZoneId.of(type.zone())), cycles);
        }

        long year() {
            return zoned.getYear() + CYCLE_YEARS * cycles;
        }

        long epochDay() {
            return zoned.toLocalDate().toEpochDay() + CYCLE_SECONDS / 86_400 * cycles;
        }

        long time(ZonedDateTime other, TimeUnit unit) {
            BigInteger seconds = BigInteger.valueOf(other.toEpochSecond())
                    .add(BigInteger.valueOf(cycles).multiply(BigInteger.valueOf(CYCLE_SECONDS)));
            long fraction = other.getNano() / (NANOS_PER_SECOND / unit.perSecond());
            return inRange(
                    seconds.multiply(BigInteger.valueOf(unit.perSecond())).add(BigInteger.valueOf(fraction)));
        }
    }

    /// The time in the unit, what is finer than it cut off towards the past.
    private static long time(Instant instant, TimeUnit unit) {
        BigInteger seconds =
                BigInteger.valueOf(instant.getEpochSecond()).multiply(BigInteger.valueOf(unit.perSecond()));
        long fraction = instant.getNano() / (NANOS_PER_SECOND / unit.perSecond());
        return inRange(seconds.add(BigInteger.valueOf(fraction)));
    }

    private static long inRange(BigInteger time) {
        return OracleNumbers.inRange(time, DataType.INT64);
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

    static long shift(long time, Duration by, DataType type) {
        BigInteger start = BigInteger.valueOf(time);
        return type instanceof DataType.Timestamp timestamp
                ? inRange(start.add(BigInteger.valueOf(timestamp.unit().of(by))))
                : OracleNumbers.inRange(start.add(BigInteger.valueOf(by.toDays())), DataType.INT32);
    }

    static long date(long time, DataType.Timestamp type) {
        return OracleNumbers.inRange(BigInteger.valueOf(Point.of(time, type).epochDay()), DataType.INT32);
    }

    static long startOfDay(long days, DataType.Timestamp type) {
        return time(
                LocalDate.ofEpochDay(days).atStartOfDay(ZoneId.of(type.zone())).toInstant(), type.unit());
    }

    /// ISO 8601 with as many groups of three fraction digits as are needed, and the offset of the zone.
    static String text(long time, DataType.Timestamp type) {
        Point point = Point.of(time, type);
        ZonedDateTime zoned = point.zoned();
        int nanos = zoned.getNano();
        String fraction =
                nanos == 0 ? "" : nanos % 1_000_000 == 0 ? ".SSS" : nanos % 1_000 == 0 ? ".SSSSSS" : ".SSSSSSSSS";
        String sign = point.year() < 0 ? "-" : point.year() > 9999 ? "+" : "";
        return String.format(Locale.ROOT, "%s%04d", sign, Math.abs(point.year()))
                + DateTimeFormatter.ofPattern("-MM-dd'T'HH:mm:ss" + fraction + "XXXXX", Locale.ROOT)
                        .format(zoned);
    }

    /// What a text beside a timestamp states, or null if that is none in its unit.
    static Long literal(String text, DataType.Timestamp type) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            BigInteger nanos = BigInteger.valueOf(instant.getEpochSecond())
                    .multiply(BigInteger.valueOf(NANOS_PER_SECOND))
                    .add(BigInteger.valueOf(instant.getNano()));
            BigInteger[] units = nanos.divideAndRemainder(
                    BigInteger.valueOf(NANOS_PER_SECOND / type.unit().perSecond()));
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
                offset == null ? local.atZone(ZoneId.of(type.zone())).toInstant() : local.toInstant(offset(offset)),
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

    /// Of a year of exactly four digits.
    private static DateTimeFormatter formatter(String pattern) {
        int year = pattern.indexOf("yyyy");
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
        if (year < 0) {
            builder.appendPattern(pattern);
        } else {
            builder.appendPattern(pattern.substring(0, year))
                    .appendValue(ChronoField.YEAR, 4)
                    .appendPattern(pattern.substring(year + 4));
        }
        return builder.toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    }

    static String format(long time, DataType type, String pattern) {
        Point point = type instanceof DataType.Timestamp it
                ? Point.of(time, it)
                : new Point(LocalDate.ofEpochDay(time).atStartOfDay(ZoneOffset.UTC), 0);
        if (point.year() < 0 || point.year() > 9999) {
            throw new Oracle.Failed(Failure.OUT_OF_RANGE);
        }
        return formatter(pattern).format(point.zoned());
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
            long day = startOf(unit, LocalDate.ofEpochDay(time)).toEpochDay();
            return OracleNumbers.inRange(BigInteger.valueOf(day), DataType.INT32);
        }
        DataType.Timestamp timestamp = (DataType.Timestamp) type;
        Point point = Point.of(time, timestamp);
        ZonedDateTime zoned = point.zoned();
        // Where the clock shows the start twice, the offset stays what it was.
        ZonedDateTime start = switch (unit) {
            case "MICROSECOND" -> zoned.truncatedTo(ChronoUnit.MICROS);
            case "MILLISECOND" -> zoned.truncatedTo(ChronoUnit.MILLIS);
            case "SECOND" -> zoned.truncatedTo(ChronoUnit.SECONDS);
            case "MINUTE" -> zoned.truncatedTo(ChronoUnit.MINUTES);
            case "HOUR" -> zoned.truncatedTo(ChronoUnit.HOURS);
            default ->
                ZonedDateTime.ofLocal(
                        startOf(unit, zoned.toLocalDate()).atStartOfDay(), zoned.getZone(), zoned.getOffset());
        };
        return point.time(start, timestamp.unit());
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
                ? Point.of(time, it).zoned().toLocalDateTime()
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
            case "YEAR" ->
                type instanceof DataType.Timestamp it ? Point.of(time, it).year() : local.getYear();
            case "EPOCH" ->
                type instanceof DataType.Timestamp it
                        ? Math.floorDiv(time, it.unit().perSecond())
                        : local.toEpochSecond(ZoneOffset.UTC);
            default -> throw new IllegalArgumentException("no field: " + field);
        };
    }
}
