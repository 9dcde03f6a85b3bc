package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.split;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Decimal;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Records of windows and micro-batches reduced by a function.
@Tag("checked")
class RecordReduceTest {
    record Trade(@EventTime(TimeUnit.SECONDS) long time, String symbol, Double price, long quantity, String trader) {}

    record Every(
            @EventTime(TimeUnit.MILLIS) long time,
            boolean yes,
            byte tiny,
            short small,
            int medium,
            float single,
            Double price,
            @Decimal(precision = 20, scale = 2) BigDecimal money,
            LocalDate day,
            Instant at,
            byte[] bytes,
            String text) {}

    private static final long DISORDER = 6;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.bounded(ofSeconds(DISORDER)));
    private final Collected results = new Collected();

    /// Sums quantities, keeps the least time and name and the greatest price: the same in any order.
    private static Trade merged(Trade a, Trade b) {
        return new Trade(
                Math.min(a.time(), b.time()),
                a.symbol(),
                a.price() == null || b.price() != null && b.price() > a.price() ? b.price() : a.price(),
                a.quantity() + b.quantity(),
                a.trader() == null || b.trader() != null && b.trader().compareTo(a.trader()) < 0
                        ? b.trader()
                        : a.trader());
    }

    private static List<Trade> random(long seed) {
        Random random = new Random(seed);
        List<Trade> trades = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            trades.add(new Trade(
                    i / 6 + random.nextLong(DISORDER),
                    "s" + random.nextInt(5),
                    random.nextInt(4) == 0 ? null : (double) random.nextInt(1_000),
                    random.nextInt(100),
                    random.nextInt(4) == 0 ? null : "trader " + random.nextInt(1_000)));
        }
        return trades;
    }

    private void run(List<Trade> trades, int workers, int together) throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        List<Producer<Trade>> feeds = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            feeds.add(job.producer(input));
        }
        for (int i = 0; i < trades.size(); i++) {
            feeds.get(i % workers).offer(trades.get(i));
            if (i % together == 0) {
                engine.runUntilIdle();
            }
        }
        feeds.forEach(Producer::close);
        job.drain();
        job.await();
    }

    @ParameterizedTest
    @CsvSource({"10, 10, 1, 1", "10, 4, 1, 7", "20, 1, 1, 64", "10, 4, 3, 5"})
    void tradesOfASymbolInAWindow(long size, long slide, int workers, int together) throws InterruptedException {
        input.stream()
                .keyBy("symbol")
                .window(Window.sliding(ofSeconds(size), ofSeconds(slide)))
                .reduce(Trade.class, RecordReduceTest::merged)
                .to(results);
        List<Trade> trades = random(size + slide);
        run(trades, workers, together);
        assertEquals(
                List.of("window_start", "window_end", "symbol", "time", "price", "quantity", "trader"),
                results.schema.fields().stream().map(it -> it.name()).toList());
        Map<List<Object>, Trade> expected = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        for (Trade trade : trades) {
            for (long start = Math.floorDiv(trade.time(), slide) * slide; start > trade.time() - size; start -= slide) {
                expected.merge(List.of(start, start + size, trade.symbol()), trade, RecordReduceTest::merged);
            }
        }
        List<String> rows = new ArrayList<>();
        expected.forEach((key, trade) -> {
            List<Object> row = new ArrayList<>(key);
            row.addAll(Arrays.asList(trade.time(), trade.price(), trade.quantity(), trade.trader()));
            rows.add(row.toString());
        });
        assertEquals(
                rows.stream().sorted().toList(),
                results.rows.stream().map(List::toString).sorted().toList());
    }

    @Test
    void sessionsWindowsOfRowsAndOneGroup() throws InterruptedException {
        Collected rows = new Collected();
        Collected all = new Collected();
        DataStream trades = input.stream();
        trades.keyBy("symbol")
                .window(Window.session(ofSeconds(5)))
                .reduce(Trade.class, RecordReduceTest::merged)
                .to(results);
        trades.keyBy("symbol")
                .window(Window.tumblingRows(2))
                .reduce(Trade.class, RecordReduceTest::merged)
                .to(rows);
        trades.window(Window.tumbling(ofSeconds(100)))
                .reduce(Trade.class, RecordReduceTest::merged)
                .select(col("symbol"), col("quantity"))
                .to(all);
        run(
                List.of(
                        new Trade(1, "a", 1.0, 1, "x"),
                        new Trade(9, "a", 3.0, 2, "z"),
                        new Trade(5, "a", 2.0, 4, null),
                        new Trade(30, "a", null, 8, null)),
                1,
                1);
        assertEquals(
                List.of(
                        Arrays.asList(1L, 14L, "a", 1L, 3.0, 7L, "x"),
                        Arrays.asList(30L, 35L, "a", 30L, null, 8L, null)),
                results.rows);
        assertEquals(List.of(3L, 12L), rows.column("quantity"));
        assertEquals(List.of(Arrays.asList("a", 15L, 100L)), all.rows);
    }

    @Test
    void lateRowsChangeAResult() throws InterruptedException {
        input.stream()
                .keyBy("symbol")
                .window(Window.tumbling(ofSeconds(10)))
                .allowedLateness(ofSeconds(30))
                .reduce(Trade.class, RecordReduceTest::merged)
                .select(col("quantity"), col("revision"))
                .to(results);
        run(
                List.of(
                        new Trade(1, "a", 1.0, 1, "x"),
                        new Trade(20, "a", 1.0, 1, "x"),
                        new Trade(2, "a", 1.0, 5, "x")),
                1,
                1);
        assertEquals(
                List.of(Arrays.asList(1L, 0, 10L), Arrays.asList(6L, 1, 10L), Arrays.asList(1L, 0, 30L))
                        .toString(),
                results.rows.toString());
    }

    @Test
    void everyType() throws InterruptedException {
        Pipeline of = Pipeline.create();
        Input<Every> every = of.input("every", Every.class, Watermark.bounded(ofSeconds(0)));
        List<Every> seen = new ArrayList<>();
        every.stream()
                .window(Window.sliding(ofSeconds(10), ofSeconds(5)))
                .reduce(Every.class, (a, b) -> b)
                .to(Sinks.forEach(Every.class, seen::add));
        Every nulls = new Every(30_000, false, (byte) -1, (short) -2, -3, -0.5f, null, null, null, null, null, null);
        Every full = new Every(
                6_001,
                true,
                (byte) 1,
                (short) 2,
                3,
                0.25f,
                4.5,
                new BigDecimal("-12345678901234567.89"),
                LocalDate.of(1969, 12, 31),
                Instant.parse("2024-02-29T12:00:00.123456Z"),
                new byte[] {1, 2, 3},
                "tëxt");
        TestEngine engine = engines.test();
        Job job = engine.run(of);
        try (Producer<Every> feed = job.producer(every)) {
            feed.offer(full);
            feed.offer(new Every(12_000, true, (byte) 0, (short) 0, 0, 0, 0.0, null, null, null, new byte[0], ""));
            feed.offer(nulls);
        }
        job.drain();
        job.await();
        assertEquals(5, seen.size());
        assertEquals(text(full), text(seen.getFirst()));
        assertArrayEquals(full.bytes(), seen.getFirst().bytes());
        assertEquals("", seen.get(2).text());
        assertArrayEquals(new byte[0], seen.get(2).bytes());
        assertEquals(nulls, seen.getLast());
    }

    private static String text(Every every) {
        return every.toString().replaceAll("\\[B@\\w+", "");
    }

    @Test
    void batchesAndTheirWindows() throws InterruptedException {
        Collected byKey = new Collected();
        Collected windows = new Collected();
        Collected keyedWindows = new Collected();
        BatchedStream batches = input.stream().batchInterval(ofSeconds(1));
        batches.reduce(Trade.class, RecordReduceTest::merged)
                .select(col("quantity"))
                .to(results);
        batches.keyBy("symbol")
                .reduceByKey(Trade.class, RecordReduceTest::merged)
                .select(col("symbol"), col("quantity"))
                .to(byKey);
        batches.reduceByWindow(ofSeconds(2), ofSeconds(1), Trade.class, RecordReduceTest::merged)
                .select(col("quantity"))
                .to(windows);
        batches.keyBy("symbol")
                .reduceByKeyAndWindow(ofSeconds(2), ofSeconds(1), Trade.class, RecordReduceTest::merged)
                .select(col("symbol"), col("quantity"))
                .to(keyedWindows);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withMostBatches(4));
        try (Producer<Trade> feed = job.producer(input)) {
            feed.offer(new Trade(1, "a", 1.0, 1, "x"));
            feed.offer(new Trade(1, "a", 1.0, 2, "x"));
            engine.advanceTo(ofSeconds(1));
            feed.offer(new Trade(1, "b", 1.0, 4, "x"));
            engine.advanceTo(ofSeconds(4));
        }
        job.await();
        assertEquals(List.of(3L, 4L), results.column("quantity"));
        assertEquals(List.of(List.of("a", 3L), List.of("b", 4L)), byKey.rows);
        assertEquals(List.of(3L, 7L, 4L), windows.column("quantity"));
        assertEquals(
                List.of(3L, 3L, 4L, 4L),
                keyedWindows.column("quantity").stream().sorted().toList());
    }

    @Test
    void valuesAreMappedBesideTheirKey() throws InterruptedException {
        Collected pieces = new Collected();
        KeyedStream bySymbol = input.stream().keyBy("symbol");
        bySymbol.mapValues(col("quantity").times(2).as("twice")).to(results);
        bySymbol.flatMapValues(split(col("trader"), " ").as("part")).to(pieces);
        run(List.of(new Trade(1, "a", 1.0, 4, "x y")), 1, 1);
        assertEquals(List.of(List.of("a", 8L, 1L)), results.rows);
        assertEquals(List.of(List.of("a", "x", 1L), List.of("a", "y", 1L)), pieces.rows);
    }

    record Symbol(String symbol) {}

    record Volume(long volume) {}

    record Priced(double price) {}

    @Test
    void whatCannotBeIsRefusedWhenThePipelineIsBuilt() {
        WindowedStream windows = input.stream().keyBy("symbol").window(Window.tumbling(ofSeconds(1)));
        assertRefused(
                "reduce: a record has a component that is no key: Symbol is (symbol utf8 null), keys are [symbol]",
                () -> windows.reduce(Symbol.class, (a, b) -> a));
        assertRefused(
                "record Volume has a component that is no column: volume",
                () -> windows.reduce(Volume.class, (a, b) -> a));
        assertRefused(
                "column price is float64 and may be null, record Priced has the primitive double",
                () -> windows.reduce(Priced.class, (a, b) -> a));
    }

    @Test
    void aFunctionThatReturnsNullFailsTheJob() {
        input.stream()
                .window(Window.tumbling(ofSeconds(1)))
                .reduce(Trade.class, (a, b) -> null)
                .to(results);
        MullionException failure = assertThrows(
                MullionException.class,
                () -> run(List.of(new Trade(1, "a", 1.0, 4, "x"), new Trade(1, "a", 1.0, 4, "x")), 1, 1));
        assertEquals(MullionException.Reason.USER_CODE, failure.reason());
        assertTrue(failure.getMessage().contains("the function of a reduce returned null"), failure.getMessage());
    }

    @Test
    void whatTheFunctionThrowsIsToldAsTheUsersWhereverItIsCalled() {
        input.stream()
                .window(Window.sliding(ofSeconds(2), ofSeconds(1)))
                .reduce(Trade.class, (a, b) -> {
                    throw new IllegalStateException("too much");
                })
                .to(results);
        MullionException ofPanes = assertThrows(
                MullionException.class,
                () -> run(List.of(new Trade(1, "a", 1.0, 4, "x"), new Trade(2, "a", 1.0, 4, "x")), 1, 1));
        assertEquals(MullionException.Reason.USER_CODE, ofPanes.reason());
        assertTrue(
                ofPanes.getMessage()
                        .contains("the function of a reduce failed: java.lang.IllegalStateException: too much"),
                ofPanes.getMessage());
        results.rows.clear();
        MullionException ofRows = assertThrows(
                MullionException.class,
                () -> run(List.of(new Trade(1, "a", 1.0, 4, "x"), new Trade(1, "a", 1.0, 4, "y")), 1, 1));
        assertEquals(MullionException.Reason.USER_CODE, ofRows.reason());
        assertTrue(ofRows.getMessage().contains("trader=y"), ofRows.getMessage());
    }

    private static void assertRefused(String message, Executable operation) {
        MullionException refusal = assertThrows(MullionException.class, operation);
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    }
}
