package io.mullion.routine;

import io.mullion.expr.ExpressionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A form of timestamps as text, compiled when the pipeline is built.
///
/// `yyyy MM dd HH mm ss` are the fields with just as many digits (years 0 to 9999, hours 0 to 23), `S` to `SSSSSSSSS`
/// that many fraction digits, cut off and not rounded, and `XXX` the offset from UTC as `Z` or `+01:00`. Text in single
/// quotes, and all that is no letter, stands for itself; two quotes are one. So far as
/// `java.time.format.DateTimeFormatter` knows the same. *Thread*: any; immutable.
public final class TimePattern {
    /// What a pattern is made of, from coarse to fine.
    private enum Part {
        YEAR("yyyy"),
        MONTH("MM"),
        DAY("dd"),
        HOUR("HH"),
        MINUTE("mm"),
        SECOND("ss"),
        FRACTION("S"),
        OFFSET("XXX"),
        LITERAL("");

        private final String letters;

        Part(String letters) {
            this.letters = letters;
        }
    }

    private static final int MAX_FRACTION_DIGITS = 9;
    private static final int OFFSET_BYTES = 6;

    private final String pattern;
    private final Part[] parts;

    /// Bytes of each part; of an offset at most.
    private final int[] widths;

    /// The bytes of all literals, in their order.
    private final byte[] literals;

    private final int maxBytes;

