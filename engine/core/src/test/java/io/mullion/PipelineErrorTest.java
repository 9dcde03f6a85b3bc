package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/// What is wrong with a pipeline is said before the first row, with the thing, its value and what was expected.
class PipelineErrorTest {
    record Trade(@EventTime(TimeUnit.MILLIS) long time, String symbol, double price, long quantity, Boolean open) {}

    record NoTime(long n) {}

    record TwoTimes(
            @EventTime(TimeUnit.MILLIS) long a,
            @EventTime(TimeUnit.MILLIS) long b) {}

    record OddType(java.math.BigDecimal price) {}

    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.bounded(Duration.ZERO));
    private final DataStream trades = input.stream();

    @Test
    void anUnknownColumnIsNamedBesideThoseThatExist() {
        for (Executable use : List.<Executable>of(
                () -> trades.filter(col("volume").gt(1)),
                () -> trades.select(col("volume")),
                () -> trades.keyBy("volume"),
                () -> trades.flatMap(split(col("volume"), " ").as("word")),
                () -> trades.window(Window.tumbling(SECOND)).aggregate(sum("volume")))) {
            assertInvalid(use, "volume", "symbol utf8", "quantity int64");
        }
    }

    @Test
    void aFilterNeedsABool() {
        assertInvalid(() -> trades.filter(col("quantity").plus(1)), "filter", "quantity + 1", "int64", "bool");
    }

    @Test
    void operandsThatDoNotFitAreShownWithTheirTypes() {
        assertInvalid(() -> trades.filter(col("symbol").gt(1)), "symbol > 1", "utf8", "int64");
        assertInvalid(() -> trades.select(col("symbol").plus(1)), "symbol + 1", "utf8");
        assertInvalid(() -> trades.filter(col("open").and(col("quantity"))), "quantity", "int64", "bool");
        assertInvalid(
                () -> trades.window(Window.tumbling(SECOND)).aggregate(sum("symbol")),
                "aggregate",
                "sum(symbol)",
                "utf8");
    }

    @Test
    void aggregatesStandInAggregationsAndColumnsInAggregates() {
        assertInvalid(() -> trades.select(count()), "count()");
        assertInvalid(() -> trades.filter(sum("quantity").gt(1)), "sum(quantity)");
        assertInvalid(
                () -> trades.window(Window.tumbling(SECOND)).aggregate(col("price")),
                "column price",
                "outside of an aggregate");
        assertInvalid(
                () -> trades.window(Window.tumbling(SECOND))
                        .aggregate(sum("price").plus(col("quantity"))),
                "column quantity");
        assertInvalid(() -> trades.select(split(col("symbol"), " ")), "split");
        assertInvalid(() -> trades.flatMap(col("symbol")), "flatMap", "split");
    }

    @Test
    void theDisorderFitsTheUnitOfTheTime() {
        Duration fine = Duration.ofNanos(1_500_000);
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        for (Watermark watermark : List.of(Watermark.bounded(fine), Watermark.perBatch(fine, SECOND))) {
            assertInvalid(() -> pipeline.input("in", Trade.class, watermark), "disorder=PT0.0015S", "unit=ms");
            assertInvalid(() -> pipeline.input("in", trades.schema(), "time", watermark, Overload.BLOCK), "disorder=");
        }
        assertInvalid(() -> pipeline.input("in", Trade.class, Watermark.bounded(endless)), "disorder=", "int64");
    }

    @Test
    void anAggregationNeedsAnAggregate() {
        assertInvalid(
                () -> trades.keyBy("symbol").window(Window.tumbling(SECOND)).aggregate(), "at least one", "PT1S");
    }

    @Test
    void twoOutputsOfOneNameAreRefused() {
        assertInvalid(
                () -> trades.window(Window.tumbling(SECOND))
                        .aggregate(count().as("n"), sum("quantity").as("n")),
                "two columns are named n");
        assertInvalid(() -> trades.select(col("price").as("x"), col("quantity").as("x")), "two columns are named x");
        assertInvalid(
                () -> trades.keyBy("symbol").window(Window.tumbling(SECOND)).aggregate(count().as("symbol")),
                "two columns are named symbol");
        assertInvalid(
                () -> trades.window(Window.tumbling(SECOND)).aggregate(count().as("window_end")),
                "two columns are named window_end");
    }

    @Test
    void theEventTimeCannotBeReplaced() {
        assertInvalid(() -> trades.select(col("quantity").as("time")), "event-time column", "time");
        assertEquals(List.of("price", "time"), names(trades.select(col("price"))));
        assertEquals(List.of("time", "price"), names(trades.select(col("time"), col("price"))));
    }

    @Test
    void aWindowHasAPositiveSizeAndSlideAndASmallOffset() {
        assertInvalid(() -> Window.tumbling(Duration.ZERO), "size", "PT0S", "positive");
        assertInvalid(() -> Window.sliding(SECOND, Duration.ofMillis(-1)), "slide", "PT-0.001S", "positive");
        assertInvalid(() -> Window.tumbling(SECOND).offset(SECOND), "offset=PT1S", "slide=PT1S");
        assertInvalid(() -> Window.tumbling(SECOND).offset(SECOND.negated()), "offset=PT-1S");
        assertEquals(
                -999,
                Window.tumbling(SECOND).offset(Duration.ofMillis(-999)).offset().toMillis());
        assertInvalid(() -> Watermark.bounded(Duration.ofMillis(-1)), "disorder", "PT-0.001S");
    }

    /// Durations whose nanoseconds int64 does not hold, too.
    @Test
    void aRowIsInAMillionWindowsAtMost() {
        Duration years = Duration.ofDays(365_000);
        assertEquals(years, Window.sliding(years, Duration.ofDays(1)).size());
        assertEquals(years, Window.sliding(SECOND, years).slide());
        assertEquals(years, Window.cumulating(years, Duration.ofDays(1)).size());
        assertInvalid(() -> Window.sliding(years, SECOND), "1000000 windows", "slide=PT1S");
        assertInvalid(() -> Window.cumulating(years, SECOND), "1000000 windows", "step=PT1S");
        assertInvalid(() -> Window.cumulating(years, Duration.ofDays(7)), "multiple of the step");
        Duration million = SECOND.multipliedBy(1_000_000);
        assertEquals(million, Window.sliding(million, SECOND).size());
        assertInvalid(() -> Window.sliding(million.plus(SECOND), SECOND), "1000000 windows");
    }

    @Test
    void durationsAreWholeNumbersOfTheStreamsUnit() {
        WindowedStream windows = trades.window(Window.tumbling(Duration.ofNanos(1_500_000)));
        assertInvalid(() -> windows.aggregate(count()), "size", "PT0.0015S", "unit=ms");
    }

    @Test
    void resultsOfWindowsOfRowsHaveNoTimeForAnotherWindow() {
        DataStream results = trades.window(Window.tumblingRows(10)).aggregate(count().as("n"));
        assertInvalid(() -> results.window(Window.tumbling(SECOND)).aggregate(count().as("m")), "needs time");
        assertEquals(List.of("first_row", "end_row", "n"), names(results));
    }

    @Test
    void aPipelineNeedsASink() {
        trades.filter(col("quantity").gt(0));
        assertInvalid(() -> engines.test().run(pipeline), "sink");
    }

    @Test
    void anInputNeedsARecordOfKnownTypesWithOneEventTime() {
        assertInvalid(() -> pipeline.input("n", NoTime.class, Watermark.explicit()), "NoTime", "@EventTime");
        assertInvalid(() -> pipeline.input("n", TwoTimes.class, Watermark.explicit()), "TwoTimes", "a and b");
        assertInvalid(() -> pipeline.input("n", OddType.class), "price", "BigDecimal", "@Decimal");
        assertInvalid(() -> input(String.class), "not a record", "java.lang.String");
    }

    @Test
    void theEventTimeOfASchemaIsATimestamp() {
        Schema schema = Schema.of(Field.of("n", DataType.INT64), Field.of("t", DataType.timestamp(TimeUnit.MILLIS)));
        assertInvalid(() -> input(schema, "n"), "timestamp", "n is int64");
        assertInvalid(() -> input(schema, "when"), "when", "n int64");
    }

    @Test
    void anInputHasSixtyFourColumnsAtMost() {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            fields.add(Field.of("c" + i, DataType.INT64));
        }
        assertInvalid(() -> pipeline.input("wide", new Schema(fields), Overload.BLOCK), "64", "columns=65");
        assertEquals(
                64,
                pipeline.input("wide", new Schema(fields.subList(0, 64)), Overload.BLOCK).stream()
                        .schema()
                        .size());
    }

    @Test
    void aSchemaHasNamesAndEachOnce() {
        assertThrows(ExpressionException.class, () -> Schema.of(Field.of("", DataType.BOOL)));
        assertThrows(
                ExpressionException.class,
                () -> Schema.of(Field.of("a", DataType.BOOL), Field.of("a", DataType.INT64)));
    }

    @Test
    void aRecordSinkNeedsItsColumns() {
        record Other(String price) {}
        assertInvalid(
                () -> trades.to(Sinks.forEach(NoTime.class, _ -> {})), "NoTime", "component that is no column: n");
        BatchedStream batches = trades.batchInterval(SECOND);
        assertInvalid(() -> batches.to(Sinks.forEach(Other.class, _ -> {})), "price is float64", "Other has String");
        assertInvalid(() -> batches.slices(Other.class, SECOND), "price is float64", "Other has String");
        assertInvalid(
                () -> trades.window(Window.tumbling(SECOND)).lateRowsTo(Sinks.forEach(Other.class, _ -> {})),
                "price is float64",
                "Other has String");
    }

    @Test
    void listsHaveNoOrder() {
        BatchedStream lists = trades.batchInterval(SECOND).keyBy("symbol").groupByKey();
        assertInvalid(() -> lists.sort("price"), "sort: lists have no order", "column price is list(float64)");
    }

    @Test
    void sizesOfAnEngineHaveBounds() {
        EngineConfig config = EngineConfig.defaults();
        assertInvalid(() -> config.withBatchRows(0), "batchRows", "found 0");
        assertInvalid(() -> config.withBatchRows((1 << 20) + 1), "batchRows", "found 1048577");
        assertInvalid(() -> config.withBatchDataBytes(0), "batchDataBytes", "found 0");
        assertInvalid(() -> config.withLaneBatches(1), "laneBatches", "found 1");
        assertInvalid(() -> config.withLaneIdleTimeout(Duration.ofMillis(-1)), "laneIdleTimeout", "PT-0.001S");
        assertInvalid(() -> TestEngine.create(config.withMemoryLimitBytes(5)), "memoryLimitBytes=5");
    }

    @Test
    void literalsAreWhatTheyCanBe() {
        assertEquals(
                "quantity > 1 or open = true",
                col("quantity").gt(lit(1)).or(col("open").eq(true)).toString());
        assertThrows(ExpressionException.class, () -> col("quantity").gt(null));
        assertThrows(ExpressionException.class, () -> col("quantity").gt(new StringBuilder("1")));
    }

    private Input<?> input(Class<?> type) {
        return pipeline.input("n", type);
    }

    private Input<Void> input(Schema schema, String timeColumn) {
        return pipeline.input("n", schema, timeColumn, Watermark.explicit(), Overload.BLOCK);
    }

    private static List<String> names(DataStream stream) {
        return stream.schema().fields().stream().map(Field::name).toList();
    }

    private static void assertInvalid(Executable use, String... parts) {
        MullionException refused = assertThrows(MullionException.class, use);
        assertEquals(Reason.INVALID_PIPELINE, refused.reason(), refused::getMessage);
        for (String part : parts) {
            assertTrue(refused.getMessage().contains(part), refused::getMessage);
        }
    }
}
