package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.explode;
import static io.mullion.expr.Expressions.lower;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.not;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TypeCheckTest {
    private static final Schema SCHEMA = Schema.of(
            Field.of("word", DataType.UTF8),
            Field.nullable("n", DataType.INT64),
            Field.of("price", DataType.FLOAT64),
            Field.of("ok", DataType.BOOL),
            Field.of("ms", DataType.timestamp(TimeUnit.MILLIS)),
            Field.of("us", DataType.timestamp(TimeUnit.MICROS)));

    private final KernelCompiler compiler = new KernelCompiler(new Target(0, false));

    @Test
    void typesAndNullabilityFollowTheOperands() {
        assertEquals(Field.nullable("n + 1", DataType.INT64), compiler.typeOf(SCHEMA, col("n").plus(1)));
        assertEquals(
                Field.nullable("total", DataType.FLOAT64),
                compiler.typeOf(SCHEMA, col("n").times(col("price")).as("total")));
        assertEquals(
                Field.of("price > 100", DataType.BOOL),
                compiler.typeOf(SCHEMA, col("price").gt(100)));
        assertEquals(Field.of("ms", DataType.timestamp(TimeUnit.MILLIS)), compiler.typeOf(SCHEMA, col("ms")));
        assertEquals(Field.of("not ok", DataType.BOOL), compiler.typeOf(SCHEMA, not(col("ok"))));
    }

    @Test
    void whatIsWrongIsNamedWithItsColumnsAndTypes() {
        refuses(
                "cannot compare utf8 with int64: word > 3 (word is utf8)",
                () -> filter(col("word").gt(3)));
        refuses(
                "cannot compute utf8 + int64 (two numbers are expected): word + n (word is utf8, n is int64)",
                () -> filter(col("word").plus(col("n")).gt(1)));
        refuses(
                "a filter needs bool, not float64: price * 2 (price is float64)",
                () -> filter(col("price").times(2)));
        refuses(
                "and needs bool, but n is int64: ok and n (ok is bool, n is int64)",
                () -> filter(col("ok").and(col("n"))));
        refuses("not needs bool, but n is int64: not n (n is int64)", () -> filter(not(col("n"))));
        refuses(
                "bool has no order, only = and <>: ok < true (ok is bool)",
                () -> filter(col("ok").lt(true)));
        refuses(
                "cannot compare timestamp(ms, UTC) with timestamp(us, UTC): ms = us (ms is timestamp(ms, UTC), us is timestamp(us, UTC))",
                () -> filter(col("ms").eq(col("us"))));
        refuses(
                "no column named amount: the columns are (word utf8, n int64 null, price float64, ok bool, "
                        + "ms timestamp(ms, UTC), us timestamp(us, UTC))",
                () -> filter(col("amount").gt(1)));
        refuses("an aggregate may only stand in an aggregation: sum(n) (n is int64)", () -> filter(sum("n").gt(1)));
        refuses(
                "rows are made by an output of flatMap only: split(word, ' ') (word is utf8)",
                () -> compiler.project(SCHEMA, List.of(split(col("word"), " "))));
        refuses(
                "a literal holds half of a surrogate pair: '\ud800'",
                () -> filter(col("word").eq("\ud800")));
    }

    @Test
    void aFlatMapMakesRowsOfExactlyOneTextOrList() {
        refuses(
                "a flatMap needs a split or an explode among its outputs: [word]",
                () -> compiler.flatMap(SCHEMA, List.of(col("word"))));
        refuses(
                "split needs utf8, not int64: split(n, ' ') (n is int64)",
                () -> compiler.flatMap(SCHEMA, List.of(split(col("n"), " "))));
        refuses(
                "explode needs a list, not utf8: explode(word) (word is utf8)",
                () -> compiler.flatMap(SCHEMA, List.of(explode("word"))));
        assertEquals(
                Schema.of(Field.of("price", DataType.FLOAT64)),
                KernelCompiler.flatMapSchema(
                        Schema.of(Field.nullable("prices", DataType.listOf(DataType.FLOAT64))),
                        List.of(explode("prices").as("price"))));
        assertEquals(
                Schema.of(Field.of("w", DataType.UTF8)),
                KernelCompiler.flatMapSchema(
                        SCHEMA, List.of(split(lower(col("word")), " ").as("w"))));
        Expr words = split(col("word"), " ").as("w");
        refuses(
                "a flatMap generates rows by one split or explode only: [split(word, ' ') as w, split(word, ' ') as w]",
                () -> compiler.flatMap(SCHEMA, List.of(words, words)));
        assertEquals(
                Schema.of(Field.of("w", DataType.UTF8), Field.nullable("n", DataType.INT64)),
                KernelCompiler.flatMapSchema(SCHEMA, List.of(words, col("n"))));
    }

    @Test
    void aggregatesNeedInputsTheyCanTake() {
        refuses("sum needs a number, not utf8: sum(word) (word is utf8)", () -> aggregate(sum("word")));
        refuses(
                "min and max need a value of fixed width, not utf8: max(word) (word is utf8)",
                () -> aggregate(max("word")));
        refuses("an aggregation needs aggregates, not n", () -> aggregate(col("n")));
        refuses(
                "the input of an aggregate has to be projected before: sum(n / n) (n is int64)",
                () -> aggregate(sum(col("n").dividedBy(col("n")))));
        assertEquals(
                Schema.of(
                        Field.of("count()", DataType.INT64),
                        Field.nullable("total", DataType.INT64),
                        Field.of("min(ms)", DataType.timestamp(TimeUnit.MILLIS))),
                compiler.accumulation(SCHEMA, List.of(count(), sum("n").as("total"), min("ms")))
                        .results());
    }

    @Test
    void twoOutputsOfOneNameAreRefused() {
        refuses(
                "two columns are named n: (n int64 null, n utf8)",
                () -> compiler.project(SCHEMA, List.of(col("n"), col("word").as("n"))));
    }

    private void filter(Expr predicate) {
        compiler.filter(SCHEMA, predicate);
    }

    private void aggregate(Expr aggregate) {
        compiler.accumulation(SCHEMA, List.of(aggregate));
    }

    private static void refuses(String message, Executable action) {
        assertEquals(message, assertThrows(ExpressionException.class, action).getMessage());
    }
}
