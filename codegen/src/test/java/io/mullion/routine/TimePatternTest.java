package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.ExpressionException;
import io.mullion.expr.TimeUnit;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against `java.time.format.DateTimeFormatter`.
class TimePatternTest {
    private static final int ROUNDS = 2_000;

    /// 0001-01-01 and 9999-12-30, in seconds: where `yyyy` means the same to both.
    private static final long FIRST = -62_135_510_400L;

    private static final long LAST = 253_402_128_000L;

    private final RoutineMemory memory = new RoutineMemory();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yyyy-MM-dd HH:mm:ss",
                "yyyyMMddHHmmssSSS",
                "dd.MM.yyyy 'at' HH:mm",
                "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX",
                "XXX yyyy",
                "HH 'o''clock' ''yyyy''",
                "'''yyyy'yyyy''''",
                "yyyy年MM月dd日",
                "S SS SSSSSS",
                "'quoted only'"
            })
    void timesAreWrittenAsJavaWritesThem(String pattern) {
        SplittableRandom random = new SplittableRandom(151);
        TimePattern compiled = TimePattern.forFormatting(pattern);
        for (String zone : new String[] {"UTC", "Europe/Berlin", "America/St_Johns"}) {
            DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern).withZone(ZoneId.of(zone));
            for (TimeUnit unit : TimeUnit.values()) {
                Timeline timeline = Timeline.of(unit, zone);
                for (int round = 0; round < ROUNDS; round++) {
                    long time = time(random, unit);
                    assertEquals(
                            formatter.format(unit.toInstant(time)),
                            memory.taken(TimeText.formatTimeByPattern(time, compiled, timeline, memory.scratch)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yyyy-MM-dd HH:mm:ss.SSSSSSSSS",
                "dd/MM/yyyy ss:mm:HH SSSSSSSSS",
                "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX",
                "XXX'é'SSSSSSSSSssmmHHddMMyyyy"
            })
    void timesAreReadAsJavaReadsThem(String pattern) {
        SplittableRandom random = new SplittableRandom(152);
        TimePattern compiled = TimePattern.forParsing(pattern);
        for (String zone : new String[] {"UTC", "Europe/Berlin", "Australia/Lord_Howe"}) {
            DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern).withZone(ZoneId.of(zone));
            for (TimeUnit unit : TimeUnit.values()) {
                Timeline timeline = Timeline.of(unit, zone);
                for (int round = 0; round < ROUNDS; round++) {
                    // Offsets before 1900 have seconds, which XXX does not show.
                    long time = Math.max(-2_000_000_000L * unit.perSecond(), time(random, unit));
                    String text = formatter.format(unit.toInstant(time));
                    Instant expected = ZonedDateTime.parse(text, formatter).toInstant();
                    memory.put(text);
                    long actual = TimeText.parseTimeByPattern(
                            memory.address, memory.length, compiled, timeline, memory.scratch);
                    assertNull(memory.failure(), text);
                    assertEquals(expected, unit.toInstant(actual), text);
                }
            }
        }
    }

    @Test
    void datesAreReadAndWritten() {
        SplittableRandom random = new SplittableRandom(153);
        TimePattern pattern = TimePattern.forParsing("dd.MM.yyyy");
        DateTimeFormatter formatter = DateTimeFormatter.ofPattern("dd.MM.yyyy");
        for (int round = 0; round < ROUNDS; round++) {
            int days = (int) random.nextLong(FIRST / 86_400, LAST / 86_400);
            String text = memory.taken(TimeText.formatDateByPattern(days, pattern, memory.scratch));
            assertEquals(formatter.format(LocalDate.ofEpochDay(days)), text);
            memory.put(text);
            assertEquals(days, TimeText.parseDateByPattern(memory.address, memory.length, pattern, memory.scratch));
            assertNull(memory.failure());
        }
        assertTrue(pattern.dateOnly());
        assertFalse(TimePattern.forFormatting("yyyy HH").dateOnly());
    }

    @ParameterizedTest
    @CsvSource({
        "yyyy, 2024, 2024-01-01T00:00:00Z",
        "yyyyMM, 202403, 2024-03-01T00:00:00Z",
        "yyyyMMddHH, 2024030405, 2024-03-04T05:00:00Z",
        "XXX yyyy, +01:00 2024, 2023-12-31T23:00:00Z",
        "XXX yyyy, Z 2024, 2024-01-01T00:00:00Z",
        "yyyyMMddHHmmssS, 202403040506079, 2024-03-04T05:06:07.900Z"
    })
    void whatIsFinerThanTheFieldsIsTheirBegin(String pattern, String text, String expected) {
        Timeline timeline = Timeline.of(TimeUnit.MILLIS, "UTC");
        memory.put(text);
        long time = TimeText.parseTimeByPattern(
                memory.address, memory.length, TimePattern.forParsing(pattern), timeline, memory.scratch);
        assertEquals(expected, memory.taken(TimeText.formatTimestamp(time, timeline, memory.scratch)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2024-02-30 10:00:00Z",
                "2024-13-01 10:00:00Z",
                "2024-02-01 24:00:00Z",
                "2024-02-01 10:60:00Z",
                "2024-02-01 10:00:60Z",
                "2024-02-01 10:00:00",
                "2024-02-01 10:00:00Zx",
                "2024-02-01T10:00:00Z",
                "2024-02-01 10:00:00+01",
                "2024-02-01 10:00:00+01:0",
                "2024-02-01 1:00:00Z",
                "-024-02-01 10:00:00Z",
                "2024-02-01 10:00:00+19:00",
                "2024-02-01 10:00:",
                "2024-02-"
            })
    void textOfAnotherFormIsMalformed(String text) {
        TimePattern pattern = TimePattern.forParsing("yyyy-MM-dd HH:mm:ssXXX");
        memory.put(text);
        TimeText.parseTimeByPattern(memory.address, memory.length, pattern, Timeline.UTC_SECONDS, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
    }

    @Test
    void aDateLosesTheTimeOfItsDay() {
        memory.put("1969-12-31 23:00");
        TimePattern pattern = TimePattern.forParsing("yyyy-MM-dd HH:mm");
        assertEquals(-1, TimeText.parseDateByPattern(memory.address, memory.length, pattern, memory.scratch));
        assertNull(memory.failure());
    }

    @Test
    void yearsOfMoreThanFourDigitsAreNotWritten() {
        TimePattern pattern = TimePattern.forFormatting("yyyy");
        for (long time : new long[] {Long.MIN_VALUE, -62_167_219_201L, 253_402_300_800L, Long.MAX_VALUE}) {
            TimeText.formatTimeByPattern(time, pattern, Timeline.UTC_SECONDS, memory.scratch);
            assertEquals(Failure.OUT_OF_RANGE, memory.failure());
        }
        long yearZero = -62_167_219_200L;
        assertEquals(
                "0000",
                memory.taken(TimeText.formatTimeByPattern(yearZero, pattern, Timeline.UTC_SECONDS, memory.scratch)));
    }

    @Test
    void aTimeThatLeavesItsUnitIsOutOfRange() {
        memory.put("2300");
        TimePattern pattern = TimePattern.forParsing("yyyy");
        Timeline timeline = Timeline.of(TimeUnit.NANOS, "UTC");
        TimeText.parseTimeByPattern(memory.address, memory.length, pattern, timeline, memory.scratch);
        assertEquals(Failure.OUT_OF_RANGE, memory.failure());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yy",
                "yyyyy",
                "M",
                "MMM",
                "d",
                "hh",
                "a",
                "SSSSSSSSSS",
                "X",
                "z",
                "yyyy-MM-ddTHH",
                "'open",
                "'a''"
            })
    void lettersWithoutMeaningAreRefused(String pattern) {
        ExpressionException refusal = assertThrows(ExpressionException.class, () -> TimePattern.forFormatting(pattern));
        assertTrue(refusal.getMessage().contains("pattern=" + pattern), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MM-dd",
                "HH:mm",
                "yyyy-dd",
                "yyyy-MM-dd mm",
                "yyyy yyyy",
                "yyyyMMddSSS",
                "yyyyMMddHHmmS",
                "'text'"
            })
    void patternsThatDoNotSayWhichTimeAreNotRead(String pattern) {
        TimePattern.forFormatting(pattern);
        ExpressionException refusal = assertThrows(ExpressionException.class, () -> TimePattern.forParsing(pattern));
        assertTrue(refusal.getMessage().contains("pattern=" + pattern), refusal.getMessage());
    }

    private static long time(SplittableRandom random, TimeUnit unit) {
        long second = random.nextLong(FIRST, LAST);
        if (unit == TimeUnit.NANOS) {
            second %= 9_000_000_000L;
        }
        return second * unit.perSecond() + random.nextLong(unit.perSecond());
    }
}
