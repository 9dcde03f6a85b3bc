package io.mullion.examples;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/// Durations as people write them: 250ms, 10s, 5m, 2h.
final class DurationText {
    private static final Pattern SYNTAX = Pattern.compile("(\\d{1,18})(ms|s|m|h)");

    private DurationText() {}

    /// @throws TypeConversionException if it is none
    static Duration parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no duration; write 250ms, 10s, 5m or 2h");
        }
        try {
            return Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
        } catch (ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' is too long");
        }
    }

    /// A duration as it is written, in the largest unit that it has two of; what is left over is rounded up.
    static String atLeast(Duration duration) {
        for (String suffix : List.of("h", "m", "s")) {
            Duration unit = unit(suffix).getDuration();
            if (duration.compareTo(unit.multipliedBy(2)) >= 0 || duration.equals(unit)) {
                long whole = duration.dividedBy(unit);
                return (unit.multipliedBy(whole).equals(duration) ? whole : whole + 1) + suffix;
            }
        }
        if (duration.isZero()) {
            return "0s";
        }
        return duration.plusMillis(1).minusNanos(1).toMillis() + "ms";
    }

    private static ChronoUnit unit(String suffix) {
        return switch (suffix) {
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            default -> ChronoUnit.HOURS;
        };
    }
}
