package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Joins of a stream and a table that is a stream itself, with one worker and with several.
@ParameterizedClass
@ValueSource(ints = {1, 2, 3})
@Tag("checked")
class TableJoinTest {
    record Order(@EventTime(TimeUnit.SECONDS) long time, String symbol, long quantity) {}

    record Price(@EventTime(TimeUnit.SECONDS) long time, String symbol, long price) {}

    private static final long DISORDER = 8;

    @Parameter
    int workers;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Order> orders =
            pipeline.input("orders", Order.class, Watermark.bounded(Duration.ofSeconds(DISORDER)));
    private final Input<Price> prices =
            pipeline.input("prices", Price.class, Watermark.bounded(Duration.ofSeconds(DISORDER)));
    private final Collected results = new Collected();

    private JobConfig config() {
        return JobConfig.defaults().withWorkers(workers);
    }

    private JoinedStream priced() {
        return orders.stream().leftJoin(prices.stream()).on("symbol");
    }

    @Test
    void theRowThatCameLastCounts() throws InterruptedException {
        Collected windows = new Collected();
        DataStream priced = priced().latest().select(col("symbol"), col("quantity"), col("price"));
        priced.to(results);
        priced.window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count("price").as("n"))
                .to(windows);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Order> order = job.producer(orders);
                Producer<Price> price = job.producer(prices)) {
            price.offer(new Price(100, "a", 1));
            price.offer(new Price(50, "b", 2));
            engine.runUntilIdle();
            order.offer(new Order(1, "a", 10));
            order.offer(new Order(2, "c", 20));
            order.offer(new Order(2, null, 30));
            engine.runUntilIdle();
            price.offer(new Price(99, "a", 3));
            price.offer(new Price(98, "a", 4));
            engine.runUntilIdle();
            assertEquals(2, job.counters().rowsKept());
            order.offer(new Order(30, "a", 40));
            engine.runUntilIdle();
            assertEquals(List.of(Arrays.asList(0L, 10L, 1L)), windows.rows);
        }
        job.drain();
        job.await();
        assertEquals(
                List.of(
                        Arrays.asList("a", 10L, 1L, 1L),
                        Arrays.asList("c", 20L, null, 2L),
                        Arrays.asList(null, 30L, null, 2L),
                        Arrays.asList("a", 40L, 4L, 30L)),
                results.rows.stream()
                        .sorted((a, b) -> ((Long) a.get(1)).compareTo((Long) b.get(1)))
                        .toList());
        assertEquals(0, job.counters().rowsKept());
    }

    record Limit(@EventTime(TimeUnit.SECONDS) long at, long number, Integer limit) {}

    record Asked(@EventTime(TimeUnit.SECONDS) long time, long number) {}

    @Test
    void aNullThatCameLastCountsAsWell() throws InterruptedException {
        Input<Asked> asked = pipeline.input("asked", Asked.class, Watermark.bounded(Duration.ZERO));
        Input<Limit> limits = pipeline.input("limits", Limit.class, Watermark.bounded(Duration.ZERO));
        asked.stream().join(limits.stream()).on("number").latest().stream().to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Asked> left = job.producer(asked);
                Producer<Limit> right = job.producer(limits)) {
            right.offer(new Limit(1, 7, 3));
            right.offer(new Limit(2, 7, null));
            engine.runUntilIdle();
            left.offer(new Asked(1, 7));
            engine.runUntilIdle();
            right.offer(new Limit(3, 7, null));
            right.offer(new Limit(4, 7, 5));
            engine.runUntilIdle();
            left.offer(new Asked(2, 7));
        }
        job.drain();
        job.await();
        assertEquals(Arrays.asList(null, 5L), results.column("limit"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 64, 500})
    void theRowOfTheTimeOfTheLeftRowCounts(int together) throws InterruptedException {
        Random random = new Random(together);
        List<Order> lefts = new ArrayList<>();
        List<Price> rights = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            lefts.add(new Order(i / 5 + random.nextLong(DISORDER), "s" + random.nextInt(20), i));
            rights.add(new Price(i / 5 + random.nextLong(DISORDER), "s" + random.nextInt(20), i));
        }
        priced().asOf().stream().to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        long mostKept = 0;
        try (Producer<Order> order = job.producer(orders);
                Producer<Price> price = job.producer(prices)) {
            for (int i = 0; i < lefts.size(); i++) {
                order.offer(lefts.get(i));
                price.offer(rights.get(i));
                if (i % together == 0) {
                    engine.runUntilIdle();
                    mostKept = Math.max(mostKept, job.counters().rowsKept());
                }
            }
            engine.runUntilIdle();
            assertTrue(results.rows.size() > 900, "answered before the end");
        }
        job.drain();
        job.await();
        List<String> expected = lefts.stream()
                .map(left -> {
                    Price found = null;
                    for (Price right : rights) {
                        boolean mine = right.symbol().equals(left.symbol()) && right.time() <= left.time();
                        found = mine && (found == null || right.time() >= found.time()) ? right : found;
                    }
                    return Arrays.asList(
                                    left.time(),
                                    left.symbol(),
                                    left.quantity(),
                                    found == null ? null : found.time(),
                                    found == null ? null : found.price())
                            .toString();
                })
                .sorted()
                .toList();
        assertEquals(
                expected, results.rows.stream().map(List::toString).sorted().toList());
        assertEquals(0, job.counters().lateRows());
        assertEquals(0, job.counters().rowsKept());
        long bound = 400 + 2L * together;
        long most = mostKept;
        assertTrue(most <= bound, () -> "rows kept: " + most);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertRefused(
                "join: the rows of a table do not come out by themselves: FULL",
                orders.stream().fullJoin(prices.stream()).on("symbol").latest());
        assertRefused(
                "join: a table is asked for one row",
                priced().between(Duration.ZERO, Duration.ZERO).asOf());
        assertRefused(
                "join: what meets a row of a table has the time of the left side",
                orders.stream().join(prices.stream()).on("symbol").timeOfRight().latest());
    }

    private static void assertRefused(String message, JoinedStream joined) {
        MullionException refusal = assertThrows(MullionException.class, joined::stream);
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    }
}
