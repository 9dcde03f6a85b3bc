package io.mullion.codegen;

import static io.mullion.expr.Expressions.coalesce;
import static io.mullion.expr.Expressions.dateTrunc;
import static io.mullion.expr.Expressions.extract;
import static io.mullion.expr.Expressions.formatNumber;
import static io.mullion.expr.Expressions.greatest;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.nullOf;
import static io.mullion.expr.Expressions.regexpExtract;
import static io.mullion.expr.Expressions.replace;
import static io.mullion.expr.Expressions.round;
import static io.mullion.expr.Expressions.splitPart;
import static io.mullion.expr.Expressions.substring;
import static io.mullion.expr.Expressions.upper;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.expr.DataType;
import io.mullion.expr.DateField;
import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.Failure;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

/// The interpreter says what the rules of the language say, in examples worked out by hand: it is what everything else
/// is held to.
class OracleTest {
    private final Oracle oracle = new Oracle(Schema.of());

    @Test
    void numbersFollowTheRules() {
        assertValue(Long.MIN_VALUE, lit(Long.MAX_VALUE).plus(1));
        assertValue(-2L, lit(-7).remainder(5));
        assertValue(-1L, lit(-7).dividedBy(5));
        assertValue(new BigDecimal("0.333333"), lit(new BigDecimal("1")).dividedBy(lit(new BigDecimal("3"))));
        assertValue(new BigDecimal("3.75"), lit(new BigDecimal("1.5")).times(lit(new BigDecimal("2.5"))));
        assertValue(-3.0, round(lit(-2.5)));
        assertValue(2L, lit(2.9).cast(DataType.INT32));
        assertValue(3L, lit(new BigDecimal("2.5")).cast(DataType.INT32));
        assertValue("1.01", formatNumber(lit(1.005), 2));
        assertValue(true, lit(Double.NaN).gt(Double.POSITIVE_INFINITY));
        assertValue(true, lit(-0.0).eq(0.0));
        assertFails(Failure.DIVISION_BY_ZERO, lit(1).dividedBy(0));
        assertFails(Failure.OUT_OF_RANGE, lit(128).cast(DataType.INT8));
        assertFails(Failure.MALFORMED, lit("12 ").cast(DataType.INT32));
        assertNull(value(lit("12 ").tryCast(DataType.INT32)));
    }

    @Test
    void nullsAndGuardsFollowTheRules() {
        Expr fails = lit(1).dividedBy(0).gt(0);
        Expr unknown = nullOf(DataType.BOOL);
        assertValue(false, lit(false).and(fails));
        assertValue(false, unknown.and(lit(false)));
        assertNull(value(unknown.or(lit(false))));
        assertFails(Failure.DIVISION_BY_ZERO, unknown.and(fails));
        assertEquals(false, oracle.passes(unknown.and(fails), new Object[0]), "a filter does not ask");
        assertValue(5L, coalesce(5, lit(1).dividedBy(0)));
        assertValue(2L, greatest(nullOf(DataType.INT64), 1, 2));
        assertNull(value(lit(1).in(2, null)));
        assertValue(true, lit(2).in(2, null));
        assertNull(value(lit(1).nullIf(1)));
    }

    @Test
    void textsFollowTheRules() {
        assertValue("a", substring(lit("abc"), -1, 3));
        assertValue("é\uD83D\uDE00", substring(lit("xé\uD83D\uDE00y"), 2, 2));
        assertValue("c", splitPart(lit("a,b,c"), ",", -1));
        assertValue("", splitPart(lit("a,b,c"), ",", 4));
        assertValue("xbxb", replace(lit("abab"), "a", "x"));
        assertValue("SSß", upper(lit("ssß")));
        assertValue(true, lit("50%").like("__\\%"));
        assertValue("42", regexpExtract(lit("id-42"), "([a-z]+)-([0-9]+)", 2));
        assertNull(value(regexpExtract(lit("none"), "[0-9]+", 0)));
        assertFails(Failure.INVALID_ARGUMENT, substring(lit("abc"), 1, -1));
        assertFails(Failure.INVALID_ARGUMENT, splitPart(lit("abc"), ",", 0));
    }

    @Test
    void timesFollowTheRules() {
        DataType berlin = DataType.timestamp(TimeUnit.SECONDS, "Europe/Berlin");
        Expr summer = lit(Instant.parse("2024-07-03T22:30:00Z"));
        assertValue("2024-07-04T00:30:00+02:00", summer.cast(berlin).cast(DataType.UTF8));
        assertValue(
                Instant.parse("2024-06-30T22:00:00Z").getEpochSecond(),
                dateTrunc(DateField.QUARTER, summer.cast(berlin)));
        assertValue(4L, extract(DateField.DAY, summer.cast(berlin)));
        assertValue(LocalDate.of(2024, 12, 30).toEpochDay(), dateTrunc(DateField.WEEK, lit(LocalDate.of(2025, 1, 5))));
        assertValue(-1L, lit(Instant.parse("1969-12-31T23:59:59.5Z")).cast(DataType.timestamp(TimeUnit.SECONDS)));
        assertValue(
                Instant.parse("2024-01-31T08:00:00Z").getEpochSecond(),
                lit("2024-01-31T10:00:00+02:00").cast(DataType.timestamp(TimeUnit.SECONDS)));
        assertFails(Failure.MALFORMED, lit("2023-02-29").cast(DataType.DATE32));
    }

    private Object value(Expr expression) {
        return oracle.value(expression, new Object[0]);
    }

    private void assertValue(Object expected, Expr expression) {
        assertEquals(expected, value(expression), expression::toString);
    }

    private void assertFails(Failure expected, Expr expression) {
        assertEquals(
                expected,
                assertThrows(Oracle.Failed.class, () -> value(expression), expression::toString)
                        .failure());
    }
}
