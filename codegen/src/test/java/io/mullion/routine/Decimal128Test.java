package io.mullion.routine;

import static io.mullion.routine.DecimalSamples.LIMIT;
import static io.mullion.routine.DecimalSamples.high;
import static io.mullion.routine.DecimalSamples.low;
import static io.mullion.routine.DecimalSamples.of;
import static io.mullion.routine.DecimalSamples.resultOr;
import static io.mullion.routine.Failure.DIVISION_BY_ZERO;
import static io.mullion.routine.Failure.OUT_OF_RANGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;

/// Decimals against BigInteger and BigDecimal.
class Decimal128Test {
    private static final int ROUNDS = 300_000;
    private static final BigInteger TWO_TO_128 = BigInteger.TWO.pow(128);

    private final Scratch scratch = new Scratch();

    @Test
    void ordersByValue() {
        DecimalSamples samples = new DecimalSamples(71);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            BigInteger b = samples.nextInt(4) == 0 ? a : samples.next();
            int order = Decimal128.compare(high(a), low(a), high(b), low(b));
            assertEquals(a.compareTo(b), Integer.signum(order), () -> a + " and " + b);
            assertEquals(a.equals(b), Decimal128.equal(high(a), low(a), high(b), low(b)));
            assertEquals(a.signum(), Decimal128.sign(high(a), low(a)));
        }
    }

    @Test
    void ordersNumbersOfDifferentScalesExactly() {
        DecimalSamples samples = new DecimalSamples(72);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            int up = samples.nextInt(39);
            BigInteger scaled = a.multiply(BigInteger.TEN.pow(up));
            BigInteger b = samples.nextInt(3) == 0 && scaled.abs().compareTo(LIMIT) < 0 ? scaled : samples.next();
            int expected = scaled.compareTo(b);
            assertEquals(
                    expected, Decimal128.compareScaled(high(a), low(a), high(b), low(b), up, 0), () -> a + " " + b);
            assertEquals(
                    -expected, Decimal128.compareScaled(high(b), low(b), high(a), low(a), 0, up), () -> b + " " + a);
        }
    }

    @Test
    void negatesAndDropsTheSign() {
        DecimalSamples samples = new DecimalSamples(73);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            assertEquals(a.negate(), of(Decimal128.negate(high(a), low(a), scratch), scratch.second));
            assertEquals(a.abs(), of(Decimal128.abs(high(a), low(a), scratch), scratch.second));
        }
    }

    @Test
    void sumsDifferencesAndProductsWrapAt128Bits() {
        DecimalSamples samples = new DecimalSamples(74);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            BigInteger b = samples.next();
            assertEquals(
                    wrapped(a.add(b)), of(Decimal128.add(high(a), low(a), high(b), low(b), scratch), scratch.second));
            assertEquals(
                    wrapped(a.subtract(b)),
                    of(Decimal128.subtract(high(a), low(a), high(b), low(b), scratch), scratch.second));
            assertEquals(
                    wrapped(a.multiply(b)),
                    of(Decimal128.multiply(high(a), low(a), high(b), low(b), scratch), scratch.second));
            int up = samples.nextInt(39);
            assertEquals(
                    wrapped(a.multiply(BigInteger.TEN.pow(up))),
                    of(Decimal128.rescaleUp(high(a), low(a), up, scratch), scratch.second));
        }
    }

    private static BigInteger wrapped(BigInteger value) {
        BigInteger unsigned = value.mod(TWO_TO_128);
        return unsigned.testBit(127) ? unsigned.subtract(TWO_TO_128) : unsigned;
    }

    @Test
    void checkedSumsAreExactOrFail() {
        DecimalSamples samples = new DecimalSamples(75);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            BigInteger b = samples.next();
            int up = samples.nextInt(3) == 0 ? 0 : samples.nextInt(39);
            int precision = samples.nextInt(2) == 0 ? 38 : 1 + samples.nextInt(38);
            BigInteger scaled = a.multiply(BigInteger.TEN.pow(up));
            assertEquals(
                    inRange(scaled.add(b), precision),
                    resultOr(
                            OUT_OF_RANGE,
                            Decimal128.addChecked(high(a), low(a), high(b), low(b), up, 0, precision, scratch),
                            scratch),
                    () -> a + " * 10^" + up + " + " + b);
            assertEquals(
                    inRange(b.subtract(scaled), precision),
                    resultOr(
                            OUT_OF_RANGE,
                            Decimal128.subtractChecked(high(b), low(b), high(a), low(a), 0, up, precision, scratch),
                            scratch),
                    () -> b + " - " + a + " * 10^" + up);
        }
    }

    @Test
    void aSumIsInRangeThoughItsScaledSummandIsNot() {
        BigInteger a = BigInteger.valueOf(15);
        BigInteger b = LIMIT.subtract(BigInteger.ONE).negate();
        long high = Decimal128.addChecked(high(a), low(a), high(b), low(b), 37, 0, 38, scratch);
        assertEquals(LIMIT.divide(BigInteger.TWO).add(BigInteger.ONE), resultOr(null, high, scratch));
    }

    @Test
    void checkedProductsAreExactOrFail() {
        DecimalSamples samples = new DecimalSamples(76);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            BigInteger b = samples.next(1 + samples.nextInt(38));
            int precision = samples.nextInt(2) == 0 ? 38 : 1 + samples.nextInt(38);
            assertEquals(
                    inRange(a.multiply(b), precision),
                    resultOr(
                            OUT_OF_RANGE,
                            Decimal128.multiplyChecked(high(a), low(a), high(b), low(b), precision, scratch),
                            scratch),
                    () -> a + " * " + b);
        }
    }

    @Test
    void castsBetweenScalesRoundHalfAwayFromZeroOrFail() {
        DecimalSamples samples = new DecimalSamples(77);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            int by = samples.nextInt(77) - 38;
            int precision = samples.nextInt(2) == 0 ? 38 : 1 + samples.nextInt(38);
            BigInteger expected = new BigDecimal(a, 38)
                    .setScale(38 + by, RoundingMode.HALF_UP)
                    .unscaledValue();
            assertEquals(
                    inRange(expected, precision),
                    resultOr(OUT_OF_RANGE, Decimal128.rescaleChecked(high(a), low(a), by, precision, scratch), scratch),
                    () -> a + " by " + by);
        }
    }

    @Test
    void everyPrecisionEndsWhereItsDigitsEnd() {
        for (int precision = 1; precision <= 38; precision++) {
            BigInteger limit = BigInteger.TEN.pow(precision);
            BigInteger inside = limit.subtract(BigInteger.ONE);
            for (BigInteger it : new BigInteger[] {inside, inside.negate()}) {
                assertEquals(true, Decimal128.fits(high(it), low(it), precision));
                assertEquals(it, resultOr(null, Decimal128.checked(high(it), low(it), precision, scratch), scratch));
            }
            for (BigInteger it : new BigInteger[] {limit, limit.negate()}) {
                assertEquals(false, Decimal128.fits(high(it), low(it), precision));
                assertNull(resultOr(OUT_OF_RANGE, Decimal128.checked(high(it), low(it), precision, scratch), scratch));
            }
        }
    }

    @Test
    void quotientsRoundHalfAwayFromZeroOrFail() {
        DecimalSamples samples = new DecimalSamples(78);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger b = samples.next(1 + samples.nextInt(38));
            int up = samples.nextInt(45);
            int precision = samples.nextInt(2) == 0 ? 38 : 1 + samples.nextInt(38);
            // A tie now and then: (2 k + 1) / 2 of the divisor.
            BigInteger tie =
                    b.multiply(BigInteger.valueOf(samples.nextInt(2001) - 1000)).shiftRight(1);
            BigInteger a = samples.nextInt(3) == 0 && tie.abs().compareTo(LIMIT) < 0 ? tie : samples.next();
            long high = DecimalDivision.divide(high(a), low(a), high(b), low(b), up, precision, scratch);
            if (b.signum() == 0) {
                assertNull(resultOr(DIVISION_BY_ZERO, high, scratch));
                continue;
            }
            BigInteger expected = new BigDecimal(a.multiply(BigInteger.TEN.pow(up)))
                    .divide(new BigDecimal(b), 0, RoundingMode.HALF_UP)
                    .toBigInteger();
            assertEquals(
                    inRange(expected, precision),
                    resultOr(OUT_OF_RANGE, high, scratch),
                    () -> a + " * 10^" + up + " / " + b);
        }
    }

    @Test
    void remaindersHaveTheSignOfTheDividend() {
        DecimalSamples samples = new DecimalSamples(79);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next(1 + samples.nextInt(38));
            BigInteger b = samples.next(1 + samples.nextInt(38));
            int aUp = samples.nextInt(3) == 0 ? samples.nextInt(39) : 0;
            int bUp = aUp == 0 ? samples.nextInt(39) : 0;
            long high = DecimalDivision.remainder(high(a), low(a), high(b), low(b), aUp, bUp, scratch);
            if (b.signum() == 0) {
                assertNull(resultOr(DIVISION_BY_ZERO, high, scratch));
                continue;
            }
            BigInteger expected = a.multiply(BigInteger.TEN.pow(aUp)).remainder(b.multiply(BigInteger.TEN.pow(bUp)));
            assertEquals(
                    expected, resultOr(null, high, scratch), () -> a + " * 10^" + aUp + " % " + b + " * 10^" + bUp);
        }
    }

    @Test
    void roundFloorAndCeilDropDigits() {
        DecimalSamples samples = new DecimalSamples(80);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger a = samples.next();
            int down = 1 + samples.nextInt(38);
            BigDecimal value = new BigDecimal(a, down);
            assertEquals(
                    value.setScale(0, RoundingMode.HALF_UP).unscaledValue(),
                    of(DecimalDivision.round(high(a), low(a), down, scratch), scratch.second));
            assertEquals(
                    value.setScale(0, RoundingMode.FLOOR).unscaledValue(),
                    of(DecimalDivision.floor(high(a), low(a), down, scratch), scratch.second));
            assertEquals(
                    value.setScale(0, RoundingMode.CEILING).unscaledValue(),
                    of(DecimalDivision.ceil(high(a), low(a), down, scratch), scratch.second));
        }
    }

    /// Division at the places where Knuth's algorithm D corrects its guess.
    @Test
    void divisionOfFourWordsByTwoIsExact() {
        DecimalSamples samples = new DecimalSamples(81);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger d = awkward(samples, 127);
            BigInteger q = awkward(samples, 128);
            BigInteger n = q.multiply(d).add(d.subtract(BigInteger.ONE).shiftRight(samples.nextInt(128)));
            long upper = Unsigned128.divide(
                    n.shiftRight(192).longValue(),
                    n.shiftRight(128).longValue(),
                    n.shiftRight(64).longValue(),
                    n.longValue(),
                    d.shiftRight(64).longValue(),
                    d.longValue(),
                    scratch);
            assertEquals(wrapped(q), of(upper, scratch.second), () -> n + " / " + d);
        }
    }

    /// A positive number whose words are all ones, zeros or random.
    private static BigInteger awkward(DecimalSamples samples, int bits) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < 4; i++) {
            int half = switch (samples.nextInt(5)) {
                case 0 -> -1;
                case 1 -> 0;
                case 2 -> Integer.MIN_VALUE;
                case 3 -> 1;
                default -> samples.random().nextInt();
            };
            value = value.shiftLeft(32).or(BigInteger.valueOf(half & 0xFFFF_FFFFL));
        }
        return value.shiftRight(128 - bits + samples.nextInt(bits)).max(BigInteger.ONE);
    }

    private static BigInteger inRange(BigInteger value, int precision) {
        return value.abs().compareTo(BigInteger.TEN.pow(precision)) < 0 ? value : null;
    }
}
