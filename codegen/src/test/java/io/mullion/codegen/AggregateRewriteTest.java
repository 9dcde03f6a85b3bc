package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.first;
import static io.mullion.expr.Expressions.last;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.List;
import org.junit.jupiter.api.Test;

class AggregateRewriteTest {
    private static final Schema SCHEMA =
            Schema.of(Field.of("price", DataType.FLOAT64), Field.of("quantity", DataType.INT64));

    private static AggregateRewrite rewrite(Expr... outputs) {
        return KernelCompiler.rewrite(SCHEMA, null, List.of(outputs));
    }

    @Test
    void anOutputThatIsAnAggregateNamesIt() {
        AggregateRewrite rewrite = rewrite(sum("quantity").as("total"), count());
        assertEquals(
                "[sum(quantity) as total, count() as count()]",
                rewrite.aggregates().toString());
        assertEquals(List.of(col("total"), col("count()")), rewrite.outputs());
        assertEquals(List.of(), rewrite.inputs());
    }

    @Test
    void expressionsOverAggregatesAreAProjectionAfterThem() {
        AggregateRewrite rewrite = rewrite(
                sum(col("price").times(col("quantity")))
                        .dividedBy(sum("quantity"))
                        .as("vwap"),
                sum("quantity").as("volume"));
        assertEquals(
                "[sum(quantity) as volume, sum(price * quantity) as agg$1]",
                rewrite.aggregates().toString());
        assertEquals("[agg$1 / volume as vwap, volume]", rewrite.outputs().toString());
    }

    @Test
    void anAggregateThatAppearsTwiceIsComputedOnce() {
        AggregateRewrite rewrite = rewrite(count().as("a"), count().as("b"));
        assertEquals("[count() as a]", rewrite.aggregates().toString());
        assertEquals("[a, a as b]", rewrite.outputs().toString());
    }

    @Test
    void inputsThatCanFailAreProjectedBefore() {
        AggregateRewrite rewrite = rewrite(
                sum(col("quantity").dividedBy(col("quantity"))).as("s"),
                sum(col("price").times(2)).as("t"));
        assertEquals("[price, quantity / quantity as in$0]", rewrite.inputs().toString());
        assertEquals(
                "[sum(in$0) as s, sum(price * 2) as t]", rewrite.aggregates().toString());
        Schema between = KernelCompiler.projectSchema(SCHEMA, rewrite.inputs());
        assertEquals(
                Schema.of(Field.of("s", DataType.INT64), Field.of("t", DataType.FLOAT64)),
                new KernelCompiler(new Target(0, false))
                        .accumulation(between, rewrite.aggregates())
                        .results());
    }

    @Test
    void aDivisionByALiteralCannotFail() {
        assertEquals(
                List.of(), rewrite(sum(col("quantity").dividedBy(2)).as("s")).inputs());
    }

    @Test
    void aColumnOutsideOfAnAggregateIsRefused() {
        assertEquals(
                "column price stands outside of an aggregate: count() * price",
                assertThrows(ExpressionException.class, () -> rewrite(count().times(col("price"))))
                        .getMessage());
    }

    @Test
    void aRowThatDoesNotCountCannotFail() {
        AggregateRewrite rewrite = rewrite(
                sum(col("quantity").dividedBy(col("quantity")))
                        .filter(col("quantity").ne(0))
                        .as("s"),
                count().filter(col("price").gt(1)));
        assertEquals(
                "[price, case when quantity <> 0 then quantity / quantity end as in$0]",
                rewrite.inputs().toString());
        assertEquals(
                "[sum(in$0) as s, count() filter (where price > 1) as count() filter (where price > 1)]",
                rewrite.aggregates().toString());
    }

    @Test
    void filtersAddUp() {
        assertEquals(
                "sum(price) filter (where quantity > 1 and price < 2)",
                sum("price")
                        .filter(col("quantity").gt(1))
                        .filter(col("price").lt(2))
                        .toString());
    }

    @Test
    void theFirstAndTheLastValueAreChosenByTheTimeOfTheStream() {
        AggregateRewrite rewrite = KernelCompiler.rewrite(
                SCHEMA,
                "quantity",
                List.of(
                        first(col("price").dividedBy(2)),
                        last(col("quantity").dividedBy(col("quantity"))).as("l")));
        assertEquals(
                List.of("price", "quantity", "quantity / quantity as in$0"),
                rewrite.inputs().stream().map(Expr::toString).toList());
        assertEquals(
                "[first(price / 2) as first(price / 2), last(in$0) as l]",
                rewrite.aggregates().toString());
        List<Expr.Aggregate> aggregates = rewrite.aggregates().stream()
                .map(it -> (Expr.Aggregate) ((Expr.Alias) it).input())
                .toList();
        assertEquals(
                List.of(col("quantity"), col("quantity")),
                aggregates.stream().map(Expr.Aggregate::by).toList());
    }

    @Test
    void thereIsNoFirstValueWithoutEventTime() {
        assertEquals(
                "last needs event time (minBy and maxBy choose by a column): last(price)",
                assertThrows(
                                ExpressionException.class,
                                () -> rewrite(last(col("price")).times(2)))
                        .getMessage());
    }
}
