package io.mullion.routine;

import io.mullion.expr.DateField;

/// Parts of dates and timestamps, cutting them to a unit, and conversions between them.
///
/// Works in the zone of the timestamp's type, for all of int64; a result that leaves its type fails
/// [Failure#OUT_OF_RANGE]. Where the clocks of a zone are set, local times are taken as `ZonedDateTime` does. Allocates
/// nothing.
public final class CalendarFunctions {
    private static final int SECONDS_PER_HOUR = 3600;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int NANOS_PER_MICRO = 1000;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private CalendarFunctions() {}

    /// A part of a timestamp, by the definitions of [DateField].
    public static long extractTimestamp(long time, DateField field, Timeline timeline) {
        return switch (field) {
            case MICROSECOND ->
                timeline.localSecondOfDay(time) % SECONDS_PER_MINUTE * 1_000_000L
                        + timeline.nanos(time) / NANOS_PER_MICRO;
            case MILLISECOND ->
                timeline.localSecondOfDay(time) % SECONDS_PER_MINUTE * 1000L + timeline.nanos(time) / NANOS_PER_MILLI;
            case SECOND -> timeline.localSecondOfDay(time) % SECONDS_PER_MINUTE;
            case MINUTE -> timeline.localSecondOfDay(time) / SECONDS_PER_MINUTE % 60;
            case HOUR -> timeline.localSecondOfDay(time) / SECONDS_PER_HOUR;
            case DAY, DAY_OF_WEEK, DAY_OF_YEAR, WEEK, MONTH, QUARTER, YEAR -> ofDay(timeline.localDay(time), field);
            case EPOCH -> timeline.seconds(time);
        };
    }

    /// A part of a date, by the definitions of [DateField]; 0 for parts of the time of day.
    public static long extractDate(int days, DateField field) {
        return switch (field) {
            case MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR -> 0;
            case DAY, DAY_OF_WEEK, DAY_OF_YEAR, WEEK, MONTH, QUARTER, YEAR -> ofDay(days, field);
            case EPOCH -> (long) days * CivilDays.SECONDS_PER_DAY;
        };
    }

    /// The part of a day number; `field` is DAY or above.
    private static long ofDay(long days, DateField field) {
        return switch (field) {
            case DAY -> CivilDays.day(CivilDays.ofDays(days));
            case DAY_OF_WEEK -> CivilDays.dayOfWeek(days);
            case DAY_OF_YEAR -> CivilDays.dayOfYear(days);
            case WEEK -> CivilDays.week(days);
            case MONTH -> CivilDays.month(CivilDays.ofDays(days));
            case QUARTER -> (CivilDays.month(CivilDays.ofDays(days)) + 2) / 3;
            case YEAR -> CivilDays.year(CivilDays.ofDays(days));
            case MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR, EPOCH -> throw new AssertionError(field);
        };
    }

    /// A timestamp cut to the begin of the unit, in the zone. The offset stays what it was where the clock shows a time
    /// twice; a begin that the clock skips becomes later by what is skipped.
    ///
    /// @param field one that is a [DateField#unit]
    public static long truncTimestamp(long time, DateField field, Timeline timeline, Scratch scratch) {
        return switch (field) {
            // Offsets are whole seconds: no zone matters.
            case MICROSECOND -> floor(time, timeline.perSecond() / 1_000_000, scratch);
            case MILLISECOND -> floor(time, timeline.perSecond() / 1000, scratch);
            case SECOND -> floor(time, timeline.perSecond(), scratch);
            case MINUTE, HOUR, DAY, DAY_OF_WEEK, DAY_OF_YEAR, WEEK, MONTH, QUARTER, YEAR, EPOCH ->
                truncLocal(timeline.seconds(time), field, timeline, scratch);
        };
    }

    private static long floor(long time, long unit, Scratch scratch) {
        return unit <= 1 ? time : NumberCasts.minusExactInt64(time, Math.floorMod(time, unit), scratch);
    }

    private static long truncLocal(long seconds, DateField field, Timeline timeline, Scratch scratch) {
        int offset = timeline.zone().atInstant(seconds);
        long utcDay = Math.floorDiv(seconds, CivilDays.SECONDS_PER_DAY);
        long fromUtcDay = seconds - utcDay * CivilDays.SECONDS_PER_DAY + offset;
        long day = utcDay + Math.floorDiv(fromUtcDay, CivilDays.SECONDS_PER_DAY);
        long second = Math.floorMod(fromUtcDay, (long) CivilDays.SECONDS_PER_DAY);
        return switch (field) {
            case MINUTE -> timeline.ofLocal(day, second - second % SECONDS_PER_MINUTE, 0, offset, scratch);
            case HOUR -> timeline.ofLocal(day, second - second % SECONDS_PER_HOUR, 0, offset, scratch);
            case MICROSECOND, MILLISECOND, SECOND, DAY, DAY_OF_WEEK, DAY_OF_YEAR, WEEK, MONTH, QUARTER, YEAR, EPOCH ->
                timeline.ofLocal(firstDay(day, field), 0, 0, offset, scratch);
        };
    }

    /// The first day of the unit that a date is in; the date itself for units of the time of day.
    ///
    /// @param field one that is a [DateField#unit]
    public static int truncDate(int days, DateField field, Scratch scratch) {
        return NumberCasts.int64ToInt32(field.timeOfDay() ? days : firstDay(days, field), scratch);
    }

    private static long firstDay(long days, DateField field) {
        return switch (field) {
            case DAY -> days;
            case WEEK -> days - CivilDays.dayOfWeek(days) + 1;
            case MONTH -> days - CivilDays.day(CivilDays.ofDays(days)) + 1;
            case QUARTER -> {
                long civil = CivilDays.ofDays(days);
                yield CivilDays.toDays(CivilDays.year(civil), (CivilDays.month(civil) - 1) / 3 * 3 + 1, 1);
            }
            case YEAR -> CivilDays.toDays(CivilDays.year(CivilDays.ofDays(days)), 1, 1);
            case MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR, DAY_OF_WEEK, DAY_OF_YEAR, EPOCH ->
                throw new AssertionError(field);
        };
    }

    /// Midnight of a date in the zone; where the clock skips it or shows it twice, as [#truncTimestamp] and the
    /// earlier.
    public static long dateToTimestamp(int days, Timeline timeline, Scratch scratch) {
        return timeline.ofLocal(days, 0, 0, Integer.MIN_VALUE, scratch);
    }

    /// The date of a timestamp in the zone.
    public static int timestampToDate(long time, Timeline timeline, Scratch scratch) {
        return NumberCasts.int64ToInt32(timeline.localDay(time), scratch);
    }
}
