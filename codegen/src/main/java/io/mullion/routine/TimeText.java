package io.mullion.routine;

/// Dates and timestamps as text of ISO 8601.
///
/// A date is `2024-01-31`; a year has four digits, or a sign and 4 to 12 of them. A timestamp is a date, `T` or a
/// space, `10:00` or `10:00:00` or `10:00:00.5` with up to 9 fraction digits, and an offset `Z`, `+01`, `+01:00` or
/// `+01:00:00`; without an offset it is local time of the type's zone, and without a time it is local midnight. What
/// the unit does not hold is cut off. What is of another form, or no date, fails [Failure#MALFORMED]; what leaves the
/// type [Failure#OUT_OF_RANGE]. Allocates nothing.
public final class TimeText {
    /// No field of a text.
    public static final long NONE = Long.MIN_VALUE;

    /// Year of 13 bytes, `-01-31T10:00:00`, fraction of 10, offset of 9.
    private static final int MAX_BYTES = 48;

    private static final int MAX_YEAR_DIGITS = 12;

    private TimeText() {}

    /// A date32.
    public static int parseDate(long address, int length, Scratch scratch) {
        int dateLength = dateLength(address, length);
        long day = dateLength == length ? day(address, dateLength) : NONE;
        return day == NONE ? (int) scratch.fail(Failure.MALFORMED) : NumberCasts.int64ToInt32(day, scratch);
    }

    /// A timestamp of the timeline's unit.
    public static long parseTimestamp(long address, int length, Timeline timeline, Scratch scratch) {
        int dateLength = dateLength(address, length);
        long day = dateLength < 0 ? NONE : day(address, dateLength);
        if (day == NONE) {
            return scratch.fail(Failure.MALFORMED);
        }
        if (dateLength == length) {
            return timeline.ofLocal(day, 0, 0, Integer.MIN_VALUE, scratch);
        }
        int separator = RawMemory.getByte(address + dateLength);
        int at = dateLength + 1;
        int minutes = hoursAndMinutes(address + at, length - at);
        if (minutes < 0 || separator != 'T' && separator != ' ') {
            return scratch.fail(Failure.MALFORMED);
        }
        at += 5;
        int second = 0;
        int nanos = 0;
        if (at < length && RawMemory.getByte(address + at) == ':') {
            second = number(address + at + 1, length - at - 1, 2);
            at += 3;
            if (second < 0 || second > 59) {
                return scratch.fail(Failure.MALFORMED);
            }
            if (at < length && RawMemory.getByte(address + at) == '.') {
                int digits = digits(address + at + 1, length - at - 1);
                if (digits == 0 || digits > 9) {
                    return scratch.fail(Failure.MALFORMED);
                }
                nanos = number(address + at + 1, digits, digits) * (int) PowersOfTen.INT64[9 - digits];
                at += 1 + digits;
            }
        }
        long secondOfDay = 60L * minutes + second;
        if (at == length) {
            return timeline.ofLocal(day, secondOfDay, nanos, Integer.MIN_VALUE, scratch);
        }
        int offset = offset(address + at, length - at);
        return offset == Integer.MIN_VALUE
                ? scratch.fail(Failure.MALFORMED)
                : timeline.ofOffset(day, secondOfDay, nanos, offset, scratch);
    }

    /// A date as ISO text: a year outside of 0 to 9999 has a sign. *Failure*: no room in `scratch`.
    public static long formatDate(int days, Scratch scratch) {
        long at = scratch.take(MAX_BYTES);
        return at == 0 ? 0 : finish(at, putDate(at, days), scratch);
    }

