package io.mullion.routine;

import io.mullion.expr.DataType;
import io.mullion.expr.TimeUnit;

/// The unit and the zone of a timestamp type, ready for arithmetic: a constant of the kernels whose routines read
/// timestamps.
///
/// A point in time is taken apart into whole seconds, rounded towards the past, and what is left of a second in the
/// unit; so no step overflows before the last. *Thread*: any; immutable.
public final class Timeline {
    /// Seconds in UTC.
    public static final Timeline UTC_SECONDS = of(TimeUnit.SECONDS, "UTC");

    private final TimeUnit unit;
    private final long perSecond;
    private final ZoneOffsets zone;

    private Timeline(TimeUnit unit, ZoneOffsets zone) {
        this.unit = unit;
        this.perSecond = unit.perSecond();
        this.zone = zone;
    }

    /// *Failure*: refuses a zone that is not known.
    public static Timeline of(DataType.Timestamp type) {
        return of(type.unit(), type.zone());
    }

    /// *Failure*: refuses a zone that is not known.
    public static Timeline of(TimeUnit unit, String zone) {
        return new Timeline(unit, ZoneOffsets.of(zone));
    }

    /// Units in a second.
    public long perSecond() {
        return perSecond;
    }

    public ZoneOffsets zone() {
        return zone;
    }

    /// Whole seconds since 1970, rounded towards the past.
    public long seconds(long time) {
        return Math.floorDiv(time, perSecond);
    }

    /// What [#seconds] leaves, in nanoseconds.
    public int nanos(long time) {
        return (int) ((time - seconds(time) * perSecond) * (1_000_000_000 / perSecond));
    }

    /// The offset from UTC at a point in time, in seconds.
    public int offset(long time) {
        return zone.atInstant(seconds(time));
    }

    /// The day, in the zone, of a point in time.
    public long localDay(long time) {
        long seconds = seconds(time);
        long days = Math.floorDiv(seconds, CivilDays.SECONDS_PER_DAY);
        long secondOfDay = seconds - days * CivilDays.SECONDS_PER_DAY + offset(time);
        return days + Math.floorDiv(secondOfDay, CivilDays.SECONDS_PER_DAY);
    }

    /// The second of the day, in the zone, of a point in time.
    public int localSecondOfDay(long time) {
        long seconds = seconds(time);
        long secondOfDay = Math.floorMod(seconds, CivilDays.SECONDS_PER_DAY) + offset(time);
        return (int) Math.floorMod(secondOfDay, (long) CivilDays.SECONDS_PER_DAY);
    }

    /// The point in time of a day and a second of it in the zone, by [ZoneOffsets#atLocal(long, int)].
    ///
    /// @param secondOfDay any number; beyond a day it leads to another day
    /// @param nanos below a second; what the unit does not hold is cut off
    public long ofLocal(long day, long secondOfDay, int nanos, int preferredOffset, Scratch scratch) {
        if (outOfRange(day, CivilDays.SECONDS_PER_DAY, secondOfDay)) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        long local = day * CivilDays.SECONDS_PER_DAY + secondOfDay;
        return ofOffset(day, secondOfDay, nanos, zone.atLocal(local, preferredOffset), scratch);
    }

    /// The point in time of a day and a second of it at an offset from UTC.
    public long ofOffset(long day, long secondOfDay, int nanos, int offset, Scratch scratch) {
        if (outOfRange(day, CivilDays.SECONDS_PER_DAY, secondOfDay - offset)) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        long seconds = day * CivilDays.SECONDS_PER_DAY + secondOfDay - offset;
        long fraction = nanos / (1_000_000_000 / perSecond);
        return outOfRange(seconds, perSecond, fraction)
                ? scratch.fail(Failure.OUT_OF_RANGE)
                : seconds * perSecond + fraction;
    }

    /// Whether `a * b + c` leaves int64; the product alone may.
    private static boolean outOfRange(long a, long b, long c) {
        long product = a * b;
        long sum = product + c;
        long carry = Long.compareUnsigned(sum, product) < 0 ? 1 : 0;
        return Math.multiplyHigh(a, b) + (c >> 63) + carry != sum >> 63;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Timeline that && unit == that.unit && zone.equals(that.zone);
    }

    @Override
    public int hashCode() {
        return 31 * unit.ordinal() + zone.hashCode();
    }

    @Override
    public String toString() {
        return unit.suffix() + ", " + zone;
    }
}
