package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.DataType.Decimal;
import io.mullion.expr.Expr.Arithmetic.Op;
import io.mullion.expr.ExpressionException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalRulesTest {
    private static final List<Decimal> TYPES = new ArrayList<>();

    static {
        for (int precision = 1; precision <= 38; precision++) {
            for (int scale = 0; scale <= precision; scale++) {
                TYPES.add(new Decimal(precision, scale));
            }
        }
    }

    private static BigDecimal greatest(Decimal type) {
        return new BigDecimal(BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE), type.scale());
    }

    private static boolean holds(Decimal type, BigDecimal value) {
        return value.abs().compareTo(greatest(type)) <= 0
                && value.stripTrailingZeros().scale() <= type.scale();
    }

    /// The extremes of a type are the extremes of what is made of it.
    @Test
    void resultsHoldTheExtremesOrFail() {
        for (Decimal a : TYPES) {
            for (Decimal b : TYPES) {
                BigDecimal x = greatest(a);
                BigDecimal y = greatest(b);
                Decimal sum = DecimalRules.result(Op.ADD, a, b);
                assertTrue(!DecimalRules.exact(Op.SUBTRACT, a, b) || holds(sum, x.add(y)), () -> a + " + " + b);
                Decimal common = DecimalRules.common(a, b);
                assertTrue(common == null || holds(common, x) && holds(common, y), () -> a + ", " + b);
                if (a.scale() + b.scale() <= 38) {
                    Decimal product = DecimalRules.result(Op.MULTIPLY, a, b);
                    boolean exact = DecimalRules.exact(Op.MULTIPLY, a, b);
                    assertTrue(!exact || holds(product, x.multiply(y)), () -> a + " * " + b);
                }
                Decimal remainder = DecimalRules.result(Op.REMAINDER, a, b);
                assertTrue(DecimalRules.exact(Op.REMAINDER, a, b));
                assertTrue(holds(remainder, x.remainder(y)), () -> a + " % " + b);
                // No remainder is larger than the smaller of both, nor finer than the finer of both.
                BigDecimal largest = x.min(y).setScale(remainder.scale(), RoundingMode.UNNECESSARY);
                assertTrue(holds(remainder, largest), () -> a + " % " + b);
                Decimal quotient = DecimalRules.result(Op.DIVIDE, a, b);
                int up = quotient.scale() - a.scale() + b.scale();
                assertTrue(up >= 0 && up <= 44, () -> a + " / " + b);
                BigDecimal farthest = x.divide(y.ulp(), quotient.scale(), RoundingMode.HALF_UP);
                assertTrue(!DecimalRules.exact(Op.DIVIDE, a, b) || holds(quotient, farthest), () -> a + " / " + b);
                boolean fits = holds(b, x.setScale(b.scale(), RoundingMode.HALF_UP));
                assertEquals(!fits, DecimalRules.castFails(a, b), () -> a + " to " + b);
            }
            BigDecimal up = greatest(a).setScale(0, RoundingMode.CEILING);
            assertTrue(holds(DecimalRules.rounded(a), up), a::toString);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12, 2 | ADD | 6, 4 | 15, 4 | true",
                "12, 2 | SUBTRACT | 6, 4 | 15, 4 | true",
                "12, 2 | MULTIPLY | 6, 4 | 18, 6 | true",
                "12, 2 | DIVIDE | 6, 4 | 38, 6 | true",
                "12, 8 | DIVIDE | 6, 4 | 38, 8 | true",
                "12, 2 | REMAINDER | 6, 4 | 6, 4 | true",
                "2, 2 | REMAINDER | 6, 0 | 2, 2 | true",
                "38, 10 | ADD | 12, 2 | 38, 10 | false",
                "38, 10 | MULTIPLY | 12, 2 | 38, 12 | false",
                "38, 0 | DIVIDE | 38, 38 | 38, 6 | false",
                "38, 0 | REMAINDER | 38, 38 | 38, 38 | true"
            })
    void precisionsAreThoseOfSql(String a, Op op, String b, String expected, boolean exact) {
        assertEquals(type(expected), DecimalRules.result(op, type(a), type(b)));
        assertEquals(exact, DecimalRules.exact(op, type(a), type(b)));
    }

    private static Decimal type(String digits) {
        String[] parts = digits.split(", ");
        return new Decimal(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    @Test
    void noDecimalIsCommonToTypesThatNeedMoreDigits() {
        assertEquals(new Decimal(14, 4), DecimalRules.common(new Decimal(12, 2), new Decimal(6, 4)));
        assertNull(DecimalRules.common(new Decimal(38, 0), new Decimal(1, 1)));
        assertEquals(new Decimal(11, 0), DecimalRules.rounded(new Decimal(12, 2)));
    }

    @Test
    void productsWhoseScaleIsBeyondAllDigitsAreRefused() {
        Decimal fine = new Decimal(38, 20);
        ExpressionException e =
                assertThrows(ExpressionException.class, () -> DecimalRules.result(Op.MULTIPLY, fine, fine));
        assertEquals(
                "the product of decimal(38, 20) and decimal(38, 20) has the scale 40, more than the 38 digits of a"
                        + " decimal: cast one of them to a smaller scale",
                e.getMessage());
    }

    @Test
    void integersBecomeDecimalsThatHoldThem() {
        assertTrue(holds(DecimalRules.of(DataType.INT8), BigDecimal.valueOf(Byte.MIN_VALUE)));
        assertTrue(holds(DecimalRules.of(DataType.INT16), BigDecimal.valueOf(Short.MIN_VALUE)));
        assertTrue(holds(DecimalRules.of(DataType.INT32), BigDecimal.valueOf(Integer.MIN_VALUE)));
        assertTrue(holds(DecimalRules.of(DataType.INT64), BigDecimal.valueOf(Long.MIN_VALUE)));
        assertEquals(new Decimal(19, 0), DecimalRules.of(DataType.INT64));
        assertEquals(new Decimal(7, 3), DecimalRules.of(new Decimal(7, 3)));
        assertThrows(IllegalArgumentException.class, () -> DecimalRules.of(DataType.FLOAT64));
    }

    @Test
    void wordsOfAnUnscaledIntegerMakeItAgain() {
        DecimalSamples samples = new DecimalSamples(98);
        for (int i = 0; i < 100_000; i++) {
            BigInteger value = samples.next();
            assertEquals(value, DecimalSamples.of(DecimalRules.high(value), DecimalRules.low(value)));
        }
    }
}