    /// A timestamp as ISO text in its zone, with seconds, none or three or six or nine fraction digits, and its offset,
    /// which is `Z` for none. *Failure*: no room in `scratch`.
    public static long formatTimestamp(long time, Timeline timeline, Scratch scratch) {
        long at = scratch.take(MAX_BYTES);
        if (at == 0) {
            return 0;
        }
        long to = putDate(at, timeline.localDay(time));
        int second = timeline.localSecondOfDay(time);
        RawMemory.putByte(to, (byte) 'T');
        NumberText.putDigits(to + 1, second / 3600, 2);
        RawMemory.putByte(to + 3, (byte) ':');
        NumberText.putDigits(to + 4, second / 60 % 60, 2);
        RawMemory.putByte(to + 6, (byte) ':');
        NumberText.putDigits(to + 7, second % 60, 2);
        to += 9;
        int nanos = timeline.nanos(time);
        if (nanos != 0) {
            int digits = nanos % 1_000_000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;
            RawMemory.putByte(to, (byte) '.');
            NumberText.putDigits(to + 1, nanos / PowersOfTen.INT64[9 - digits], digits);
            to += 1 + digits;
        }
        int offset = timeline.offset(time);
        to = putOffset(to, offset);
        if (offset % 60 != 0) {
            RawMemory.putByte(to, (byte) ':');
            NumberText.putDigits(to + 1, Math.abs(offset) % 60, 2);
            to += 3;
        }
        return finish(at, to, scratch);
    }

    /// A timestamp by a pattern that the pipeline gave; see [TimePattern].
    public static long parseTimeByPattern(
            long address, int length, TimePattern pattern, Timeline timeline, Scratch scratch) {
        return pattern.parse(address, length, timeline, scratch);
    }

    /// A date32 by a pattern, which should be a [TimePattern#dateOnly]: what it has of a time of day is cut off.
    public static int parseDateByPattern(long address, int length, TimePattern pattern, Scratch scratch) {
        long second = pattern.parse(address, length, Timeline.UTC_SECONDS, scratch);
        return (int) Math.floorDiv(second, CivilDays.SECONDS_PER_DAY);
    }

    /// A timestamp by a pattern, in its zone. *Failure*: [Failure#OUT_OF_RANGE] for years outside of 0 to 9999; no room
    /// in `scratch`.
    public static long formatTimeByPattern(long time, TimePattern pattern, Timeline timeline, Scratch scratch) {
        return pattern.format(time, timeline, scratch);
    }

    /// A date by a pattern; its time of day is 0. *Failure*: as [#formatTimeByPattern].
    public static long formatDateByPattern(int days, TimePattern pattern, Scratch scratch) {
        return pattern.format((long) days * CivilDays.SECONDS_PER_DAY, Timeline.UTC_SECONDS, scratch);
    }

    private static long finish(long at, long end, Scratch scratch) {
        scratch.second = end - at;
        scratch.giveBack(MAX_BYTES - scratch.second);
        return at;
    }

    /// Writes a date.
    ///
    /// @return the address behind it
    private static long putDate(long at, long days) {
        long civil = CivilDays.ofDays(days);
        long year = CivilDays.year(civil);
        long to = at;
        if (year < 0 || year > 9999) {
            RawMemory.putByte(to++, (byte) (year < 0 ? '-' : '+'));
        }
        int width = Math.max(4, PowersOfTen.digits(Math.abs(year)));
        NumberText.putDigits(to, Math.abs(year), width);
        to += width;
        RawMemory.putByte(to, (byte) '-');
        NumberText.putDigits(to + 1, CivilDays.month(civil), 2);
        RawMemory.putByte(to + 3, (byte) '-');
        NumberText.putDigits(to + 4, CivilDays.day(civil), 2);
        return to + 6;
    }

    /// Writes `Z`, or hours and minutes of an offset.
    ///
    /// @return the address behind it
    public static long putOffset(long at, int seconds) {
        if (seconds == 0) {
            RawMemory.putByte(at, (byte) 'Z');
            return at + 1;
        }
        int minutes = Math.abs(seconds) / 60;
        RawMemory.putByte(at, (byte) (seconds < 0 ? '-' : '+'));
        NumberText.putDigits(at + 1, minutes / 60, 2);
        RawMemory.putByte(at + 3, (byte) ':');
        NumberText.putDigits(at + 4, minutes % 60, 2);
        return at + 6;
    }

