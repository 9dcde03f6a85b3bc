package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationTextTest {
    @Test
    void eachUnitIsRead() {
        assertEquals(Duration.ofMillis(250), DurationText.parse("250ms"));
        assertEquals(Duration.ofSeconds(10), DurationText.parse("10s"));
        assertEquals(Duration.ofMinutes(5), DurationText.parse("5m"));
        assertEquals(Duration.ofHours(2), DurationText.parse("2h"));
        assertEquals(Duration.ZERO, DurationText.parse("0s"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10", "s", "10 s", " 10s", "10s ", "1.5s", "-1s", "+1s", "10S", "10sec", "1m30s", "٣s", "1d"
            })
    void whatIsNoDurationIsRefusedAndShown(String text) {
        TypeConversionException refusal = assertThrows(TypeConversionException.class, () -> DurationText.parse(text));
        assertEquals("'" + text + "' is no duration; write 250ms, 10s, 5m or 2h", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999999999h", "9999999999999999999999ms"})
    void whatIsTooLongIsRefused(String text) {
        TypeConversionException refusal = assertThrows(TypeConversionException.class, () -> DurationText.parse(text));
        assertTrue(refusal.getMessage().startsWith("'" + text + "' is "), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.0000001S, 1ms",
        "PT0.25S, 250ms",
        "PT1S, 1s",
        "PT1.5S, 1500ms",
        "PT61S, 61s",
        "PT2M0.001S, 3m",
        "PT1M, 1m",
        "PT1H, 1h",
        "PT90M, 90m",
        "PT8728H1S, 8729h",
        "PT2562047788015214H30M7S, 2562047788015215h"
    })
    void aDurationIsWrittenRoundedUp(Duration duration, String expected) {
        assertEquals(expected, DurationText.atLeast(duration));
        assertTrue(DurationText.parse(expected).compareTo(duration) >= 0);
    }
}
