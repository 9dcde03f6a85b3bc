package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against `Double.parseDouble` and `Float.parseFloat`.
class FloatParseTest {
    private static final int ROUNDS = 100_000;

    private final RoutineMemory memory = new RoutineMemory();

    @Test
    void everyFloatThatJavaPrintsIsReadBack() {
        SplittableRandom random = new SplittableRandom(71);
        for (int round = 0; round < ROUNDS; round++) {
            check(Double.toString(Double.longBitsToDouble(random.nextLong())));
            check(Float.toString(Float.intBitsToFloat(random.nextInt())));
        }
    }

    @Test
    void randomDecimalsAreRoundedAsJavaRoundsThem() {
        SplittableRandom random = new SplittableRandom(72);
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder();
            digits(random, text, random.nextInt(25));
            if (random.nextBoolean()) {
                text.append('.');
                digits(random, text, 1 + random.nextInt(25));
            } else if (text.isEmpty()) {
                text.append('7');
            }
            if (random.nextInt(3) > 0) {
                text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(-370, 340));
            }
            check(text.toString());
        }
    }

    @Test
    void decimalsOfFewDigitsAreRoundedAsJavaRoundsThem() {
        SplittableRandom random = new SplittableRandom(73);
        for (int round = 0; round < ROUNDS; round++) {
            check(random.nextLong(1L << random.nextInt(1, 63)) + "e" + random.nextInt(-60, 60));
        }
    }

    @Test
    void pointsHalfWayBetweenFloatsGoToTheEvenOneAndTheirNeighboursToTheNearest() {
        SplittableRandom random = new SplittableRandom(74);
        for (int round = 0; round < 4_000; round++) {
            double wide = Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
            double small = random.nextLong(1L << 53) * Math.pow(2, random.nextInt(-60, 60));
            float narrow = Float.intBitsToFloat(random.nextInt() & Integer.MAX_VALUE);
            if (Double.isFinite(wide) && Double.isFinite(Math.nextUp(wide))) {
                checkAround(half(wide, Math.nextUp(wide)));
            }
            checkAround(half(small, Math.nextUp(small)));
            if (Float.isFinite(narrow) && Float.isFinite(Math.nextUp(narrow))) {
                checkAround(half(narrow, Math.nextUp(narrow)));
            }
        }
    }

    @Test
    void pointsHalfWayBetweenSubnormalsAreExact() {
        SplittableRandom random = new SplittableRandom(75);
        for (int round = 0; round < 500; round++) {
            double tiny = Double.longBitsToDouble(round < 50 ? round : random.nextLong(1L << 53));
            checkAround(half(tiny, Math.nextUp(tiny)));
            float least = Float.intBitsToFloat(round < 50 ? round : random.nextInt(1 << 24));
            checkAround(half(least, Math.nextUp(least)));
        }
    }

    @Test
    void powersOfTenAndTwoAreExact() {
        for (int k = -400; k <= 400; k++) {
            check("1e" + k);
            check("9e" + k);
            check("99999999999999999999e" + k);
            check("9007199254740993e" + k);
            check("18446744073709551615e" + k);
        }
        for (int k = -1076; k <= 1023; k++) {
            check(new BigDecimal(2).pow(k, new java.math.MathContext(800)).toString());
            check(new BigDecimal(Math.scalb(1.0, k)).toPlainString());
        }
    }

    @Test
    void theEndsOfTheTypesAreExact() {
        checkAround(new BigDecimal(Double.MAX_VALUE));
        checkAround(half(Double.MAX_VALUE, Double.MAX_VALUE)
                .add(new BigDecimal(Math.ulp(Double.MAX_VALUE)).divide(BigDecimal.TWO)));
        checkAround(
                new BigDecimal(Float.MAX_VALUE).add(new BigDecimal(Math.ulp(Float.MAX_VALUE)).divide(BigDecimal.TWO)));
        checkAround(half(0, Double.MIN_VALUE));
        checkAround(half(0, Float.MIN_VALUE));
        check("2.4703282292062327208e-324");
        check("2.4703282292062327209e-324");
        check("0e999999999999999999999");
        check("1e999999999999999999999");
        check("1e-999999999999999999999");
        check("0." + "0".repeat(4000) + "1e4001");
        check("1" + "0".repeat(4000) + "e-4000");
        check("1" + "0".repeat(4000));
        check("0." + "0".repeat(4000) + "1");
        check("1.00000000000000011102230246251565404236316680908203125" + "0".repeat(3000) + "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "Infinity",
                "-Infinity",
                "+Infinity",
                "0",
                "-0",
                "+0.0",
                "-.5",
                "5.",
                "1e5",
                "1E+05",
                "00012.500",
                "1e-0"
            })
    void allFormsAreRead(String text) {
        check(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "-",
                ".",
                "-.",
                "e5",
                ".e5",
                "1e",
                "1e+",
                "1e5.",
                "1.2.3",
                " 1",
                "1 ",
                "1f",
                "1d",
                "0x1p3",
                "nan",
                "-NaN",
                "NaNs",
                "Nan",
                "Na",
                "infinity",
                "Infinit",
                "Infinityy",
                "--1",
                "1_000",
                "1,5",
                "1e5e5",
                "١"
            })
    void otherFormsAreMalformed(String text) {
        memory.put(text);
        FloatParse.parseFloat64(memory.address, memory.length, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
        FloatParse.parseFloat32(memory.address, memory.length, memory.scratch);
        assertEquals(Failure.MALFORMED, memory.failure());
    }

    @Test
    void thePowersOfTheTableAreExactAndTheirLogarithmsRight() {
        for (int k = PowersOfTen.LEAST; k <= PowersOfTen.GREATEST; k++) {
            BigDecimal power = BigDecimal.TEN.pow(k, new java.math.MathContext(1500));
            int places = 127 - PowersOfTen.log2(k);
            BigDecimal scaled = places >= 0
                    ? power.multiply(BigDecimal.TWO.pow(places))
                    : power.divide(BigDecimal.TWO.pow(-places));
            BigDecimal expected = scaled.setScale(0, java.math.RoundingMode.FLOOR);
            String hex = expected.toBigInteger().toString(16);
            String actual = Long.toHexString(PowersOfTen.high(k)) + "%016x".formatted(PowersOfTen.low(k));
            assertEquals(hex, actual, "k=" + k);
            boolean whole = expected.compareTo(scaled) == 0;
            assertEquals(k >= 0 && k <= PowersOfTen.GREATEST_EXACT, whole, "k=" + k);
        }
    }

    @Test
    void anExactComparisonWithoutRoomFailsTheRow() {
        memory.put("1.00000000000000011102230246251565404236316680908203125");
        Scratch small = memory.scratchOf(100);
        assertEquals(0, FloatParse.parseFloat64(memory.address, memory.length, small));
        assertEquals(Failure.TEXT_TOO_LARGE, small.failure);
    }

    private static void digits(SplittableRandom random, StringBuilder to, int count) {
        for (int i = 0; i < count; i++) {
            to.append((char) ('0' + random.nextInt(10)));
        }
    }

    private static BigDecimal half(double a, double b) {
        return new BigDecimal(a).add(new BigDecimal(b)).divide(BigDecimal.TWO);
    }

    /// The point itself and those a little below and above, in plain and in exponent form.
    private void checkAround(BigDecimal point) {
        BigDecimal little = point.ulp().movePointLeft(1);
        for (BigDecimal text :
                new BigDecimal[] {point, point.subtract(little), point.add(little), point.add(little.movePointLeft(80))
                }) {
            check(text.toString());
            check(text.toPlainString());
        }
        check(point.toPlainString() + (point.scale() > 0 ? "" : ".") + "0".repeat(30));
    }

    private void check(String text) {
        memory.put(text);
        double wide = Double.parseDouble(text);
        double parsed = FloatParse.parseFloat64(memory.address, memory.length, memory.scratch);
        if (Double.isInfinite(wide) && !text.contains("Inf")) {
            assertEquals(Failure.OUT_OF_RANGE, memory.failure(), text);
        } else {
            assertNull(memory.failure(), text);
            assertEquals(Double.doubleToRawLongBits(wide), Double.doubleToRawLongBits(parsed), text);
        }
        float narrow = Float.parseFloat(text);
        float parsedNarrow = FloatParse.parseFloat32(memory.address, memory.length, memory.scratch);
        if (Float.isInfinite(narrow) && !text.contains("Inf")) {
            assertEquals(Failure.OUT_OF_RANGE, memory.failure(), text);
        } else {
            assertNull(memory.failure(), text);
            assertEquals(Float.floatToRawIntBits(narrow), Float.floatToRawIntBits(parsedNarrow), text);
        }
    }
}
