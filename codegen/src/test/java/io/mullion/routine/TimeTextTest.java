package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mullion.expr.TimeUnit;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against `java.time`.
class TimeTextTest {
    private static final int ROUNDS = 8_000;

    private final RoutineMemory memory = new RoutineMemory();

    @Test
    void datesAreWrittenAsJavaWritesThemAndReadBack() {
        SplittableRandom random = new SplittableRandom(141);
        for (int round = 0; round < 10 * ROUNDS; round++) {
            int days = round == 0
                    ? Integer.MIN_VALUE
                    : round == 1 ? Integer.MAX_VALUE : random.nextInt() >> random.nextInt(24);
            String text = memory.taken(TimeText.formatDate(days, memory.scratch));
            assertEquals(LocalDate.ofEpochDay(days).toString(), text);
            memory.put(text);
            assertEquals(days, TimeText.parseDate(memory.address, memory.length, memory.scratch));
            assertNull(memory.failure());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"UTC", "Europe/London", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Africa/Monrovia"})
    void timestampsAreWrittenInTheirZoneAndReadBack(String zone) {
        SplittableRandom random = new SplittableRandom(142);
        for (TimeUnit unit : TimeUnit.values()) {
            Timeline timeline = Timeline.of(unit, zone);
            for (int round = 0; round < ROUNDS; round++) {
                long time = time(random, unit);
                String text = memory.taken(TimeText.formatTimestamp(time, timeline, memory.scratch));
                assertEquals(iso(unit.toInstant(time).atZone(ZoneId.of(zone))), text);
                memory.put(text);
                assertEquals(
                        time, TimeText.parseTimestamp(memory.address, memory.length, timeline, memory.scratch), text);
                assertNull(memory.failure(), text);
            }
        }
    }

    @Test
    void theEndsOfSecondsAreWrittenAndReadBack() {
        for (String zone : new String[] {"UTC", "+18:00", "-17:59"}) {
            Timeline timeline = Timeline.of(TimeUnit.SECONDS, zone);
            for (long time : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
                String text = memory.taken(TimeText.formatTimestamp(time, timeline, memory.scratch));
                memory.put(text);
                assertEquals(
                        time, TimeText.parseTimestamp(memory.address, memory.length, timeline, memory.scratch), text);
                assertNull(memory.failure(), text);
            }
        }
        assertEquals(
                "+292277026596-12-04T15:30:07Z",
                memory.taken(TimeText.formatTimestamp(Long.MAX_VALUE, Timeline.UTC_SECONDS, memory.scratch)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"})
    void textWithoutAnOffsetIsLocalTimeOfTheZone(String zone) {
        SplittableRandom random = new SplittableRandom(143);
        Timeline timeline = Timeline.of(TimeUnit.MICROS, zone);
        for (int round = 0; round < ROUNDS; round++) {
            LocalDateTime local = LocalDateTime.of(2024, 1, 1, 0, 0).plusMinutes(random.nextInt(366 * 24 * 60));
            memory.put(round % 2 == 0 ? local.toString() : local.toString().replace('T', ' '));
            long expected = ZonedDateTime.ofLocal(local, ZoneId.of(zone), null).toEpochSecond() * 1_000_000;
            assertEquals(expected, TimeText.parseTimestamp(memory.address, memory.length, timeline, memory.scratch));
            assertNull(memory.failure());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-31T10:00:00Z, 2024-01-31T10:00:00Z",
        "2024-01-31 10:00:00+01:00, 2024-01-31T09:00:00Z",
        "2024-01-31T10:00Z, 2024-01-31T10:00:00Z",
        "2024-01-31T10:00+01, 2024-01-31T09:00:00Z",
        "2024-01-31, 2024-01-31T00:00:00Z",
        "2024-02-29T23:59:59.5-18:00, 2024-03-01T17:59:59.500Z",
        "2024-01-31T10:00:00.123456789Z, 2024-01-31T10:00:00.123456Z",
        "1969-12-31T23:59:59.9999999Z, 1969-12-31T23:59:59.999999Z",
        "+2024-01-31, 2024-01-31T00:00:00Z",
        "-0001-02-28T00:00:00+00:00:01, -0001-02-27T23:59:59Z"
    })
    void allFormsAreRead(String text, String canonical) {
        Timeline timeline = Timeline.of(TimeUnit.MICROS, "UTC");
        memory.put(text);
        long time = TimeText.parseTimestamp(memory.address, memory.length, timeline, memory.scratch);
        assertEquals(canonical, memory.taken(TimeText.formatTimestamp(time, timeline, memory.scratch)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2024",
                "2024-01",
                "2024-1-31",
                "2024-01-3",
                "24-01-31",
                "02024-01-31",
                "2024-13-01",
                "2024-00-01",
                "2024-01-00",
                "2024-01-32",
                "2023-02-29",
                "1900-02-29",
                "2024-04-31",
                "2024/01/31",
                "2024-01-31x",
                " 2024-01-31",
                "2024-01-31 ",
                "+-2024-01-31",
                "+024-01-31",
                "-",
                "+1234567890123-01-01",
                "2024-01-٣١",
                "abcd-01-01"
            })
    void otherTextIsNoDate(String text) {
        memory.put(text);
        TimeText.parseDate(memory.address, memory.length, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
        TimeText.parseTimestamp(memory.address, memory.length, Timeline.UTC_SECONDS, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-01-31T",
                "2024-01-31t10:00",
                "2024-01-31T10",
                "2024-01-31T10:0",
                "2024-01-31T24:00",
                "2024-01-31T10:60",
                "2024-01-31T10:00:",
                "2024-01-31T10:00:0",
                "2024-01-31T10:00:60",
                "2024-01-31T10:00:00.",
                "2024-01-31T10:00:00.Z",
                "2024-01-31T10:00:00.1234567890Z",
                "2024-01-31T10:00:00z",
                "2024-01-31T10:00:00ZZ",
                "2024-01-31T10:00:00 Z",
                "2024-01-31T10:00:00+",
                "2024-01-31T10:00:00+1",
                "2024-01-31T10:00:00+18:01",
                "2024-01-31T10:00:00+01:60",
                "2024-01-31T10:00:00+0100",
                "2024-01-31T10:00:00+01:00:60",
                "2024-01-31T10:00:00+01x00",
                "2024-01-31Z",
                "2024-01-31T1a:00:00Z",
                "2024-01-31T10.00"
            })
    void otherTextIsNoTimestamp(String text) {
        memory.put(text);
        TimeText.parseTimestamp(memory.address, memory.length, Timeline.UTC_SECONDS, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
    }

    @Test
    void whatLeavesTheTypeIsOutOfRange() {
        memory.put("+5881580-07-12");
        TimeText.parseDate(memory.address, memory.length, memory.scratch);
        assertEquals(Failure.OUT_OF_RANGE, memory.failure());
        Timeline nanos = Timeline.of(TimeUnit.NANOS, "UTC");
        memory.put("2262-04-11T23:47:16.854775808Z");
        TimeText.parseTimestamp(memory.address, memory.length, nanos, memory.scratch);
        assertEquals(Failure.OUT_OF_RANGE, memory.failure());
        memory.put("1677-09-21T00:12:43.145224191");
        TimeText.parseTimestamp(memory.address, memory.length, nanos, memory.scratch);
        assertEquals(Failure.OUT_OF_RANGE, memory.failure());
        for (String year : new String[] {"+999999999999", "-999999999999", "+292277026597"}) {
            memory.put(year + "-01-01T00:00:00Z");
            TimeText.parseTimestamp(memory.address, memory.length, Timeline.UTC_SECONDS, memory.scratch);
            assertEquals(Failure.OUT_OF_RANGE, memory.failure());
        }
    }

    @Test
    void everyCutOfATimestampIsReadWithinItsBytes() {
        String whole = "+12024-01-31T10:00:00.123456789+01:00:30";
        for (int length = 0; length <= whole.length(); length++) {
            for (int start = 0; start <= length; start++) {
                String text = whole.substring(start, length);
                memory.put(text);
                TimeText.parseTimestamp(memory.address, memory.length, Timeline.UTC_SECONDS, memory.scratch);
                Failure failure = memory.failure();
                boolean good = parses(text);
                assertEquals(good ? null : Failure.MALFORMED, failure, text);
            }
        }
    }

    @Test
    void aScratchWithoutRoomFailsTheRow() {
        Scratch small = memory.scratchOf(8);
        assertEquals(0, TimeText.formatDate(1, small));
        assertEquals(Failure.TEXT_TOO_LARGE, small.failure);
        assertEquals(0, TimeText.formatTimestamp(1, Timeline.UTC_SECONDS, small));
    }

    /// The cuts of one text that have a form of a timestamp.
    private static boolean parses(String text) {
        return text.matches("(\\+12024|2024)-01-31(T10:00(:00(\\.[0-9]{1,9})?)?([+]01(:00(:30)?)?)?)?");
    }

    private static long time(SplittableRandom random, TimeUnit unit) {
        return switch (random.nextInt(3)) {
            case 0 -> unit == TimeUnit.SECONDS ? random.nextLong() % 30_000_000_000_000_000L : random.nextLong();
            case 1 -> random.nextLong(-6_000_000_000L, 6_000_000_000L) * unit.perSecond();
            default ->
                random.nextLong(-6_000_000_000L, 6_000_000_000L) * unit.perSecond()
                        + random.nextLong(1000) * Math.max(1, unit.perSecond() / 1000);
        };
    }

    private static String iso(ZonedDateTime time) {
        OffsetDateTime offset = time.toOffsetDateTime();
        String fraction = offset.getNano() == 0 ? "" : ".%09d".formatted(offset.getNano());
        while (fraction.endsWith("000")) {
            fraction = fraction.substring(0, fraction.length() - 3);
        }
        return offset.toLocalDate()
                + "T%02d:%02d:%02d".formatted(offset.getHour(), offset.getMinute(), offset.getSecond())
                + fraction
                + offset.getOffset().getId();
    }
}
