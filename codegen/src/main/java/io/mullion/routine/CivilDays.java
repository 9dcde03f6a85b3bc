package io.mullion.routine;

/// Days since 1970-01-01 and the years, months and days of the ISO calendar, by arithmetic alone.
///
/// A civil date is one word: `year << 9 | month << 5 | day`, so that nothing is allocated. Every day number that fits a
/// count of seconds in int64 is in range. *Source*: H. Hinnant, chrono-Compatible Low-Level Date Algorithms (2013):
/// years that begin in March have their leap day at the end, and 400 of them are always 146,097 days.
public final class CivilDays {
    /// Days of 400 years; whole weeks.
    public static final int CYCLE_DAYS = 146_097;

    public static final int SECONDS_PER_DAY = 86_400;

    /// Days from 0000-03-01 to 1970-01-01.
    private static final int EPOCH_SHIFT = 719_468;

    private CivilDays() {}

    /// The civil date of a day number.
    public static long ofDays(long days) {
        long shifted = days + EPOCH_SHIFT;
        long era = Math.floorDiv(shifted, CYCLE_DAYS);
        int dayOfEra = (int) (shifted - era * CYCLE_DAYS);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        long year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
        return year << 9 | month << 5 | day;
    }

    public static long year(long civil) {
        return civil >> 9;
    }

    public static int month(long civil) {
        return (int) (civil >> 5) & 15;
    }

    public static int day(long civil) {
        return (int) civil & 31;
    }

    /// The day number of a civil date; `month` is 1 to 12, `day` may be beyond the month's end.
    public static long toDays(long year, int month, int day) {
        long shifted = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(shifted, 400);
        int yearOfEra = (int) (shifted - era * 400);
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * CYCLE_DAYS + dayOfEra - EPOCH_SHIFT;
    }

    /// Days of a month: 28 to 31.
    public static int lengthOfMonth(long year, int month) {
        if (month == 2) {
            boolean leap = (year & 3) == 0 && (year % 100 != 0 || (year & 15) == 0);
            return leap ? 29 : 28;
        }
        return 30 + ((month + (month >> 3)) & 1);
    }

    /// Monday = 1 to Sunday = 7.
    public static int dayOfWeek(long days) {
        return (int) Math.floorMod(days + 3, 7L) + 1;
    }

    /// 1 to 366.
    public static int dayOfYear(long days) {
        return (int) (days - toDays(year(ofDays(days)), 1, 1)) + 1;
    }

    /// The week of ISO 8601: that of its Thursday's year.
    public static int week(long days) {
        return (dayOfYear(days - dayOfWeek(days) + 4) - 1) / 7 + 1;
    }
}
