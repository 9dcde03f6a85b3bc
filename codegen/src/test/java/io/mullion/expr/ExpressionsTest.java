package io.mullion.expr;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.nameOf;
import static io.mullion.expr.Expressions.not;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionsTest {
    private static final DataType MICROS = DataType.timestamp(TimeUnit.MICROS);
    private final Expr a = col("a");
    private final Expr b = col("b");

    @Test
    void textReadsAsOneWouldWriteIt() {
        reads(
                "price * qty > 100 and not (a = b)",
                col("price").times(col("qty")).gt(100).and(not(a.eq(b))));
        reads("a - (b - 1)", a.minus(b.minus(1)));
        reads("a - b - 1", a.minus(b).minus(1));
        reads("(a + b) * 2", a.plus(b).times(2));
        reads("a / (b * 2) % 3", a.dividedBy(b.times(2)).remainder(3));
        reads("(a or b) and a", a.or(b).and(a));
        reads("a or b and a", a.or(b.and(a)));
        reads("(a = b) = true", a.eq(b).eq(true));
        reads("not a", not(a));
        reads("word = 'it''s'", col("word").eq("it's"));
        reads("a >= 0.5", a.ge(0.5));
        reads("split(line, ' ') as word", split(col("line"), " ").as("word"));
        reads("sum(a * b) / count()", sum(a.times(b)).dividedBy(count()));
        reads("max(a) as high", max("a").as("high"));
    }

    @Test
    void aNameIsTheAliasTheColumnOrTheText() {
        assertEquals("x", nameOf(a.plus(1).as("x")));
        assertEquals("a", nameOf(a));
        assertEquals("a + 1", nameOf(a.plus(1)));
        assertEquals("count()", nameOf(count()));
    }

    @Test
    void equalExpressionsAreEqual() {
        assertEquals(a.plus(1).gt(b), a.plus(lit(1)).gt(b));
    }

    @Test
    void whatIsNoLiteralIsRefused() {
        assertThrows(ExpressionException.class, () -> a.gt(null));
        assertThrows(ExpressionException.class, () -> a.gt(new int[0]));
        assertThrows(ExpressionException.class, () -> new Expr.Literal("x", DataType.INT64));
        assertThrows(ExpressionException.class, () -> split(a, ""));
        assertThrows(
                ExpressionException.class, () -> new Expr.Aggregate(AggregateFunction.SUM, null, null, null, null));
    }

    @Test
    void aFunctionSaysHowManyArgumentsItTakes() {
        arity("sqrt takes 1 arguments, not 2", Function.SQRT, a, b);
        arity("substring takes 2 to 3 arguments, not 1", Function.SUBSTRING, a);
        arity("round takes 1 to 2 arguments, not 3", Function.ROUND, a, b, lit(1));
        arity("coalesce takes 1 or more arguments, not 0", Function.COALESCE);
        // As a rewriting of trees would make one.
        assertThrows(
                ExpressionException.class,
                () -> ExpressionTree.withInputs(new Expr.Call(Function.ABS, List.of(a)), List.of()));
    }

    private static void arity(String message, Function function, Expr... arguments) {
        assertEquals(
                message,
                assertThrows(ExpressionException.class, () -> new Expr.Call(function, List.of(arguments)))
                        .getMessage());
    }

    @Test
    void aFloatIsAFloat32() {
        assertEquals(new Expr.Literal((double) 0.1f, DataType.FLOAT32), lit(0.1f));
        reads("a > 0.1", a.gt(0.1f));
    }

    @Test
    void instantsAreLiteralsToTheEdgesOfInt64() {
        assertEquals(new Expr.Literal(Long.MIN_VALUE, MICROS), lit(TimeUnit.MICROS.toInstant(Long.MIN_VALUE)));
        assertEquals(new Expr.Literal(Long.MAX_VALUE, MICROS), lit(TimeUnit.MICROS.toInstant(Long.MAX_VALUE)));
        assertThrows(
                ExpressionException.class,
                () -> lit(TimeUnit.MICROS.toInstant(Long.MIN_VALUE).minusMillis(1)));
        assertThrows(ExpressionException.class, () -> lit(LocalDate.MAX));
    }

    private static void reads(String text, Expr expression) {
        assertEquals(text, expression.toString());
    }
}
