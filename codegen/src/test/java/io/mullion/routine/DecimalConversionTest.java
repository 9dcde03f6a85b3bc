package io.mullion.routine;

import static io.mullion.routine.DecimalSamples.LIMIT;
import static io.mullion.routine.DecimalSamples.high;
import static io.mullion.routine.DecimalSamples.low;
import static io.mullion.routine.DecimalSamples.of;
import static io.mullion.routine.DecimalSamples.resultOr;
import static io.mullion.routine.Failure.MALFORMED;
import static io.mullion.routine.Failure.OUT_OF_RANGE;
import static io.mullion.routine.Failure.TEXT_TOO_LARGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Decimals to and from other types, against BigDecimal.
class DecimalConversionTest {
    private static final int ROUNDS = 300_000;
    private static final BigInteger LEAST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger GREATEST_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private final Scratch scratch = new Scratch();

    @Test
    void integersBecomeDecimalsOfAnyScale() {
        DecimalSamples samples = new DecimalSamples(91);
        for (int i = 0; i < ROUNDS; i++) {
            long value = samples.random().nextLong() >> samples.nextInt(64);
            int scale = samples.nextInt(39);
            int precision = Math.max(scale, 1 + samples.nextInt(38));
            BigInteger exact = BigInteger.valueOf(value);
            assertEquals(exact, of(DecimalConversion.fromInt64(value, scratch), scratch.second));
            assertEquals(
                    inRange(exact.multiply(BigInteger.TEN.pow(scale)), precision),
                    resultOr(
                            OUT_OF_RANGE,
                            DecimalConversion.fromInt64Checked(value, scale, precision, scratch),
                            scratch));
        }
    }

    @Test
    void decimalsBecomeIntegersRoundedHalfAwayFromZero() {
        DecimalSamples samples = new DecimalSamples(92);
        for (int i = 0; i < ROUNDS; i++) {
            int scale = samples.nextInt(39);
            BigInteger a = samples.next();
            BigInteger expected =
                    new BigDecimal(a, scale).setScale(0, RoundingMode.HALF_UP).toBigInteger();
            boolean fits = expected.compareTo(LEAST_LONG) >= 0 && expected.compareTo(GREATEST_LONG) <= 0;
            long actual = DecimalConversion.toInt64(high(a), low(a), scale, scratch);
            assertEquals(fits, scratch.succeeded(), () -> a + " of scale " + scale);
            assertEquals(fits ? expected.longValue() : 0, actual);
            for (int bits = 8; bits <= 32; bits *= 2) {
                boolean small = expected.bitLength() < bits;
                int narrow = DecimalConversion.toInt32(high(a), low(a), scale, bits, scratch);
                assertEquals(small, scratch.succeeded());
                assertEquals(small ? expected.intValue() : 0, narrow);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807.4, 9223372036854775807",
        "-9223372036854775808.4, -9223372036854775808",
        "9223372036854775807.5,",
        "-9223372036854775808.5,",
        "0.5, 1",
        "-0.5, -1",
        "0.4, 0"
    })
    void theEdgesOfInt64AreWhereTheyAreAfterRounding(String text, Long expected) {
        BigInteger a = new BigDecimal(text).unscaledValue();
        long actual = DecimalConversion.toInt64(high(a), low(a), 1, scratch);
        assertEquals(expected != null, scratch.succeeded());
        assertEquals(expected == null ? 0 : expected, actual);
    }

    @Test
    void doublesBecomeTheNearestDecimals() {
        DecimalSamples samples = new DecimalSamples(93);
        for (int i = 0; i < ROUNDS; i++) {
            int scale = samples.nextInt(39);
            int precision = Math.max(Math.max(scale, 1), samples.nextInt(2) == 0 ? 38 : samples.nextInt(39));
            double value = sampleDouble(samples);
            BigInteger actual =
                    resultOr(OUT_OF_RANGE, DecimalConversion.fromFloat64(value, scale, precision, scratch), scratch);
            BigInteger expected = Double.isFinite(value)
                    ? inRange(
                            new BigDecimal(value)
                                    .setScale(scale, RoundingMode.HALF_UP)
                                    .unscaledValue(),
                            precision)
                    : null;
            assertEquals(expected, actual, () -> value + " with scale " + scale);
        }
    }

    private static double sampleDouble(DecimalSamples samples) {
        return switch (samples.nextInt(6)) {
            case 0 -> Double.longBitsToDouble(samples.random().nextLong());
            case 1 -> (samples.nextInt(2001) - 1000) / 8.0;
            case 2 -> samples.random().nextDouble() * Math.pow(10, samples.nextInt(40));
            case 3 -> new BigDecimal(samples.next(), samples.nextInt(39)).doubleValue();
            case 4 -> Math.scalb(samples.random().nextDouble() - 0.5, samples.nextInt(400) - 200);
            default ->
                new double[] {0.0, -0.0, 1e38, -1e38, Math.nextDown(1e38), 0.15, 0.5, Double.NaN, Double.MIN_VALUE}
                        [samples.nextInt(9)];
        };
    }

    @Test
    void decimalsBecomeTheNearestDoublesAndFloats() {
        DecimalSamples samples = new DecimalSamples(94);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            assertNearest(a, samples.nextInt(39));
        }
        for (int scale = 0; scale <= 38; scale++) {
            for (BigInteger a : new BigInteger[] {
                BigInteger.ZERO,
                BigInteger.ONE,
                LIMIT.subtract(BigInteger.ONE),
                BigInteger.TWO.pow(53).add(BigInteger.ONE)
            }) {
                assertNearest(a, scale);
                assertNearest(a.negate(), scale);
            }
        }
    }

