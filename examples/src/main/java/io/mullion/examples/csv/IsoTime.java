package io.mullion.examples.csv;

import java.time.DateTimeException;
import java.time.LocalDate;

/// Reads a point in time as ISO-8601 writes it: `2013-01-31`, `2013-01-31T06:00`, `2013-01-31 06:00:15.25`, with an
/// offset behind it (`Z`, `+01`, `+0100`, `+01:00`) or without, which is UTC. With a time of the day also without
/// dashes and colons: `20130131T060015Z`.
///
/// [#parse] leaves what it has read in the object, so that no object is made for a row.
final class IsoTime {
    private static final int SECONDS_OF_DAY = 86_400;
    private static final int NANO_DIGITS = 9;

    private String text;
    private int at;
    private long second;
    private int nano;
    private int fractionDigits;
    private boolean dateOnly;

    /// Reads a text.
    ///
    /// @return whether it is a point in time; if not, the other methods have nothing to say
    boolean parse(String text) {
        this.text = text;
        at = 0;
        nano = 0;
        fractionDigits = 0;
        try {
            return text.length() >= 8 && parseAll();
        } catch (DateTimeException e) {
            // No such day: a 30 February.
            return false;
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded towards the past.
    long second() {
        return second;
    }

    /// What is beyond the second. Digits behind the ninth are cut off.
    int nano() {
        return nano;
    }

    /// How many digits of a second's fraction count, without zeros at the end.
    int fractionDigits() {
        return fractionDigits;
    }

    /// Whether it is a day without a time of the day.
    boolean dateOnly() {
        return dateOnly;
    }

    private boolean parseAll() {
        boolean negative = at("-");
        boolean signed = negative || at("+");
        at += signed ? 1 : 0;
        int yearDigits = digitsFrom(at);
        boolean dashes = yearDigits >= 4
                && yearDigits <= 9
                && at + yearDigits < text.length()
                && text.charAt(at + yearDigits) == '-';
        if (!dashes && (signed || yearDigits != 8) || dashes && yearDigits > 4 && !signed) {
            return false;
        }
        int year = number(dashes ? yearDigits : 4);
        if (dashes && !skip('-')) {
            return false;
        }
        int month = number(2);
        if (dashes && !skip('-')) {
            return false;
        }
        int day = number(2);
        if (month < 1 || month > 12 || day < 1 || day > 31) {
            return false;
        }
        second = LocalDate.of(negative ? -year : year, month, day).toEpochDay() * SECONDS_OF_DAY;
        dateOnly = at == text.length();
        // Eight digits and no more are a number.
        return dateOnly ? dashes : (skip('T') || skip('t') || skip(' ')) && parseClock() && parseOffset();
    }

    private boolean parseClock() {
        int hour = number(2);
        boolean colons = skip(':');
        int minute = number(2);
        int secondOfMinute = 0;
        if (colons ? skip(':') : digitsFrom(at) >= 2) {
            secondOfMinute = number(2);
            if ((skip('.') || skip(',')) && !parseFraction()) {
                return false;
            }
        }
        second += hour * 3_600L + minute * 60 + secondOfMinute;
        // The end of a day may be written as its hour 24.
        boolean endOfDay = hour == 24 && minute == 0 && secondOfMinute == 0 && nano == 0;
        return hour >= 0
                && minute >= 0
                && minute < 60
                && secondOfMinute >= 0
                && secondOfMinute < 60
                && (hour < 24 || endOfDay);
    }

    private boolean parseFraction() {
        int digits = digitsFrom(at);
        for (int i = 0; i < NANO_DIGITS; i++) {
            int digit = i < digits ? text.charAt(at + i) - '0' : 0;
            nano = nano * 10 + digit;
            fractionDigits = digit == 0 ? fractionDigits : i + 1;
        }
        at += digits;
        return digits > 0;
    }

    private boolean parseOffset() {
        if (at == text.length()) {
            return true;
        }
        skip(' ');
        if (skip('Z') || skip('z')) {
            return at == text.length();
        }
        boolean west = at("-");
        if (!west && !at("+")) {
            return false;
        }
        at++;
        int hours = number(2);
        int minutes = 0;
        if (at < text.length()) {
            skip(':');
            minutes = number(2);
        }
        int seconds = hours * 3_600 + minutes * 60;
        second += west ? seconds : -seconds;
        return hours >= 0 && hours <= 18 && minutes >= 0 && minutes < 60 && at == text.length();
    }

    private boolean at(String sign) {
        return text.startsWith(sign, at);
    }

    private boolean skip(char expected) {
        boolean there = at < text.length() && text.charAt(at) == expected;
        at += there ? 1 : 0;
        return there;
    }

    private int digitsFrom(int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end - from;
    }

    /// The number of so many digits, at most nine; -1 if they are not there.
    private int number(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < text.length() ? text.charAt(at) - '0' : -1;
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
            at++;
        }
        return value;
    }
}
