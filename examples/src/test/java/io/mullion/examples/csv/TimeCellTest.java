package io.mullion.examples.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeCellTest {
    @Test
    void fractionsCountInFinerUnitsTowardsThePast() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            BigDecimal value = BigDecimal.valueOf(random.nextLong(-1_000_000_000L, 1_000_000_000L), random.nextInt(13));
            TimeUnit from = TimeUnit.values()[random.nextInt(4)];
            TimeUnit to = TimeUnit.values()[random.nextInt(from.ordinal(), 4)];
            TimeCell cell = new TimeCell(from);
            String text = "seed=" + seed + ": " + value.toPlainString() + from.suffix() + " in " + to.suffix();
            assertTrue(cell.parse(value.toPlainString()), text);
            BigDecimal cut = value.setScale(9, value.signum() < 0 ? RoundingMode.DOWN : RoundingMode.FLOOR);
            long expected = cut.movePointRight(3 * (to.ordinal() - from.ordinal()))
                    .setScale(0, RoundingMode.FLOOR)
                    .longValueExact();
            assertEquals(expected, cell.in(to), text);
        }
    }

    @Test
    void theEdgesOfInt64AreRead() {
        TimeCell cell = new TimeCell(TimeUnit.NANOS);
        assertTrue(cell.parse("-9223372036854775808"));
        assertEquals(Long.MIN_VALUE, cell.in(TimeUnit.NANOS));
        assertTrue(cell.parse("9223372036854775807"));
        assertEquals(Long.MAX_VALUE, cell.in(TimeUnit.NANOS));
        assertFalse(cell.parse("9223372036854775808"));
        assertFalse(cell.parse("-9223372036854775808.5"));
    }

    @Test
    void whatLeavesInt64InAFinerUnitIsRefused() {
        TimeCell cell = new TimeCell(TimeUnit.SECONDS);
        assertTrue(cell.parse("9223372036854775"));
        assertEquals(9_223_372_036_854_775_000L, cell.in(TimeUnit.MILLIS));
        assertThrows(ArithmeticException.class, () -> cell.in(TimeUnit.MICROS));
        assertTrue(cell.parse("-9223372036854775.808"));
        assertEquals(Long.MIN_VALUE, cell.in(TimeUnit.MILLIS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", ".", ".5", "1e9", "1,5", "0x1", "NaN", "1.5.5", "1.-5", "2013-01-31"})
    void whatIsNoNumberSinceAnEpochIsNotRead(String text) {
        assertFalse(new TimeCell(TimeUnit.SECONDS).parse(text));
    }

    @Test
    void theUnitOfTheStreamIsTheCoarsestThatHoldsAllDigits() {
        TimeCell seconds = new TimeCell(TimeUnit.SECONDS);
        seconds.parse("12.50");
        assertEquals(1, seconds.secondDigits());
        TimeCell millis = new TimeCell(TimeUnit.MILLIS);
        millis.parse("12.5");
        assertEquals(4, millis.secondDigits());
        millis.parse("12");
        assertEquals(0, millis.secondDigits());
    }
}