    /// Numbers half way between two doubles or floats, and right beside.
    @Test
    void tiesGoToTheEvenNeighbour() {
        DecimalSamples samples = new DecimalSamples(95);
        for (int i = 0; i < ROUNDS; i++) {
            int bits = samples.nextInt(2) == 0 ? 54 : 25;
            long odd = samples.random().nextLong() >>> 64 - bits | 1L << bits - 1 | 1;
            int scale = samples.nextInt(20);
            // odd * 2^k / 2^scale, which ends with the digit 5 at `scale`.
            BigInteger tie = BigInteger.valueOf(odd)
                    .shiftLeft(samples.nextInt(10))
                    .multiply(BigInteger.valueOf(5).pow(scale));
            for (int off = -1; off <= 1; off++) {
                BigInteger a = tie.add(BigInteger.valueOf(off));
                if (a.compareTo(LIMIT) < 0) {
                    assertNearest(a, scale);
                }
            }
        }
    }

    private static void assertNearest(BigInteger a, int scale) {
        BigDecimal exact = new BigDecimal(a, scale);
        assertEquals(
                Double.parseDouble(exact.toString()),
                DecimalConversion.toFloat64(high(a), low(a), scale),
                exact::toString);
        assertEquals(
                Float.parseFloat(exact.toString()),
                DecimalConversion.toFloat32(high(a), low(a), scale),
                exact::toString);
    }

