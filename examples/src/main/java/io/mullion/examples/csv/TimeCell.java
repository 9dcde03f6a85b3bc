package io.mullion.examples.csv;

import io.mullion.expr.TimeUnit;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/// Reads the cells of the time column: ISO-8601, or numbers since 1970-01-01T00:00:00Z in a unit, with or without a
/// fraction (`1357020000`, `1357020000.25`).
final class TimeCell {
    private static final int NANO_DIGITS = 9;

    /// Null for ISO-8601.
    private final TimeUnit epoch;
    private final IsoTime iso = new IsoTime();
    private long whole;
    private int nano;
    private int digits;

    TimeCell(TimeUnit epoch) {
        this.epoch = epoch;
    }

    /// The coarsest unit that a stream of these cells may have.
    TimeUnit coarsestUnit() {
        return epoch == null ? TimeUnit.SECONDS : epoch;
    }

    /// What was expected, for messages.
    String expected() {
        return epoch == null ? "ISO-8601 (2013-01-31T06:00:00Z)" : "a number since 1970 in " + epoch.suffix();
    }

    boolean parse(String cell) {
        if (epoch != null) {
            return parseEpoch(cell);
        }
        boolean fine = iso.parse(cell);
        whole = iso.second();
        nano = iso.nano();
        digits = iso.fractionDigits();
        return fine;
    }

    /// Units of [#coarsestUnit] since 1970, rounded towards the past.
    long whole() {
        return whole;
    }

    /// What is beyond the whole unit, in billionths of it.
    int nano() {
        return nano;
    }

    /// So many of [#coarsestUnit].
    Duration duration(long count) {
        return Duration.of(
                count,
                switch (coarsestUnit()) {
                    case SECONDS -> ChronoUnit.SECONDS;
                    case MILLIS -> ChronoUnit.MILLIS;
                    case MICROS -> ChronoUnit.MICROS;
                    case NANOS -> ChronoUnit.NANOS;
                });
    }

    /// Digits of a second that a unit must have to hold what was read.
    int secondDigits() {
        return digits == 0 ? 0 : digits(coarsestUnit()) + digits;
    }

    /// What was read, in a unit that is not coarser than the [#coarsestUnit]; what is finer than the unit is cut off,
    /// towards the past.
    ///
    /// @throws ArithmeticException if it leaves int64
    long in(TimeUnit unit) {
        long scale = unit.perSecond() / coarsestUnit().perSecond();
        long fraction = nano / (1_000_000_000L / scale);
        if (whole < 0 && fraction > 0) {
            // The product of the least values may leave int64 although the sum would not: go up one.
            return Math.addExact(Math.multiplyExact(whole + 1, scale), fraction - scale);
        }
        return Math.addExact(Math.multiplyExact(whole, scale), fraction);
    }

    static int digits(TimeUnit unit) {
        return unit.ordinal() * 3;
    }

    private boolean parseEpoch(String cell) {
        nano = 0;
        digits = 0;
        int point = cell.indexOf('.');
        String integer = point < 0 ? cell : cell.substring(0, point);
        if (NumberText.of(integer) == NumberText.NONE || NumberText.of(integer) == NumberText.FLOATING) {
            return false;
        }
        try {
            whole = Long.parseLong(integer);
        } catch (NumberFormatException e) {
            return false;
        }
        return point < 0 || parseFraction(cell, point + 1);
    }

    /// A fraction counts away from zero, and the rest of a time towards the future.
    private boolean parseFraction(String cell, int from) {
        for (int i = 0; i < Math.max(NANO_DIGITS, cell.length() - from); i++) {
            int digit = from + i < cell.length() ? cell.charAt(from + i) - '0' : 0;
            if (digit < 0 || digit > 9) {
                return false;
            }
            nano = i < NANO_DIGITS ? nano * 10 + digit : nano;
            digits = digit == 0 || i >= NANO_DIGITS ? digits : i + 1;
        }
        if (nano > 0 && cell.charAt(0) == '-') {
            if (whole == Long.MIN_VALUE) {
                return false;
            }
            whole--;
            nano = 1_000_000_000 - nano;
        }
        return true;
    }
}
