package io.mullion.expr;

/// A part of a date or a timestamp: what `extract` gives as an int64, and to what `dateTrunc` cuts.
///
/// The calendar is ISO 8601's (Gregorian, also before it was invented, with a year 0). Timestamps are read in the zone
/// of their type.
public enum DateField {
    /// The second of the minute with its fraction, in microseconds, 0 to 59,999,999, as PostgreSQL defines it; what is
    /// finer is cut off.
    MICROSECOND(true),

    /// The second of the minute with its fraction, in milliseconds, 0 to 59,999; what is finer is cut off.
    MILLISECOND(true),

    /// The second of the minute, 0 to 59.
    SECOND(true),

    /// The minute of the hour, 0 to 59.
    MINUTE(true),

    /// The hour of the day, 0 to 23.
    HOUR(true),

    /// The day of the month, 1 to 31.
    DAY(true),

    /// The day of the week, from Monday = 1 to Sunday = 7. Only to extract.
    DAY_OF_WEEK(false),

    /// The day of the year, 1 to 366. Only to extract.
    DAY_OF_YEAR(false),

    /// The week of ISO 8601, 1 to 53: it begins with Monday, and week 1 is the one with the first Thursday of the year.
    WEEK(true),

    /// The month, 1 to 12.
    MONTH(true),

    /// The quarter of the year, 1 to 4.
    QUARTER(true),

    /// The year; 0 is the one before 1.
    YEAR(true),

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards the past; for a date, up to its midnight in UTC. Only
    /// to extract.
    EPOCH(false);

    private final boolean unit;

    DateField(boolean unit) {
        this.unit = unit;
    }

    /// Whether `dateTrunc` can cut to it.
    public boolean unit() {
        return unit;
    }

    /// Whether it is a part of the time of day, which a date does not have: `extract` gives 0 and `dateTrunc` the date
    /// as it is.
    public boolean timeOfDay() {
        return compareTo(DAY) < 0;
    }
}
