package io.mullion.examples.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
    private final IsoTime time = new IsoTime();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2013-01-31                      | 2013-01-31T00:00:00Z
            2013-01-31T06:07                | 2013-01-31T06:07:00Z
            2013-01-31 06:07:08             | 2013-01-31T06:07:08Z
            2013-01-31t06:07:08.25z         | 2013-01-31T06:07:08.250Z
            2013-01-31T06:07:08,123456789Z  | 2013-01-31T06:07:08.123456789Z
            2013-01-31T06:07:08.1234567899Z | 2013-01-31T06:07:08.123456789Z
            2013-01-31T06:07:08+01          | 2013-01-31T05:07:08Z
            2013-01-31T06:07:08+0130        | 2013-01-31T04:37:08Z
            2013-01-31 06:07:08 -01:30      | 2013-01-31T07:37:08Z
            2013-01-31T24:00:00Z            | 2013-02-01T00:00:00Z
            20130131T060708Z                | 2013-01-31T06:07:08Z
            20130131T0607                   | 2013-01-31T06:07:00Z
            2012-02-29                      | 2012-02-29T00:00:00Z
            1969-12-31T23:59:59.999Z        | 1969-12-31T23:59:59.999Z
            0000-01-01                      | 0000-01-01T00:00:00Z
            -0044-03-15T12:00               | -0044-03-15T12:00:00Z
            +12345-06-07T00:00Z             | +12345-06-07T00:00:00Z
            """)
    void pointsInTimeAreRead(String text, String expected) {
        assertTrue(time.parse(text));
        assertEquals(Instant.parse(expected), Instant.ofEpochSecond(time.second(), time.nano()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2013",
                "2013-01",
                "2013-1-1",
                "13-01-31",
                "20130131",
                "2013-02-29",
                "2013-02-30",
                "2013-13-01",
                "2013-00-01",
                "2013-01-00",
                "2013-01-32",
                "2013/01/31",
                "31.01.2013",
                "12345-06-07",
                "2013-01-31T",
                "2013-01-31T6:07",
                "2013-01-31T25:00",
                "2013-01-31T24:00:01",
                "2013-01-31T06:60",
                "2013-01-31T06:07:60",
                "2013-01-31T06:07:08.",
                "2013-01-31T06:07:08.Z",
                "2013-01-31T06:07:08+",
                "2013-01-31T06:07:08+1",
                "2013-01-31T06:07:08+19:00",
                "2013-01-31T06:07:08+01:60",
                "2013-01-31T06:07:08Zulu",
                "2013-01-31T06:07:08+01:00[Europe/Berlin]",
                "2013-01-31  06:07",
                "2013-01-31X06:07",
                "2013-0131",
                "2013-01-31T06:07:08 ",
                "1357020000",
                "١٢٣٤-٠١-٠١"
            })
    void whatIsNoneIsNotRead(String text) {
        assertFalse(time.parse(text));
    }

    @Test
    void digitsOfTheFractionCountWithoutZerosAtTheEnd() {
        assertTrue(time.parse("2013-01-31T06:07:08.250000Z"));
        assertEquals(2, time.fractionDigits());
        assertTrue(time.parse("2013-01-31T06:07:08.000000001Z"));
        assertEquals(9, time.fractionDigits());
        assertTrue(time.parse("2013-01-31T06:07:08.000Z"));
        assertEquals(0, time.fractionDigits());
    }

    @Test
    void javasOwnTextsAreReadAsJavaReadsThem() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            Instant instant = Instant.ofEpochSecond(
                    random.nextLong(-100_000_000_000L, 200_000_000_000L),
                    random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000));
            String text = random.nextBoolean()
                    ? instant.toString()
                    : instant.atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(-1_080, 1_081) * 60))
                            .toString();
            assertTrue(time.parse(text), "seed=" + seed + ": " + text);
            assertEquals(instant, Instant.ofEpochSecond(time.second(), time.nano()), "seed=" + seed + ": " + text);
        }
    }
}
