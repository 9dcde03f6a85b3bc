package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against `Long`, `BigInteger` and `BigDecimal`.
class NumberTextTest {
    private static final int ROUNDS = 60_000;
    private static final long[] EDGES = {
        0,
        1,
        -1,
        9,
        10,
        99,
        100,
        Byte.MAX_VALUE,
        Byte.MIN_VALUE,
        Short.MAX_VALUE,
        Short.MIN_VALUE,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final RoutineMemory memory = new RoutineMemory();

    @Test
    void integersAreReadWithinTheirTypesOnly() {
        SplittableRandom random = new SplittableRandom(91);
        for (int round = 0; round < ROUNDS; round++) {
            checkInteger(
                    BigInteger.valueOf(random.nextLong() >> random.nextInt(64)).toString());
            checkInteger("-00" + random.nextInt(Integer.MAX_VALUE));
            checkInteger("+" + random.nextInt(Integer.MAX_VALUE) + random.nextInt(Integer.MAX_VALUE));
        }
        for (long edge : EDGES) {
            for (int by = -2; by <= 2; by++) {
                checkInteger(
                        BigInteger.valueOf(edge).add(BigInteger.valueOf(by)).toString());
            }
        }
        checkInteger("9223372036854775810");
        checkInteger("-9223372036854775819");
        checkInteger("18446744073709551616");
        checkInteger("18446744073709551617");
        checkInteger("-340282366920938463463374607431768211456");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "+", " 1", "1 ", "1.0", "--1", "1e3", "0x1", "a", "99999999999999999999x", "٣"})
    void otherTextIsNoInteger(String text) {
        memory.put(text);
        NumberText.parseInt64(memory.address, memory.length, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
        NumberText.parseInt8(memory.address, memory.length, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
    }

    @Test
    void integersAreWrittenAsJavaWritesThem() {
        SplittableRandom random = new SplittableRandom(92);
        for (int round = 0; round < ROUNDS; round++) {
            checkText(random.nextLong() >> random.nextInt(64));
        }
        long power = 1;
        for (int k = 0; k < 19; k++, power *= 10) {
            checkText(power);
            checkText(power - 1);
            checkText(-power);
        }
        for (long edge : EDGES) {
            checkText(edge);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "tRuE", "false", "False", "FALSE"})
    void boolsAreReadInAnyCase(String text) {
        memory.put(text);
        assertEquals(Boolean.parseBoolean(text), NumberText.parseBool(memory.address, memory.length, memory.scratch));
        assertNull(memory.failure());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "t",
                "1",
                "yes",
                "true ",
                " true",
                "truE!",
                "talse",
                "fals",
                "falsey",
                "tr\u0555",
                "\u0014rue"
            })
    void otherTextIsNoBool(String text) {
        memory.put(text);
        NumberText.parseBool(memory.address, memory.length, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
    }

    @Test
    void boolsAreWritten() {
        assertEquals("true", memory.taken(NumberText.formatBool(true, memory.scratch)));
        assertEquals("false", memory.taken(NumberText.formatBool(false, memory.scratch)));
    }

    @Test
    void fixedDigitsRoundTheShortestDecimalHalfAwayFromZero() {
        SplittableRandom random = new SplittableRandom(93);
        for (int round = 0; round < ROUNDS; round++) {
            double any = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(any)) {
                checkFixed(any, random.nextInt(39));
            }
            checkFixed(random.nextInt() / Math.pow(10, random.nextInt(10)), random.nextInt(6));
            checkFixed(random.nextDouble(), random.nextInt(20));
            checkFixed(random.nextLong() / 8.0, random.nextInt(3));
            checkFixed(random.nextInt() / 1000f, random.nextInt(3));
            long integer = random.nextLong() >> random.nextInt(64);
            int decimals = random.nextInt(39);
            String expected = BigDecimal.valueOf(integer).setScale(decimals).toPlainString();
            assertEquals(expected, memory.taken(NumberText.formatFixedInt64(integer, decimals, memory.scratch)));
        }
        for (double edge : new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 1e17, 1e23, 0.5, 1.5}) {
            for (int decimals = 0; decimals <= NumberText.MAX_DECIMALS; decimals++) {
                checkFixed(edge, decimals);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.005, 2, 1.01",
        "2.5, 0, 3",
        "-2.5, 0, -3",
        "-0.004, 2, 0.00",
        "0.005, 2, 0.01",
        "999.995, 2, 1000.00",
        "-0.0, 1, 0.0",
        "NaN, 2, NaN",
        "-Infinity, 2, -Infinity"
    })
    void fixedDigitsByExample(double value, int decimals, String expected) {
        assertEquals(expected, memory.taken(NumberText.formatFixedFloat64(value, decimals, memory.scratch)));
    }

    @Test
    void fixedDigitsHaveLimits() {
        NumberText.formatFixedFloat64(1.5, -1, memory.scratch);
        assertEquals(Failure.INVALID_ARGUMENT, memory.failure());
        NumberText.formatFixedFloat64(1.5, NumberText.MAX_DECIMALS + 1, memory.scratch);
        assertEquals(Failure.INVALID_ARGUMENT, memory.failure());
        NumberText.formatFixedFloat32(1.5f, -1, memory.scratch);
        assertEquals(Failure.INVALID_ARGUMENT, memory.failure());
        assertEquals("NaN", memory.taken(NumberText.formatFixedFloat32(Float.NaN, 1, memory.scratch)));
        NumberText.formatFixedInt64(1L, Integer.MIN_VALUE, memory.scratch);
        assertEquals(Failure.INVALID_ARGUMENT, memory.failure());
        assertEquals(
                "-9223372036854775808.0", memory.taken(NumberText.formatFixedInt64(Long.MIN_VALUE, 1, memory.scratch)));
    }

    private void checkFixed(double value, int decimals) {
        BigDecimal rounded = new BigDecimal(Double.toString(value)).setScale(decimals, RoundingMode.HALF_UP);
        assertEquals(
                rounded.toPlainString(),
                memory.taken(NumberText.formatFixedFloat64(value, decimals, memory.scratch)),
                () -> value + " " + decimals);
    }

    private void checkFixed(float value, int decimals) {
        BigDecimal rounded = new BigDecimal(Float.toString(value)).setScale(decimals, RoundingMode.HALF_UP);
        assertEquals(
                rounded.toPlainString(),
                memory.taken(NumberText.formatFixedFloat32(value, decimals, memory.scratch)),
                () -> value + " " + decimals);
    }

    private void checkText(long value) {
        assertEquals(Long.toString(value), memory.taken(NumberText.formatInt64(value, memory.scratch)));
    }

    private void checkInteger(String text) {
        BigInteger exact = new BigInteger(text);
        memory.put(text);
        checkRange(exact, 64, NumberText.parseInt64(memory.address, memory.length, memory.scratch));
        checkRange(exact, 32, NumberText.parseInt32(memory.address, memory.length, memory.scratch));
        checkRange(exact, 16, NumberText.parseInt16(memory.address, memory.length, memory.scratch));
        checkRange(exact, 8, NumberText.parseInt8(memory.address, memory.length, memory.scratch));
    }

    private void checkRange(BigInteger exact, int bits, long parsed) {
        if (exact.bitLength() < bits) {
            assertNull(memory.failure(), exact::toString);
            assertEquals(exact.longValueExact(), parsed);
        } else {
            assertEquals(Failure.OUT_OF_RANGE, memory.failure(), exact::toString);
        }
    }
}