    /// Where the date at the begin of a text would end, or -1 if the text is too short for one.
    private static int dateLength(long address, int length) {
        if (length == 0) {
            return -1;
        }
        byte first = RawMemory.getByte(address);
        boolean signed = first == '-' || first == '+';
        int yearLength = signed ? 1 + digits(address + 1, length - 1) : 4;
        return yearLength + 6 <= length ? yearLength + 6 : -1;
    }

    /// The day number of a text that is a date, or [#NONE].
    private static long day(long address, int length) {
        int yearLength = length - 6;
        long year = year(address, yearLength);
        int month = number(address + yearLength + 1, 2, 2);
        int day = number(address + yearLength + 4, 2, 2);
        boolean dashes =
                RawMemory.getByte(address + yearLength) == '-' && RawMemory.getByte(address + yearLength + 3) == '-';
        return year == NONE || !dashes ? NONE : day(year, month, day);
    }

    /// The day number of a date, or [#NONE] if there is no such day.
    public static long day(long year, int month, int day) {
        boolean exists = month >= 1 && month <= 12 && day >= 1 && day <= CivilDays.lengthOfMonth(year, month);
        return exists ? CivilDays.toDays(year, month, day) : NONE;
    }

    private static long year(long address, int length) {
        byte first = RawMemory.getByte(address);
        int sign = first == '-' || first == '+' ? 1 : 0;
        int digits = length - sign;
        if (digits < 4 || digits > MAX_YEAR_DIGITS) {
            return NONE;
        }
        // In two parts, as int32 holds 9 digits.
        int upper = number(address + sign, digits - 4, digits - 4);
        int lower = number(address + length - 4, 4, 4);
        if (upper < 0 || lower < 0) {
            return NONE;
        }
        long year = upper * 10_000L + lower;
        return first == '-' ? -year : year;
    }

    /// Minutes of the day of `10:00` at the begin of a text, or -1.
    private static int hoursAndMinutes(long address, int length) {
        if (length < 5 || RawMemory.getByte(address + 2) != ':') {
            return -1;
        }
        int hour = number(address, 2, 2);
        int minute = number(address + 3, 2, 2);
        return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : 60 * hour + minute;
    }

    /// The seconds of an offset that fills the text, up to 18 hours; or the least int32.
    public static int offset(long address, int length) {
        byte first = RawMemory.getByte(address);
        if (first == 'Z' && length == 1) {
            return 0;
        }
        if (first != '+' && first != '-' || length != 3 && length != 6 && length != 9) {
            return Integer.MIN_VALUE;
        }
        int hours = number(address + 1, 2, 2);
        int minutes = length > 3 ? sexagesimal(address + 3) : 0;
        int seconds = length > 6 ? sexagesimal(address + 6) : 0;
        int total = 3600 * hours + 60 * minutes + seconds;
        if (hours < 0 || minutes < 0 || seconds < 0 || total > 18 * 3600) {
            return Integer.MIN_VALUE;
        }
        return first == '-' ? -total : total;
    }

    /// The number of `:00` to `:59`, or -1.
    private static int sexagesimal(long address) {
        int number = number(address + 1, 2, 2);
        return RawMemory.getByte(address) == ':' && number <= 59 ? number : -1;
    }

    /// How many digits a text begins with.
    private static int digits(long address, int length) {
        int count = 0;
        while (count < length
                && RawMemory.getByte(address + count) >= '0'
                && RawMemory.getByte(address + count) <= '9') {
            count++;
        }
        return count;
    }

    /// The number of `width` digits, 9 at most, or -1 if there are others, or less are `available`.
    public static int number(long address, int available, int width) {
        if (available < width) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < width; i++) {
            int digit = RawMemory.getByte(address + i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
