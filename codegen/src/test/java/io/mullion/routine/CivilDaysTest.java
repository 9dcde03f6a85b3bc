package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Against `java.time.LocalDate`.
class CivilDaysTest {
    private static final long LEAST = LocalDate.MIN.toEpochDay();
    private static final long GREATEST = LocalDate.MAX.toEpochDay();

    @Test
    void everyDayOfEightHundredYearsIsThatOfTheCalendar() {
        long start = LocalDate.of(-200, 1, 1).toEpochDay();
        for (long day = start; day < start + 2 * CivilDays.CYCLE_DAYS; day++) {
            check(day);
        }
    }

    @Test
    void daysFarAwayAreThoseOfTheCalendar() {
        SplittableRandom random = new SplittableRandom(111);
        for (int round = 0; round < 200_000; round++) {
            check(random.nextLong(LEAST + 10, GREATEST - 10));
        }
        check(Integer.MIN_VALUE);
        check(Integer.MAX_VALUE);
    }

    @Test
    void yearsBeyondJavaRepeatEveryFourHundred() {
        long farthest = Long.MAX_VALUE / CivilDays.SECONDS_PER_DAY + 1;
        for (long day : new long[] {farthest, farthest - 59, -farthest, -farthest - 1}) {
            long cycles = Math.floorDiv(day, CivilDays.CYCLE_DAYS);
            LocalDate near = LocalDate.ofEpochDay(Math.floorMod(day, CivilDays.CYCLE_DAYS));
            long civil = CivilDays.ofDays(day);
            assertEquals(near.getYear() + 400 * cycles, CivilDays.year(civil));
            assertEquals(near.getMonthValue(), CivilDays.month(civil));
            assertEquals(near.getDayOfMonth(), CivilDays.day(civil));
            assertEquals(near.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), CivilDays.week(day));
            assertEquals(day, CivilDays.toDays(CivilDays.year(civil), CivilDays.month(civil), CivilDays.day(civil)));
        }
    }

    private static void check(long day) {
        LocalDate date = LocalDate.ofEpochDay(day);
        long civil = CivilDays.ofDays(day);
        assertEquals(date.getYear(), CivilDays.year(civil));
        assertEquals(date.getMonthValue(), CivilDays.month(civil));
        assertEquals(date.getDayOfMonth(), CivilDays.day(civil));
        assertEquals(day, CivilDays.toDays(date.getYear(), date.getMonthValue(), date.getDayOfMonth()));
        assertEquals(
                YearMonth.from(date).lengthOfMonth(), CivilDays.lengthOfMonth(date.getYear(), date.getMonthValue()));
        assertEquals(date.get(ChronoField.DAY_OF_WEEK), CivilDays.dayOfWeek(day));
        assertEquals(date.getDayOfYear(), CivilDays.dayOfYear(day));
        assertEquals(date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), CivilDays.week(day));
    }
}
