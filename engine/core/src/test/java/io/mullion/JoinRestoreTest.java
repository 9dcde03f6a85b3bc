package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.collectList;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Joins, tables and unions of a job that goes on from a checkpoint.
@Tag("checked")
class JoinRestoreTest {
    record Order(@EventTime(TimeUnit.SECONDS) long time, String symbol, long quantity) {}

    record Price(@EventTime(TimeUnit.SECONDS) long time, String symbol, long price, String note) {}

    /// A text of a hundred bytes and another fill the data area.
    private static final EngineConfig TIGHT = Engines.SMALL.withBatchDataBytes(128);

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private final Pipeline pipeline = Pipeline.create();
    private final Collected results = new Collected();
    private TestEngine engine;
    private Job job;

    private JobConfig config() {
        return JobConfig.defaults().withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")));
    }

    private Input<Order> orders() {
        return pipeline.input("orders", Order.class, Watermark.bounded(Duration.ZERO));
    }

    private Input<Price> prices() {
        return pipeline.input("prices", Price.class, Watermark.bounded(Duration.ZERO));
    }

    private void start(EngineConfig of) {
        engine = engines.test(of);
        job = engine.run(pipeline, config());
    }

    /// The process dies behind a checkpoint, and another one goes on from it.
    private void restart() throws InterruptedException {
        job.checkpoint();
        die();
        job = engine.restore(pipeline, config());
    }

    private void die() throws InterruptedException {
        job.stop();
        job.await();
    }

    private void end() throws InterruptedException {
        job.drain();
        job.await();
        assertEquals(0, job.counters().rowsKept());
    }

    private <T> void feed(Input<T> input, List<T> rows) {
        try (Producer<T> producer = job.producer(input)) {
            rows.forEach(producer::offer);
            engine.runUntilIdle();
        }
    }

    /// Results without the time that follows them.
    private List<List<Object>> timeless() {
        return results.rows.stream().map(row -> row.subList(0, row.size() - 1)).toList();
    }

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void valuesOfEveryTypeAreKept(TypeSample sample) throws InterruptedException {
        Schema schema = Schema.of(
                Field.of("id", DataType.INT64),
                Field.of("value", sample.type()),
                Field.nullable("maybe", sample.type()),
                Field.nullable("even", DataType.BOOL));
        Input<Void> lefts = pipeline.input("lefts", schema, Overload.BLOCK);
        Input<Void> rights = pipeline.input("rights", Schema.of(Field.of("id", DataType.INT64)), Overload.BLOCK);
        lefts.stream().join(rights.stream()).on("id").stream().to(results);
        Collected table = new Collected();
        rights.stream().join(lefts.stream()).on("id").latest().stream().to(table);
        start(TIGHT);
        List<List<Object>> rows = new ArrayList<>();
        try (Producer<Void> producer = job.producer(lefts)) {
            for (long i = 0; i < 200; i++) {
                List<Object> row = Arrays.asList(
                        i,
                        sample.value((int) i),
                        i % 3 == 0 ? null : sample.value((int) i + 1),
                        i % 5 == 0 ? null : (Object) (i % 2 == 0));
                rows.add(row);
                RowWriter writer = producer.row();
                for (int column = 0; column < row.size(); column++) {
                    TypeSample.write(writer, column, row.get(column));
                }
                assertEquals(Offer.ACCEPTED, writer.commit());
            }
            engine.runUntilIdle();
        }
        restart();
        assertEquals(400, job.counters().rowsKept());
        try (Producer<Void> producer = job.producer(rights)) {
            for (long i = 0; i < 200; i++) {
                RowWriter writer = producer.row();
                TypeSample.write(writer, 0, i);
                assertEquals(Offer.ACCEPTED, writer.commit());
            }
        }
        end();
        assertEquals(rows, results.rows);
        assertEquals(rows, table.rows);
    }

    @Test
    void listsAreKept() throws InterruptedException {
        Input<Order> orders = orders();
        Input<Price> prices = prices();
        DataStream lists = orders.stream()
                .keyBy("symbol")
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(
                        collectList("quantity").as("quantities"),
                        collectList("symbol").as("symbols"));
        lists.join(prices.stream())
                .on("symbol")
                .select(col("quantities"), col("symbols"), col("price"))
                .to(results);
        start(Engines.SMALL);
        feed(orders, List.of(new Order(1, "a", 1), new Order(2, "a", 2), new Order(3, "b", 3), new Order(20, "c", 4)));
        restart();
        feed(prices, List.of(new Price(1, "b", 7, null), new Price(2, "a", 8, null)));
        end();
        assertEquals(
                List.of(List.of(List.of(3L), List.of("b"), 7L), List.of(List.of(1L, 2L), List.of("a", "a"), 8L)),
                timeless());
    }

