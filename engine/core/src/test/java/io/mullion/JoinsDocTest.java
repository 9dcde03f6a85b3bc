package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The code of `engine/docs/semantics.md`: the page shows what is compiled and run here.
class JoinsDocTest {
    private static final Path PAGE = Path.of("../docs/semantics.md");
    private static final Path SOURCE = Path.of("src/test/java/io/mullion/JoinsDocTest.java");
    private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

    record Order(@EventTime(TimeUnit.SECONDS) long time, long order, long amount) {}

    record Payment(@EventTime(TimeUnit.SECONDS) long time, long order, long paid) {}

    record Visit(@EventTime(TimeUnit.SECONDS) long time, String page, String user) {}

    record View(@EventTime(TimeUnit.SECONDS) long time, String country, String page) {}

    record Trade(@EventTime(TimeUnit.SECONDS) long time, String symbol, long quantity) {}

    record Price(@EventTime(TimeUnit.SECONDS) long time, String symbol, long price) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Collected results = new Collected();

    private <T> Input<T> input(String name, Class<T> type) {
        return pipeline.input(name, type, Watermark.bounded(Duration.ofSeconds(10)));
    }

    private <L, R> void run(Input<L> left, List<L> lefts, Input<R> right, List<R> rights) throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<L> toLeft = job.producer(left);
                Producer<R> toRight = job.producer(right)) {
            rights.forEach(toRight::offer);
            lefts.forEach(toLeft::offer);
        }
        job.drain();
        job.await();
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        String source = Files.readString(SOURCE).replaceAll("\\s+", "");
        Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
        int count = 0;
        while (blocks.find()) {
            String block = blocks.group(1);
            assertTrue(source.contains(block.replaceAll("\\s+", "")), () -> "not compiled here: " + block);
            count++;
        }
        assertEquals(6, count);
    }

    @Test
    void ordersAndTheirPayments() throws InterruptedException {
        Input<Order> ordered = input("orders", Order.class);
        Input<Payment> paid = input("payments", Payment.class);
        DataStream orders = ordered.stream();
        DataStream payments = paid.stream();
        DataStream settled = orders.leftJoin(payments)
                .on("order")
                .between(Duration.ofMinutes(1), Duration.ofHours(1))
                .where(col("paid").ge(col("amount")))
                .select(col("order"), col("amount"), col("paid"));
        settled.to(results);
        run(
                ordered,
                List.of(new Order(60, 1, 10), new Order(100, 2, 10)),
                paid,
                List.of(new Payment(120, 1, 10), new Payment(110, 2, 5)));
        assertEquals(List.of(Arrays.asList(1L, 10L, 10L, 60L), Arrays.asList(2L, 10L, null, 100L)), results.rows);
    }

    @Test
    void viewsAndClicksOfAMinute() throws InterruptedException {
        Input<Visit> viewed = input("views", Visit.class);
        Input<Visit> clicked = input("clicks", Visit.class);
        DataStream views = viewed.stream();
        DataStream clicks = clicked.stream();
        Window minute = Window.tumbling(Duration.ofMinutes(1));
        DataStream both = views
                .keyBy("page")
                .window(minute)
                .aggregate(count().as("views"))
                .fullJoin(clicks.keyBy("page").window(minute).aggregate(count().as("clicks")))
                .on("window_start", "window_end", "page")
                .between(Duration.ZERO, Duration.ZERO)
                .stream();
        both.to(results);
        run(
                viewed,
                List.of(new Visit(1, "a", "x"), new Visit(2, "a", "y"), new Visit(61, "a", "y")),
                clicked,
                List.of(new Visit(3, "a", "x")));
        assertEquals(
                List.of(Arrays.asList(0L, 60L, "a", 2L, 1L), Arrays.asList(60L, 120L, "a", 1L, null)), results.rows);
    }

    @Test
    void tradesAtThePriceOfTheirTime() throws InterruptedException {
        Input<Trade> traded = input("trades", Trade.class);
        Input<Price> priceChanges = input("prices", Price.class);
        DataStream trades = traded.stream();
        DataStream prices = priceChanges.stream();
        DataStream priced = trades.join(prices)
                .on("symbol")
                .asOf()
                .select(col("symbol"), col("quantity").times(col("price")).as("value"));
        priced.to(results);
        run(
                traded,
                List.of(new Trade(5, "a", 2)),
                priceChanges,
                List.of(new Price(1, "a", 10), new Price(5, "a", 11), new Price(6, "a", 12)));
        assertEquals(List.of(22L), results.column("value"));
    }

    @Test
    void thePagesOfEachCountryThatAreSeenMost() throws InterruptedException {
        Input<View> viewed = input("views", View.class);
        Input<View> others = input("others", View.class);
        DataStream views = viewed.stream().union(others.stream());
        DataStream top = views.keyBy("country", "page")
                .window(Window.tumbling(Duration.ofMinutes(1)))
                .aggregate(count().as("views"))
                .keyBy("country")
                .topOfWindow(2, "views");
        top.to(results);
        run(
                viewed,
                List.of(new View(1, "at", "a"), new View(1, "at", "a"), new View(2, "at", "b"), new View(2, "at", "c")),
                others,
                List.of(new View(3, "ch", "d"), new View(4, "at", "a"), new View(4, "at", "b")));
        assertEquals(List.of("a", "b", "d"), results.column("page"));
        assertEquals(List.of(3L, 2L, 1L), results.column("views"));
    }

    record Sale(@EventTime(TimeUnit.SECONDS) long time, long product, long quantity) {}

    record Product(long product, String name) {}

    @Test
    void salesAndWhatWasSold() throws InterruptedException {
        List<Product> database = List.of(new Product(1, "pen"), new Product(3, "ink"));
        Input<Sale> sold = input("sales", Sale.class);
        Input<Sale> others = input("others", Sale.class);
        DataStream sales = sold.stream().union(others.stream());
        Table products =
                pipeline.table("products", Product.class, () -> database).reloadedEvery(Duration.ofMinutes(5));
        DataStream named = sales.leftJoin(products).on("product").select(col("name"), col("quantity"));
        named.to(results);
        run(sold, List.of(new Sale(5, 1, 10), new Sale(6, 2, 20)), others, List.of(new Sale(5, 3, 30)));
        assertEquals(
                List.of("[ink, 30, 5]", "[null, 20, 6]", "[pen, 10, 5]"),
                results.rows.stream().map(List::toString).sorted().toList());
    }

    @Test
    void clicksCountedOnce() throws InterruptedException {
        Input<Visit> clicked = input("clicks", Visit.class);
        DataStream clicks = clicked.stream();
        DataStream once = clicks.dropDuplicatesWithin(Duration.ofMinutes(10), "page", "user");
        once.to(results);
        Input<Visit> other = input("other", Visit.class);
        other.stream().to(new Collected());
        run(
                clicked,
                List.of(new Visit(1, "a", "x"), new Visit(600, "a", "x"), new Visit(601, "a", "x")),
                other,
                List.of());
        assertEquals(List.of(1L, 601L), results.column("time"));
    }
}