    private TimePattern(String pattern) {
        List<Part> found = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            int end = c == '\'' ? quoteEnd(pattern, i) : runEnd(pattern, i);
            if (letter(c)) {
                found.add(part(pattern, pattern.substring(i, end)));
                lengths.add(c == 'X' ? OFFSET_BYTES : end - i);
            } else {
                String literal = c == '\'' ? unquoted(pattern.substring(i, end)) : pattern.substring(i, end);
                text.append(literal);
                found.add(Part.LITERAL);
                lengths.add(literal.getBytes(StandardCharsets.UTF_8).length);
            }
            i = end;
        }
        this.pattern = pattern;
        parts = found.toArray(Part[]::new);
        widths = lengths.stream().mapToInt(Integer::intValue).toArray();
        literals = text.toString().getBytes(StandardCharsets.UTF_8);
        maxBytes = Arrays.stream(widths).sum();
    }

    /// A pattern to write times with. *Failure*: refuses letters that have no meaning, and an open quote.
    public static TimePattern forFormatting(String pattern) {
        return new TimePattern(pattern);
    }

    /// A pattern to read times with. *Failure*: as [#forFormatting]; refuses, too, a field without the coarser ones,
    /// and one that comes twice. What is finer than the pattern's fields is their begin.
    public static TimePattern forParsing(String pattern) {
        TimePattern compiled = new TimePattern(pattern);
        boolean missing = false;
        for (Part part : Part.values()) {
            int count = compiled.count(part);
            if (part != Part.LITERAL && count > 1) {
                throw refusal(pattern, "reads a field twice: field=" + part.letters);
            }
            missing |= count == 0 && part.compareTo(Part.SECOND) <= 0;
            if (part == Part.YEAR && missing || part.compareTo(Part.FRACTION) <= 0 && count > 0 && missing) {
                throw refusal(pattern, "to read times needs yyyy, and every field needs the coarser ones beside it");
            }
        }
        return compiled;
    }

    /// Whether it has fields of a date alone, and so can read a date32.
    public boolean dateOnly() {
        return Arrays.stream(parts).allMatch(part -> part.compareTo(Part.DAY) <= 0 || part == Part.LITERAL);
    }

    /// A time of the text. *Failure*: [Failure#MALFORMED], also if there is no such day or time;
    /// [Failure#OUT_OF_RANGE].
    public long parse(long address, int length, Timeline timeline, Scratch scratch) {
        int year = 0;
        int month = 1;
        int day = 1;
        int second = 0;
        int nanos = 0;
        int offset = Integer.MIN_VALUE;
        int at = 0;
        int literal = 0;
        for (int i = 0; i < parts.length; i++) {
            int width = widths[i];
            long from = address + at;
            int value = 0;
            switch (parts[i]) {
                case YEAR -> year = value = TimeText.number(from, length - at, width);
                case MONTH -> month = value = TimeText.number(from, length - at, width);
                case DAY -> day = value = TimeText.number(from, length - at, width);
                case HOUR -> {
                    value = below(24, TimeText.number(from, length - at, width));
                    second += 3600 * value;
                }
                case MINUTE -> {
                    value = below(60, TimeText.number(from, length - at, width));
                    second += 60 * value;
                }
                case SECOND -> {
                    value = below(60, TimeText.number(from, length - at, width));
                    second += value;
                }
                case FRACTION -> {
                    value = TimeText.number(from, length - at, width);
                    nanos = value * (int) PowersOfTen.INT64[MAX_FRACTION_DIGITS - width];
                }
                case OFFSET -> {
                    width = at < length && RawMemory.getByte(from) == 'Z' ? 1 : OFFSET_BYTES;
                    offset = length - at < width ? Integer.MIN_VALUE : TimeText.offset(from, width);
                    value = offset == Integer.MIN_VALUE ? -1 : 0;
                }
                case LITERAL -> {
                    value = isLiteral(from, length - at, literal, width) ? 0 : -1;
                    literal += width;
                }
            }
            if (value < 0) {
                return scratch.fail(Failure.MALFORMED);
            }
            at += width;
        }
        long days = TimeText.day(year, month, day);
        if (at != length || days == TimeText.NONE) {
            return scratch.fail(Failure.MALFORMED);
        }
        return offset == Integer.MIN_VALUE
                ? timeline.ofLocal(days, second, nanos, offset, scratch)
                : timeline.ofOffset(days, second, nanos, offset, scratch);
    }

    /// The text of a time. *Failure*: [Failure#OUT_OF_RANGE] for years outside of 0 to 9999; no room in `scratch`.
    public long format(long time, Timeline timeline, Scratch scratch) {
        long civil = CivilDays.ofDays(timeline.localDay(time));
        int second = timeline.localSecondOfDay(time);
        long year = CivilDays.year(civil);
        if (year < 0 || year > 9999) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        long at = scratch.take(maxBytes);
        if (at == 0) {
            return 0;
        }
        long to = at;
        int literal = 0;
        for (int i = 0; i < parts.length; i++) {
            int width = widths[i];
            long end = to + width;
            switch (parts[i]) {
                case YEAR -> NumberText.putDigits(to, year, width);
                case MONTH -> NumberText.putDigits(to, CivilDays.month(civil), width);
                case DAY -> NumberText.putDigits(to, CivilDays.day(civil), width);
                case HOUR -> NumberText.putDigits(to, second / 3600, width);
                case MINUTE -> NumberText.putDigits(to, second / 60 % 60, width);
                case SECOND -> NumberText.putDigits(to, second % 60, width);
                case FRACTION -> {
                    long unit = PowersOfTen.INT64[MAX_FRACTION_DIGITS - width];
                    NumberText.putDigits(to, timeline.nanos(time) / unit, width);
                }
                case OFFSET -> end = TimeText.putOffset(to, timeline.offset(time));
                case LITERAL -> {
                    RawMemory.copy(literals, literal, to, width);
                    literal += width;
                }
            }
            to = end;
        }
        scratch.second = to - at;
        scratch.giveBack(maxBytes - scratch.second);
        return at;
    }

    /// The bytes that [#format] takes at most.
    public int maxBytes() {
        return maxBytes;
    }

    private static int below(int bound, int number) {
        return number < bound ? number : -1;
    }

    private boolean isLiteral(long address, int available, int literal, int width) {
        if (available < width) {
            return false;
        }
        for (int i = 0; i < width; i++) {
            if (RawMemory.getByte(address + i) != literals[literal + i]) {
                return false;
            }
        }
        return true;
    }

    private int count(Part wanted) {
        return (int) Arrays.stream(parts).filter(part -> part == wanted).count();
    }

    private static boolean letter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    /// The end of a run of one letter, or of characters that are neither letters nor quotes.
    private static int runEnd(String pattern, int start) {
        char first = pattern.charAt(start);
        int end = start + 1;
        while (end < pattern.length()
                && (letter(first)
                        ? pattern.charAt(end) == first
                        : !letter(pattern.charAt(end)) && pattern.charAt(end) != '\'')) {
            end++;
        }
        return end;
    }

    /// The end of what is quoted from `start` on; two quotes inside are one that does not end it.
    private static int quoteEnd(String pattern, int start) {
        int end = start + 1;
        while (end < pattern.length()) {
            if (pattern.charAt(end) != '\'') {
                end++;
            } else if (end + 1 < pattern.length() && pattern.charAt(end + 1) == '\'') {
                end += 2;
            } else {
                return end + 1;
            }
        }
        throw refusal(pattern, "has a quote that does not end");
    }

    private static String unquoted(String quoted) {
        return quoted.length() == 2
                ? "'"
                : quoted.substring(1, quoted.length() - 1).replace("''", "'");
    }

    private static Part part(String pattern, String letters) {
        for (Part part : Part.values()) {
            boolean fraction =
                    part == Part.FRACTION && letters.charAt(0) == 'S' && letters.length() <= MAX_FRACTION_DIGITS;
            if (part.letters.equals(letters) || fraction) {
                return part;
            }
        }
        throw refusal(
                pattern, "knows yyyy, MM, dd, HH, mm, ss, S to SSSSSSSSS, XXX and 'text', and not: letters=" + letters);
    }

    private static ExpressionException refusal(String pattern, String what) {
        return new ExpressionException("time pattern " + what + ", pattern=" + pattern);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimePattern that && pattern.equals(that.pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