    /// More rows than go into one batch of a table, and texts of more bytes.
    @Test
    void rowsOfAKeyComeBackInTheirOrder() throws InterruptedException {
        Input<Order> orders = orders();
        Input<Price> prices = prices();
        prices.stream()
                .join(orders.stream())
                .on("symbol")
                .select(col("symbol"), col("price"), col("note"))
                .to(results);
        start(Engines.SMALL);
        List<Price> kept = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            kept.add(new Price(1, "s" + i % 97, i, "x".repeat(i % 31 * 20)));
        }
        feed(prices, kept);
        restart();
        restart();
        feed(orders, List.of(new Order(1, "s7", 1), new Order(1, "s96", 1)));
        List<List<Object>> expected = new ArrayList<>();
        for (String symbol : List.of("s7", "s96")) {
            kept.stream()
                    .filter(row -> row.symbol().equals(symbol))
                    .forEach(row -> expected.add(List.of(symbol, row.price(), row.note())));
        }
        assertEquals(expected, timeless());
        end();
    }

    @Test
    void theLatestRowsOfATableAreThere() throws InterruptedException {
        Input<Order> orders = orders();
        Input<Price> prices = prices();
        orders.stream()
                .leftJoin(prices.stream())
                .on("symbol")
                .nullsEqual()
                .latest()
                .select(col("symbol"), col("quantity"), col("price"), col("note"))
                .to(results);
        start(Engines.SMALL);
        feed(
                prices,
                List.of(
                        new Price(1, "a", 1, "a note of more than eight bytes"),
                        new Price(2, "b", 2, null),
                        new Price(3, null, 3, "of none"),
                        new Price(4, "b", 4, "later")));
        restart();
        assertEquals(3, job.counters().rowsKept());
        feed(prices, List.of(new Price(9, "c", 5, "new")));
        restart();
        feed(
                orders,
                List.of(
                        new Order(1, "a", 1),
                        new Order(2, "b", 2),
                        new Order(3, null, 3),
                        new Order(4, "c", 4),
                        new Order(5, "d", 5)));
        assertEquals(
                List.of(
                        List.of("a", 1L, 1L, "a note of more than eight bytes"),
                        List.of("b", 2L, 4L, "later"),
                        Arrays.asList(null, 3L, 3L, "of none"),
                        List.of("c", 4L, 5L, "new"),
                        Arrays.asList("d", 5L, null, null)),
                timeless());
        end();
    }

    @Test
    void aTableWithoutKeysIsOneRow() throws InterruptedException {
        Input<Order> orders = orders();
        Input<Price> prices = prices();
        orders.stream()
                .leftJoin(prices.stream())
                .latest()
                .select(col("quantity"), col("price"))
                .to(results);
        start(Engines.SMALL);
        restart();
        feed(orders, List.of(new Order(1, "a", 1)));
        feed(prices, List.of(new Price(1, "a", 6, null), new Price(2, "b", 7, null)));
        restart();
        feed(orders, List.of(new Order(1, "a", 2)));
        assertEquals(List.of(Arrays.asList(1L, null), List.of(2L, 7L)), timeless());
        end();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 64})
    void theRowOfTheTimeOfTheLeftRowCounts(int together) throws InterruptedException {
        long disorder = 8;
        Input<Order> orders = pipeline.input("orders", Order.class, Watermark.bounded(Duration.ofSeconds(disorder)));
        Input<Price> prices = pipeline.input("prices", Price.class, Watermark.bounded(Duration.ofSeconds(disorder)));
        orders.stream()
                .leftJoin(prices.stream())
                .on("symbol")
                .asOf()
                .select(col("quantity"), col("price"))
                .to(results);
        Random random = new Random(together);
        List<Order> lefts = new ArrayList<>();
        List<Price> rights = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            lefts.add(new Order(i / 5 + random.nextLong(disorder), "s" + random.nextInt(20), i));
            rights.add(new Price(i / 5 + random.nextLong(disorder), "s" + random.nextInt(20), i, null));
        }
        start(Engines.SMALL);
        Producer<Order> order = job.producer(orders);
        Producer<Price> price = job.producer(prices);
        for (int i = 0; i < lefts.size(); i++) {
            if (i % 50 == 0) {
                order.close();
                price.close();
                restart();
                order = job.producer(orders);
                price = job.producer(prices);
            }
            order.offer(lefts.get(i));
            price.offer(rights.get(i));
            if (i % together == 0) {
                engine.runUntilIdle();
            }
        }
        order.close();
        price.close();
        assertEquals(0, job.counters().lateRows());
        end();
        assertEquals(
                lefts.stream()
                        .map(left -> Arrays.asList((Object) left.quantity(), priceAt(left, rights))
                                .toString())
                        .sorted()
                        .toList(),
                timeless().stream().map(List::toString).sorted().toList());
    }

    /// Null if there was none.
    private static Long priceAt(Order order, List<Price> prices) {
        Price found = null;
        for (Price price : prices) {
            boolean mine = price.symbol().equals(order.symbol()) && price.time() <= order.time();
            found = mine && (found == null || price.time() >= found.time()) ? price : found;
        }
        return found == null ? null : (Long) found.price();
    }

    @Test
    void theSlowestStreamOfAUnionStillHoldsTimeBack() throws InterruptedException {
        Input<Order> east = orders();
        Input<Order> west = pipeline.input("west", Order.class, Watermark.bounded(Duration.ZERO));
        east.stream()
                .union(west.stream())
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("n"))
                .to(results);
        start(Engines.SMALL);
        Producer<Order> eastern = job.producer(east);
        Producer<Order> western = job.producer(west);
        eastern.offer(new Order(25, "a", 1));
        western.offer(new Order(3, "a", 1));
        engine.runUntilIdle();
        assertEquals(List.of(), results.rows);
        eastern.close();
        western.close();
        restart();
        eastern = job.producer(east);
        western = job.producer(west);
        eastern.offer(new Order(27, "a", 1));
        western.offer(new Order(4, "a", 1));
        engine.runUntilIdle();
        assertEquals(List.of(), results.rows);
        // The other stream has come far: nobody has to say so again.
        western.offer(new Order(12, "a", 1));
        engine.runUntilIdle();
        assertEquals(List.of(List.of(0L, 10L, 2L)), results.rows);
        eastern.close();
        western.close();
        end();
        assertEquals(List.of(List.of(0L, 10L, 2L), List.of(10L, 20L, 1L), List.of(20L, 30L, 2L)), results.rows);
    }

    /// It is not part of a checkpoint.
    @Test
    void aTableThatIsGivenIsLoadedAnew() throws InterruptedException {
        Input<Order> orders = orders();
        List<Price> given = new ArrayList<>(List.of(new Price(0, "a", 1, "old")));
        orders.stream()
                .leftJoin(pipeline.table("prices", Price.class, () -> given))
                .on("symbol")
                .select(col("quantity"), col("price"))
                .to(results);
        start(Engines.SMALL);
        feed(orders, List.of(new Order(1, "a", 1)));
        given.set(0, new Price(0, "a", 2, "new"));
        feed(orders, List.of(new Order(2, "a", 2)));
        restart();
        feed(orders, List.of(new Order(3, "a", 3)));
        assertEquals(List.of(List.of(1L, 1L), List.of(2L, 1L), List.of(3L, 2L)), timeless());
        end();
    }

    @Test
    void aStreamThatSeveralStepsReadGoesOnInAllOfThem() throws InterruptedException {
        Input<Order> orders = orders();
        DataStream stream = orders.stream();
        stream.join(stream).on("symbol").between(Duration.ofSeconds(5), Duration.ZERO).stream()
                .to(results);
        Collected windows = new Collected();
        stream.window(Window.session(Duration.ofSeconds(5)))
                .aggregate(count().as("n"))
                .to(windows);
        start(Engines.SMALL);
        feed(orders, List.of(new Order(1, "a", 1), new Order(2, "b", 2)));
        assertEquals(2, results.rows.size());
        restart();
        feed(orders, List.of(new Order(4, "a", 3), new Order(5, "b", 4), new Order(20, "a", 5)));
        end();
        assertEquals(7, results.rows.size());
        assertEquals(List.of(4L, 1L), windows.column("n"));
    }

    @Test
    void otherConditionsAreRefused() throws InterruptedException {
        DataStream orders = orders().stream();
        DataStream prices = prices().stream();
        orders
                .join(prices)
                .on("symbol")
                .between(Duration.ZERO, Duration.ofSeconds(5))
                .where(col("price").gt(3))
                .stream()
                .to(results);
        start(Engines.SMALL);
        job.checkpoint();
        die();
        assertRefused(joined -> joined.on("symbol").between(Duration.ZERO, Duration.ofSeconds(5)));
        assertRefused(joined -> joined.on("symbol")
                .between(Duration.ZERO, Duration.ofSeconds(5))
                .where(col("price").gt(4)));
        assertRefused(joined -> joined.on("symbol")
                .between(Duration.ZERO, Duration.ofSeconds(6))
                .where(col("price").gt(3)));
        assertRefused(joined -> joined.onEqual("symbol", "symbol")
                .onEqual("quantity", "price")
                .between(Duration.ZERO, Duration.ofSeconds(5)));
        assertRefused(joined -> joined.on("symbol").latest());
    }

    private void assertRefused(UnaryOperator<JoinedStream> terms) {
        Pipeline other = Pipeline.create();
        DataStream orders = other.input("orders", Order.class, Watermark.bounded(Duration.ZERO)).stream();
        DataStream prices = other.input("prices", Price.class, Watermark.bounded(Duration.ZERO)).stream();
        terms.apply(orders.join(prices)).stream().to(new Collected());
        MullionException refused = assertThrows(MullionException.class, () -> engine.restore(other, config()));
        assertEquals(MullionException.Reason.CHECKPOINT, refused.reason());
        assertTrue(
                refused.getMessage().contains("join: conditions are others: saved=inner join on symbol = symbol"),
                refused::getMessage);
    }
}