    @Test
    void textIsParsedAndRounded() {
        DecimalSamples samples = new DecimalSamples(96);
        try (TestMemory memory = new TestMemory()) {
            for (int i = 0; i < ROUNDS / 3; i++) {
                BigDecimal value = new BigDecimal(samples.next(), samples.nextInt(60) - 10);
                String text = switch (samples.nextInt(5)) {
                    case 0 -> value.toPlainString();
                    case 1 -> value.toEngineeringString();
                    case 2 -> "000" + value.abs().toPlainString();
                    case 3 -> value.signum() < 0 ? value.toString() : "+" + value;
                    default ->
                        value.movePointLeft(samples.nextInt(80)).toPlainString() + "e" + (samples.nextInt(160) - 80);
                };
                int scale = samples.nextInt(39);
                int precision = Math.max(Math.max(scale, 1), samples.nextInt(2) == 0 ? 38 : samples.nextInt(39));
                BigInteger expected = inRange(
                        new BigDecimal(text)
                                .setScale(scale, RoundingMode.HALF_UP)
                                .unscaledValue(),
                        precision);
                assertEquals(
                        expected,
                        parse(memory, text, scale, precision, OUT_OF_RANGE),
                        () -> text + " with scale " + scale);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "7., 700",
        ".5, 50",
        "-.5, -50",
        "0.004999999999999999999999999999999999999999999999999, 0",
        "0.005, 1",
        "-0.005, -1",
        "0.0049, 0",
        "00000000000000000000000000000000000000000000000000000000001, 100",
        "1e-3, 0",
        "5E-3, 1",
        "1e+2, 10000",
        "0e999999999999999999999, 0",
        "1e-999999999999999999999, 0",
        "0.00000000000000000000000000000000000000000000000000001e53, 100",
        "-0, 0"
    })
    void everyFormOfANumberIsRead(String text, BigInteger expected) {
        try (TestMemory memory = new TestMemory()) {
            assertEquals(expected, parse(memory, text, 2, 38, null));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1e5x", "1e5.0", "1.2.3", "--1", "+-1", " 1", "1 ", "1_0",
                "0x1", "NaN", "1e--5", "é", "1,5", "1-", "/", ":"
            })
    void whatIsNoNumberIsMalformed(String text) {
        try (TestMemory memory = new TestMemory()) {
            assertNull(parse(memory, text, 2, 38, MALFORMED));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000",
                "-1000",
                "999.995",
                "1e3",
                "1e99999999999999999999",
                "100000000000000000000000000000000000000000"
            })
    void whatHasTooManyDigitsIsOutOfRange(String text) {
        try (TestMemory memory = new TestMemory()) {
            assertNull(parse(memory, text, 2, 5, OUT_OF_RANGE));
            assertEquals(new BigInteger("99999"), parse(memory, "999.994", 2, 5, null));
        }
    }

    private BigInteger parse(TestMemory memory, String text, int scale, int precision, Failure expected) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long address = memory.allocate(bytes.length, 1);
        RawMemory.copy(bytes, 0, address, bytes.length);
        return resultOr(expected, DecimalText.parse(address, bytes.length, scale, precision, scratch), scratch);
    }

    @Test
    void textHasExactlyTheDigitsOfTheScale() {
        DecimalSamples samples = new DecimalSamples(97);
        try (TestMemory memory = new TestMemory()) {
            long block = memory.allocate(41, 1);
            for (int i = 0; i < ROUNDS; i++) {
                BigInteger a = samples.next();
                int scale = samples.nextInt(39);
                String expected = new BigDecimal(a, scale).toPlainString();
                scratch.use(block, expected.length());
                long address = DecimalText.format(high(a), low(a), scale, scratch);
                assertEquals(expected, Utf8.decode(address, (int) scratch.second));
                assertEquals(0, scratch.take(1), "the text takes just its bytes");
                assertEquals(TEXT_TOO_LARGE, scratch.failure);
                scratch.use(block, expected.length() - 1);
                scratch.failure = null;
                assertEquals(0, DecimalText.format(high(a), low(a), scale, scratch));
                assertEquals(TEXT_TOO_LARGE, scratch.failure);
                scratch.failure = null;
            }
        }
    }

    @Test
    void textOfEveryPowerOfTenIsRight() {
        try (TestMemory memory = new TestMemory()) {
            long block = memory.allocate(41, 1);
            for (int digits = 0; digits <= 38; digits++) {
                for (int off = -1; off <= 1; off++) {
                    BigInteger a = BigInteger.TEN.pow(digits).add(BigInteger.valueOf(off));
                    for (int scale = 0; scale <= 38; scale++) {
                        scratch.use(block, 41);
                        long address = DecimalText.format(high(a), low(a), scale, scratch);
                        assertEquals(
                                new BigDecimal(a, scale).toPlainString(), Utf8.decode(address, (int) scratch.second));
                    }
                }
            }
        }
    }

    private static BigInteger inRange(BigInteger value, int precision) {
        return value.abs().compareTo(BigInteger.TEN.pow(precision)) < 0 ? value : null;
    }
}
