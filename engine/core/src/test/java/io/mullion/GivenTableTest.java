package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lit;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.DeadLetter;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Joins of a stream and a table whose rows are given, and loaded anew.
@Tag("checked")
@Timeout(60)
class GivenTableTest {
    record Order(@EventTime(TimeUnit.SECONDS) long time, String symbol, long quantity) {}

    record Price(String symbol, long price, String name) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Order> orders = pipeline.input("orders", Order.class, Watermark.bounded(ofSeconds(0)));
    private final Collected results = new Collected();
    private final List<Price> given = new ArrayList<>();
    private final Table prices = pipeline.table("prices", Price.class, () -> given);

    private List<List<Object>> byQuantity() {
        return results.rows.stream()
                .sorted((a, b) -> ((Long) a.get(1)).compareTo((Long) b.get(1)))
                .toList();
    }

    @Test
    void rowsMeetWhatTheTableHasWhenTheyCome() throws InterruptedException {
        Collected windows = new Collected();
        DataStream priced = orders.stream()
                .leftJoin(prices)
                .on("symbol")
                .select(col("symbol"), col("quantity"), col("price"), col("name"));
        priced.to(results);
        priced.window(Window.tumbling(ofSeconds(10)))
                .aggregate(count("price").as("n"))
                .to(windows);
        given.addAll(List.of(new Price("a", 1, "one"), new Price("b", 2, null), new Price("b", 3, "three")));
        given.add(new Price(null, 9, "nobody"));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Order> feed = job.producer(orders)) {
            feed.offer(new Order(1, "a", 1));
            feed.offer(new Order(2, "b", 2));
            feed.offer(new Order(3, "c", 3));
            feed.offer(new Order(4, null, 4));
            engine.runUntilIdle();
            assertEquals(3, job.counters().rowsKept(), "a null meets nothing, and is not kept");
            given.clear();
            given.addAll(List.of(new Price("a", 7, "seven"), new Price("c", 8, "eight")));
            feed.offer(new Order(5, "a", 5));
            engine.runUntilIdle();
            job.load(prices);
            feed.offer(new Order(15, "a", 6));
            feed.offer(new Order(15, "b", 7));
            feed.offer(new Order(15, "c", 8));
            engine.runUntilIdle();
            assertEquals(2, job.counters().rowsKept());
            assertEquals(List.of(Arrays.asList(0L, 10L, 4L)), windows.rows);
        }
        job.drain();
        job.await();
        assertEquals(
                List.of(
                        Arrays.asList("a", 1L, 1L, "one", 1L),
                        Arrays.asList("b", 2L, 2L, null, 2L),
                        Arrays.asList("b", 2L, 3L, "three", 2L),
                        Arrays.asList("c", 3L, null, null, 3L),
                        Arrays.asList(null, 4L, null, null, 4L),
                        Arrays.asList("a", 5L, 1L, "one", 5L),
                        Arrays.asList("a", 6L, 7L, "seven", 15L),
                        Arrays.asList("b", 7L, null, null, 15L),
                        Arrays.asList("c", 8L, 8L, "eight", 15L)),
                byQuantity());
        assertEquals(0, job.counters().rowsKept());
    }

    @Test
    void rowsThatMeetSomeOrNoneComeOnce() throws InterruptedException {
        Collected none = new Collected();
        Collected cheap = new Collected();
        orders.stream().semiJoin(prices).on("symbol").stream().to(results);
        orders.stream().antiJoin(prices).on("symbol").stream().to(none);
        orders.stream()
                .join(prices)
                .onEqual("symbol", "symbol")
                .where(col("price").lt(col("quantity")))
                .stream()
                .to(cheap);
        given.addAll(List.of(new Price("a", 1, "x"), new Price("a", 2, "y"), new Price("b", 5, "z")));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Order> feed = job.producer(orders)) {
            feed.offer(new Order(1, "a", 2));
            feed.offer(new Order(2, "c", 3));
            feed.offer(new Order(3, "b", 4));
        }
        job.drain();
        job.await();
        assertEquals(List.of("a", "b"), results.column("symbol"));
        assertEquals(List.of("c"), none.column("symbol"));
        assertEquals(List.of(Arrays.asList(1L, "a", 2L, "a", 1L, "x")), cheap.rows);
    }

    @Test
    void aTableIsLoadedAnewByTheClock() throws InterruptedException {
        AtomicInteger loads = new AtomicInteger();
        Table clocked = pipeline.table("clocked", Price.class, () -> {
                    int load = loads.incrementAndGet();
                    return List.of(new Price("a", load, "load " + load));
                })
                .reloadedEvery(ofSeconds(10));
        orders.stream().join(clocked).on("symbol").select(col("price")).to(results);
        orders.stream().semiJoin(clocked).on("symbol").stream().to(new Collected());
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Order> feed = job.producer(orders)) {
            for (int second = 0; second <= 30; second += 5) {
                engine.advanceTo(ofSeconds(second));
                feed.offer(new Order(second, "a", second));
            }
        }
        job.drain();
        job.await();
        assertEquals(List.of(1L, 1L, 2L, 2L, 3L, 3L, 4L), results.column("price"));
        assertEquals(4, loads.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void manyRowsAndLoadsAreAsANaiveJoinHasThem(int workers) throws InterruptedException {
        orders.stream()
                .join(prices)
                .on("symbol")
                .select(col("quantity"), col("price"), col("name"))
                .to(results);
        Random random = new Random(workers);
        List<String> expected = new ArrayList<>();
        TestEngine engine = engines.test();
        fill(random);
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        List<Producer<Order>> feeds =
                IntStream.range(0, workers).mapToObj(_ -> job.producer(orders)).toList();
        for (int i = 0; i < 1_500; i++) {
            Order order = new Order(i / 10, "s" + random.nextInt(400), i);
            feeds.get(i % workers).offer(order);
            given.stream()
                    .filter(price -> price.symbol().equals(order.symbol()))
                    .forEach(price ->
                            expected.add(Arrays.asList(order.quantity(), price.price(), price.name(), order.time())
                                    .toString()));
            if (i % 250 == 249) {
                engine.runUntilIdle();
                fill(random);
                job.load(prices);
                if (i % 500 == 499) {
                    // Nobody has taken the one before.
                    fill(random);
                    job.load(prices);
                }
            }
        }
        feeds.forEach(Producer::close);
        job.drain();
        job.await();
        assertEquals(
                expected.stream().sorted().toList(),
                results.rows.stream().map(List::toString).sorted().toList());
    }

    private void fill(Random random) {
        given.clear();
        for (int i = random.nextInt(600); i > 0; i--) {
            given.add(new Price("s" + random.nextInt(400), random.nextLong(), "x".repeat(random.nextInt(40))));
        }
    }

    @Test
    void aTableOfVectors() throws InterruptedException {
        Schema columns = Schema.of(Field.nullable("symbol", DataType.UTF8), Field.of("price", DataType.INT64));
        Map<String, Long> rows = new HashMap<>(Map.of("a", 1L));
        Table vectors = pipeline.table("vectors", columns, into -> {
            try (BufferAllocator allocator = new RootAllocator();
                    VarCharVector symbol = new VarCharVector("symbol", allocator);
                    BigIntVector price = new BigIntVector("price", allocator)) {
                int row = 0;
                for (Map.Entry<String, Long> entry : rows.entrySet()) {
                    symbol.setSafe(row, new Text(entry.getKey()));
                    price.setSafe(row, entry.getValue());
                    row++;
                }
                VectorSchemaRoot root = new VectorSchemaRoot(List.of(symbol, price));
                root.setRowCount(row);
                into.accept(root);
                into.accept(root);
            }
        });
        orders.stream()
                .leftJoin(vectors)
                .on("symbol")
                .select(col("symbol"), col("price"))
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Order> feed = job.producer(orders)) {
            feed.offer(new Order(1, "a", 2));
            engine.runUntilIdle();
            rows.clear();
            rows.put("b", 2L);
            job.load(vectors);
            feed.offer(new Order(2, "a", 2));
            feed.offer(new Order(3, "b", 2));
        }
        job.drain();
        job.await();
        assertEquals(
                List.of(
                        Arrays.asList("a", 1L, 1L),
                        Arrays.asList("a", 1L, 1L),
                        Arrays.asList("a", null, 2L),
                        Arrays.asList("b", 2L, 3L),
                        Arrays.asList("b", 2L, 3L)),
                results.rows.stream()
                        .sorted((a, b) -> ((Long) a.get(2)).compareTo((Long) b.get(2)))
                        .toList());
    }

    @Test
    void aLoadThatFailsLeavesTheTableAsItWas() throws InterruptedException {
        List<Callable<List<Price>>> loads = new ArrayList<>(List.of(
                () -> List.of(new Price("a", 1, "x")),
                () -> {
                    throw new IOException("no connection");
                },
                () -> List.of(new Price("a", 2, "x"), new Price("b", 3, "y".repeat(2_000)))));
        Table failing =
                pipeline.table("failing", Price.class, () -> loads.removeFirst().call());
        orders.stream().join(failing).on("symbol").select(col("price")).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Order> feed = job.producer(orders)) {
            MullionException failure = assertThrows(MullionException.class, () -> job.load(failing));
            assertEquals(MullionException.Reason.SOURCE, failure.reason());
            assertEquals("table failed to load: failing: java.io.IOException: no connection", failure.getMessage());
            MullionException tooLarge = assertThrows(MullionException.class, () -> job.load(failing));
            assertEquals(MullionException.Reason.BAD_ROW, tooLarge.reason());
            assertTrue(
                    tooLarge.getMessage()
                            .startsWith("table failing: a row is too large for a batch: batchDataBytes=1024"),
                    tooLarge.getMessage());
            feed.offer(new Order(1, "a", 2));
            feed.offer(new Order(1, "b", 2));
        }
        job.drain();
        job.await();
        assertEquals(List.of(1L), results.column("price"));
        MullionException ended = assertThrows(MullionException.class, () -> job.load(failing));
        assertEquals("the job has ended: table=failing", ended.getMessage());
    }

    @Test
    void aJobWhoseTableCannotBeLoadedDoesNotStart() {
        Table missing = pipeline.table("missing", Price.class, () -> {
            throw new IOException("no such file");
        });
        orders.stream().join(missing).on("symbol").stream().to(results);
        TestEngine engine = engines.test();
        MullionException failure = assertThrows(MullionException.class, () -> engine.run(pipeline));
        assertEquals("table failed to load: missing: java.io.IOException: no such file", failure.getMessage());
    }

    @Test
    void aTableThatOutgrowsTheBudgetIsNotTaken() throws InterruptedException {
        orders.stream().join(prices).on("symbol").select(col("price")).to(results);
        given.add(new Price("a", 1, "x"));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Order> feed = job.producer(orders)) {
            for (int i = 0; i < 500_000; i++) {
                given.add(new Price(
                        "s" + i, i, "a name that is long enough to count for something in the budget, twice"));
            }
            MullionException refused = assertThrows(MullionException.class, () -> job.load(prices));
            assertEquals(MullionException.Reason.OUT_OF_MEMORY, refused.reason());
            assertTrue(refused.getMessage().contains("table prices"), refused.getMessage());
            feed.offer(new Order(1, "a", 2));
        }
        job.drain();
        job.await();
        assertEquals(List.of(1L), results.column("price"));
    }

    @Test
    void loadsGoOnBesideTheJob() throws InterruptedException {
        orders.stream()
                .join(prices)
                .on("symbol")
                .select(col("price"), col("name"))
                .to(results);
        given.add(new Price("a", 0, "0"));
        Engine engine = engines.start();
        Job job = engine.run(pipeline);
        int loads = 200;
        Thread loader = Thread.ofPlatform().start(() -> {
            for (int load = 1; load <= loads; load++) {
                given.clear();
                for (int i = 0; i < 100; i++) {
                    given.add(new Price("a", load, "" + i));
                }
                job.load(prices);
            }
        });
        try (Producer<Order> feed = job.producer(orders)) {
            for (int i = 0; loader.isAlive() || i < 2_000; i++) {
                feed.offer(new Order(i, "a", i));
            }
            loader.join();
            feed.offer(new Order(Integer.MAX_VALUE, "a", -1));
        }
        job.drain();
        job.await();
        Map<Object, List<Object>> loadsByTime = new HashMap<>();
        results.rows.forEach(row ->
                loadsByTime.computeIfAbsent(row.get(2), _ -> new ArrayList<>()).add(row.get(0)));
        loadsByTime.forEach((time, seen) -> assertEquals(
                seen.getFirst().equals(0L) ? 1 : 100,
                seen.stream().filter(seen.getFirst()::equals).count(),
                () -> "one whole load is met, at " + time + ": " + seen));
        assertTrue(loadsByTime.values().stream()
                .allMatch(seen -> seen.stream().distinct().count() == 1));
    }

    @Test
    void aLoaderThatFailsByTheClockFailsTheJobAndOneThatWaitsDoesNotHoldItsEnd() throws InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        Table slow = pipeline.table("slow", Price.class, () -> {
                    if (loads.incrementAndGet() > 1) {
                        waits.countDown();
                        new CountDownLatch(1).await();
                    }
                    return List.<Price>of();
                })
                .reloadedEvery(ofMillis(1));
        orders.stream().join(slow).on("symbol").stream().to(results);
        Engine engine = engines.start();
        Job waiting = engine.run(pipeline);
        waits.await();
        waiting.stop();
        waiting.await();

        Pipeline other = Pipeline.create();
        Input<Order> input = other.input("orders", Order.class, Watermark.bounded(ofSeconds(0)));
        AtomicInteger times = new AtomicInteger();
        Table failing = other.table("failing", Price.class, () -> {
                    if (times.incrementAndGet() > 1) {
                        throw new IOException("gone");
                    }
                    return List.<Price>of();
                })
                .reloadedEvery(ofMillis(1));
        input.stream().join(failing).on("symbol").stream().to(new Collected());
        Job job = engine.run(other);
        MullionException failure = assertThrows(MullionException.class, job::await);
        assertEquals("table failed to load: failing: java.io.IOException: gone", failure.getMessage());
        assertEquals(JobState.FAILED, job.state());
    }

    /// The predicate on the right side is asked on the thread that loads, its dead letters come with the rows.
    @Test
    void aRowOfTheTableThatCannotBeJudgedIsADeadLetter() throws InterruptedException {
        List<DeadLetter> letters = new ArrayList<>();
        pipeline.deadLetters(letters::add);
        orders.stream()
                .join(prices)
                .on("symbol")
                .where(lit(10L).dividedBy(col("price")).gt(1))
                .stream()
                .to(results);
        given.addAll(List.of(new Price("a", 0, "x"), new Price("a", 2, "y"), new Price("a", 20, "z")));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Order> feed = job.producer(orders)) {
            feed.offer(new Order(1, "a", 1));
            engine.runUntilIdle();
            assertEquals(1, letters.size());
            assertTrue(
                    letters.getFirst().row().contains("price=0"),
                    letters.getFirst().row());
            job.load(prices);
            feed.offer(new Order(2, "a", 2));
        }
        job.drain();
        job.await();
        assertEquals(List.of("y", "y"), results.column("name"));
        assertEquals(2, job.counters().deadLetters());
    }

    @Test
    void whatCannotBeIsRefused() {
        assertRefused(
                "join: columns that are equal are of one type: left quantity int64, right symbol utf8",
                orders.stream().join(prices).onEqual("quantity", "symbol"));
        assertRefused(
                "join: a table is asked for one row",
                orders.stream().join(prices).on("symbol").between(Duration.ZERO, null));
        assertRefused(
                "join: what meets a row of a table has the time of the left side",
                orders.stream().join(prices).on("symbol").timeOfRight());
        String asked = "join: a table that is given has no time: it is asked as it is";
        JoinedStream joined = orders.stream().join(prices).on("symbol");
        assertEquals(asked, assertThrows(MullionException.class, joined::latest).getMessage());
        assertEquals(asked, assertThrows(MullionException.class, joined::asOf).getMessage());
        assertEquals(
                "a table is loaded at a positive distance: every=PT0S",
                assertThrows(MullionException.class, () -> prices.reloadedEvery(Duration.ZERO))
                        .getMessage());
        Table elsewhere = Pipeline.create().table("elsewhere", Price.class, List::of);
        assertEquals(
                "join needs a table of the same pipeline: table=elsewhere",
                assertThrows(MullionException.class, () -> orders.stream().join(elsewhere))
                        .getMessage());
        orders.stream().to(results);
        Job job = engines.test().run(pipeline);
        assertEquals(
                "the job does not read this table: table=prices",
                assertThrows(MullionException.class, () -> job.load(prices)).getMessage());
        job.stop();
    }

    private static void assertRefused(String message, JoinedStream joined) {
        MullionException refusal = assertThrows(MullionException.class, joined::stream);
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    }
}
