package io.mullion.examples.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mullion.expr.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeEvidenceTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int64     | 1;-2;+3;0;-0
            int64     | 9223372036854775807;-9223372036854775808
            utf8      | 9223372036854775808
            float64   | 9223372036854775808;0.5
            float64   | 1;2.5;.5;5.;1e3;-1E-3
            float64   | 1;NaN;inf;-Infinity
            utf8      | 007
            utf8      | 1;00.5
            utf8      | 1;0x10
            utf8      | 1;1d
            utf8      | 1;1e
            utf8      | 1;1 000
            bool      | true;FALSE;True
            utf8      | true;yes
            utf8      | true;1
            date32    | 2013-01-31;1969-01-01
            timestamp | 2013-01-31;2013-01-31T06:00
            utf8      | 2013-01-31;2013
            utf8      | 2013-02-30
            utf8      | 20130131T06;x
            utf8      | -
            """)
    void theTypeIsTheFirstThatAllCellsAre(String expected, String cells) {
        assertEquals(expected, of(cells.split(";")).type().toString());
    }

    @Test
    void aColumnWithoutCellsIsFloat64() {
        assertEquals(CellType.FLOAT64, of().type());
    }

    @Test
    void timestampsAreInMicrosecondsUnlessTheyHaveMoreDigits() {
        assertEquals(TimeUnit.MICROS, of("2013-01-31T06:00:00.123456Z").unit());
        assertEquals(
                TimeUnit.NANOS, of("2013-01-31T06:00:00.1234567Z", "2013-01-31").unit());
    }

    @Test
    void theFirstCellThatLeavesOnlyTextIsRemembered() {
        TypeEvidence evidence = of("1", "2.5", "n/a", "x");
        assertEquals("n/a", evidence.culprit());
        assertEquals(3, evidence.culpritLine());
        assertNull(of("1", "2.5").culprit());
    }

    private static TypeEvidence of(String... cells) {
        TypeEvidence evidence = new TypeEvidence();
        for (int i = 0; i < cells.length; i++) {
            evidence.add(cells[i], i + 1);
        }
        return evidence;
    }
}
