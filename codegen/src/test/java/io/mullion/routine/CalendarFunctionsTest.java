package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DateField;
import io.mullion.expr.TimeUnit;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against `java.time.ZonedDateTime`.
class CalendarFunctionsTest {
    private static final long CYCLE = (long) CivilDays.CYCLE_DAYS * CivilDays.SECONDS_PER_DAY;
    private static final int ROUNDS = 1500;

    private final Scratch scratch = new Scratch();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "+05:30",
                "Europe/Berlin",
                "America/New_York",
                "Asia/Kolkata",
                "Australia/Lord_Howe",
                "Africa/Monrovia",
                "Africa/Casablanca",
                "America/Sao_Paulo",
                "Pacific/Apia",
                "Antarctica/Troll"
            })
    void partsAndBeginsAreThoseOfJava(String zone) {
        SplittableRandom random = new SplittableRandom(131);
        for (TimeUnit unit : TimeUnit.values()) {
            Timeline timeline = Timeline.of(unit, zone);
            for (int round = 0; round < ROUNDS; round++) {
                check(time(random, unit, ZoneId.of(zone)), unit, ZoneId.of(zone), timeline);
            }
            if (unit != TimeUnit.SECONDS) {
                check(Long.MIN_VALUE, unit, ZoneId.of(zone), timeline);
                check(Long.MAX_VALUE, unit, ZoneId.of(zone), timeline);
            }
            check(0, unit, ZoneId.of(zone), timeline);
            check(-1, unit, ZoneId.of(zone), timeline);
        }
    }

    @Test
    void secondsBeyondJavaRepeatTheCycle() {
        SplittableRandom random = new SplittableRandom(132);
        Timeline timeline = Timeline.of(TimeUnit.SECONDS, "UTC");
        for (int round = 0; round < 20_000; round++) {
            long far = round == 0 ? Long.MIN_VALUE : round == 1 ? Long.MAX_VALUE : random.nextLong();
            long near = Math.floorMod(far, CYCLE);
            for (DateField field : DateField.values()) {
                long moved = field == DateField.EPOCH
                        ? far - near
                        : field == DateField.YEAR ? 400 * Math.floorDiv(far, CYCLE) : 0;
                assertEquals(
                        CalendarFunctions.extractTimestamp(near, field, timeline) + moved,
                        CalendarFunctions.extractTimestamp(far, field, timeline));
                if (field.unit()) {
                    BigInteger expected = BigInteger.valueOf(
                                    CalendarFunctions.truncTimestamp(near, field, timeline, scratch))
                            .add(BigInteger.valueOf(far))
                            .subtract(BigInteger.valueOf(near));
                    assertResult(expected, CalendarFunctions.truncTimestamp(far, field, timeline, scratch), 64);
                }
            }
        }
    }

    @Test
    void theEndsOfInt64HaveAPlaceInEveryZone() {
        for (String zone : new String[] {"+18:00", "-18:00", "America/New_York"}) {
            Timeline timeline = Timeline.of(TimeUnit.SECONDS, zone);
            for (long time :
                    new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 70_000, Long.MAX_VALUE, Long.MAX_VALUE - 70_000}) {
                for (DateField field : DateField.values()) {
                    CalendarFunctions.extractTimestamp(time, field, timeline);
                    assertNull(scratch.failure);
                    if (field.unit()) {
                        long begin = CalendarFunctions.truncTimestamp(time, field, timeline, scratch);
                        boolean failed = scratch.failure == Failure.OUT_OF_RANGE;
                        assertTrue(failed || begin <= time && time - begin < 367L * 86_400);
                        scratch.succeeded();
                    }
                }
            }
        }
    }

    @Test
    void datesAreCutAndTakenApartAsJavaDoes() {
        SplittableRandom random = new SplittableRandom(133);
        for (int round = 0; round < 100_000; round++) {
            int days = round == 0
                    ? Integer.MIN_VALUE
                    : round == 1 ? Integer.MAX_VALUE : random.nextInt() >> random.nextInt(20);
            LocalDate date = LocalDate.ofEpochDay(days);
            for (DateField field : DateField.values()) {
                ZonedDateTime midnight = date.atStartOfDay(ZoneId.of("UTC"));
                assertEquals(part(midnight, field), CalendarFunctions.extractDate(days, field));
                if (field.unit()) {
                    BigInteger expected = BigInteger.valueOf(
                            begin(midnight, field).toLocalDate().toEpochDay());
                    assertResult(expected, CalendarFunctions.truncDate(days, field, scratch), 32);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut"})
    void datesBecomeTheirMidnightAndBack(String zone) {
        SplittableRandom random = new SplittableRandom(134);
        ZoneId id = ZoneId.of(zone);
        for (TimeUnit unit : TimeUnit.values()) {
            Timeline timeline = Timeline.of(unit, zone);
            for (int round = 0; round < 20_000; round++) {
                int days = round % 2 == 0 ? random.nextInt(-40_000, 40_000) : random.nextInt();
                LocalDateTime midnight = LocalDate.ofEpochDay(days).atStartOfDay();
                BigInteger expected =
                        inUnit(ZonedDateTime.ofLocal(midnight, id, null).toInstant(), unit);
                long time = CalendarFunctions.dateToTimestamp(days, timeline, scratch);
                boolean fits = expected.bitLength() < 64;
                assertResult(expected, time, 64);
                if (fits) {
                    LocalDate back = unit.toInstant(time).atZone(id).toLocalDate();
                    assertEquals(back.toEpochDay(), CalendarFunctions.timestampToDate(time, timeline, scratch));
                }
            }
        }
    }

    @Test
    void aDateBeyondInt32IsNone() {
        Timeline timeline = Timeline.of(TimeUnit.SECONDS, "UTC");
        CalendarFunctions.timestampToDate((Integer.MAX_VALUE + 1L) * 86_400, timeline, scratch);
        assertEquals(Failure.OUT_OF_RANGE, scratch.failure);
        scratch.succeeded();
        long last = Integer.MIN_VALUE * 86_400L;
        assertEquals(Integer.MIN_VALUE, CalendarFunctions.timestampToDate(last, timeline, scratch));
        assertNull(scratch.failure);
    }

    /// Anywhere in int64, near now, or near a transition.
    private static long time(SplittableRandom random, TimeUnit unit, ZoneId zone) {
        long near = random.nextLong(-6_000_000_000L, 6_000_000_000L);
        long fraction = random.nextLong(unit.perSecond());
        return switch (random.nextInt(3)) {
            case 0 -> unit == TimeUnit.SECONDS ? random.nextLong() % 30_000_000_000_000_000L : random.nextLong();
            case 1 -> near * unit.perSecond() + fraction;
            default -> {
                ZoneOffsetTransition next = zone.getRules().nextTransition(Instant.ofEpochSecond(near));
                long second = next == null ? near : next.toEpochSecond() + random.nextLong(-90_000, 90_000);
                yield second * unit.perSecond() + fraction;
            }
        };
    }

    private void check(long time, TimeUnit unit, ZoneId zone, Timeline timeline) {
        ZonedDateTime expected = unit.toInstant(time).atZone(zone);
        for (DateField field : DateField.values()) {
            assertEquals(
                    part(expected, field),
                    CalendarFunctions.extractTimestamp(time, field, timeline),
                    () -> field + " of " + expected);
            if (field.unit()) {
                long begin = CalendarFunctions.truncTimestamp(time, field, timeline, scratch);
                assertResult(inUnit(begin(expected, field).toInstant(), unit), begin, 64);
            }
        }
    }

    private void assertResult(BigInteger expected, long actual, int bits) {
        if (expected.bitLength() < bits) {
            assertNull(scratch.failure);
            assertEquals(expected.longValueExact(), actual);
        } else {
            assertEquals(Failure.OUT_OF_RANGE, scratch.failure);
            scratch.succeeded();
        }
    }

    private static BigInteger inUnit(Instant instant, TimeUnit unit) {
        return BigInteger.valueOf(instant.getEpochSecond())
                .multiply(BigInteger.valueOf(unit.perSecond()))
                .add(BigInteger.valueOf(instant.getNano() / (1_000_000_000 / unit.perSecond())));
    }

    private static long part(ZonedDateTime time, DateField field) {
        return switch (field) {
            case MICROSECOND -> time.getSecond() * 1_000_000L + time.getNano() / 1000;
            case MILLISECOND -> time.getSecond() * 1000L + time.getNano() / 1_000_000;
            case SECOND -> time.getSecond();
            case MINUTE -> time.getMinute();
            case HOUR -> time.getHour();
            case DAY -> time.getDayOfMonth();
            case DAY_OF_WEEK -> time.get(ChronoField.DAY_OF_WEEK);
            case DAY_OF_YEAR -> time.getDayOfYear();
            case WEEK -> time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case MONTH -> time.getMonthValue();
            case QUARTER -> time.get(IsoFields.QUARTER_OF_YEAR);
            case YEAR -> time.getYear();
            case EPOCH -> time.toEpochSecond();
        };
    }

    private static ZonedDateTime begin(ZonedDateTime time, DateField field) {
        LocalDate date = time.toLocalDate();
        return switch (field) {
            case MICROSECOND -> time.truncatedTo(ChronoUnit.MICROS);
            case MILLISECOND -> time.truncatedTo(ChronoUnit.MILLIS);
            case SECOND -> time.truncatedTo(ChronoUnit.SECONDS);
            case MINUTE -> time.truncatedTo(ChronoUnit.MINUTES);
            case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
            case DAY -> time.truncatedTo(ChronoUnit.DAYS);
            case WEEK -> midnight(time, date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
            case MONTH -> midnight(time, date.withDayOfMonth(1));
            case QUARTER -> midnight(time, date.with(IsoFields.DAY_OF_QUARTER, 1));
            case YEAR -> midnight(time, date.withDayOfYear(1));
            case DAY_OF_WEEK, DAY_OF_YEAR, EPOCH -> throw new AssertionError(field);
        };
    }

    private static ZonedDateTime midnight(ZonedDateTime time, LocalDate date) {
        return ZonedDateTime.ofLocal(LocalDateTime.of(date, LocalTime.MIDNIGHT), time.getZone(), time.getOffset());
    }
}
