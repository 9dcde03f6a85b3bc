package io.mullion.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Int128Test {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void halvesAreTheWholeNumber(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            BigInteger value = new BigInteger(random.nextInt(127), random);
            value = random.nextBoolean() ? value.negate() : value;
            BigDecimal number = Int128.toBigDecimal(Int128.high(value), Int128.low(value), 3);
            assertEquals(new BigDecimal(value, 3), number, "seed=" + seed);
        }
    }

    @Test
    void digitsAreCountedAtTheEdges() {
        for (int precision = 1; precision <= 38; precision++) {
            BigInteger tooMuch = BigInteger.TEN.pow(precision);
            assertDigits(true, tooMuch.subtract(BigInteger.ONE), precision);
            assertDigits(true, tooMuch.negate().add(BigInteger.ONE), precision);
            assertDigits(false, tooMuch, precision);
            assertDigits(false, tooMuch.negate(), precision);
            assertDigits(false, BigInteger.TWO.pow(127).negate(), precision);
            assertDigits(false, BigInteger.TWO.pow(127).subtract(BigInteger.ONE), precision);
            assertDigits(true, BigInteger.ZERO, precision);
        }
        assertDigits(true, BigInteger.TWO.pow(64), 20);
        assertDigits(false, BigInteger.TWO.pow(64).negate(), 19);
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, 5, 2, 150",
        "-1.50, 5, 1, -15",
        "0E+1000, 1, 0, 0",
        "0E-1000, 1, 0, 0",
        "12E3, 5, 0, 12000",
        "0.00001, 5, 5, 1",
        "0.99999, 5, 5, 99999"
    })
    void aNumberFitsIfNothingIsLost(BigDecimal value, int precision, int scale, BigInteger unscaled) {
        assertEquals(unscaled, Int128.unscaled(value, precision, scale));
    }

    @ParameterizedTest
    @CsvSource({
        "1.505, 5, 2",
        "1000, 5, 2",
        "0.000001, 5, 5",
        "1, 5, 5",
        "1E+2147483647, 38, 0",
        "1E-2147483647, 38, 38"
    })
    void aNumberThatWouldLoseDigitsDoesNotFit(BigDecimal value, int precision, int scale) {
        assertNull(Int128.unscaled(value, precision, scale));
    }

    private static void assertDigits(boolean expected, BigInteger value, int precision) {
        assertEquals(
                expected,
                Int128.hasDigits(Int128.high(value), Int128.low(value), precision),
                () -> value + " has " + precision + " digits");
    }
}
