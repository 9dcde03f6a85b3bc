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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Joins of two streams: who meets whom, what comes out by itself and when, what is refused.
@Tag("checked")
class JoinTest {
    record Order(@EventTime(TimeUnit.SECONDS) long time, String id, long amount) {}

    record Payment(@EventTime(TimeUnit.SECONDS) long time, String id, long paid, String by) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Order> orders = pipeline.input("orders", Order.class, Watermark.explicit());
    private final Input<Payment> payments = pipeline.input("payments", Payment.class, Watermark.explicit());
    private final Collected results = new Collected();
    private TestEngine engine;
    private Job job;
    private Producer<Order> left;
    private Producer<Payment> right;

    private void run(DataStream joined) {
        joined.to(results);
        engine = engines.test();
        job = engine.run(pipeline);
        left = job.producer(orders);
        right = job.producer(payments);
    }

    private void order(long time, String id, long amount) {
        left.offer(new Order(time, id, amount));
        engine.runUntilIdle();
    }

    private void payment(long time, String id, long paid) {
        right.offer(new Payment(time, id, paid, "a name that is longer than eight bytes"));
        engine.runUntilIdle();
    }

    private void time(long seconds) {
        left.watermark(seconds);
        right.watermark(seconds);
        engine.runUntilIdle();
    }

    private void end() throws InterruptedException {
        left.close();
        right.close();
        job.drain();
        job.await();
        assertEquals(0, job.counters().rowsKept(), "rows kept at the end");
    }

    /// In any order.
    private void assertResults(List<?>... rows) {
        Comparator<List<?>> byText = Comparator.comparing(List::toString);
        assertEquals(
                Arrays.stream(rows).sorted(byText).toList(),
                results.rows.stream().sorted(byText).toList());
    }

    private JoinedStream near(JoinedStream joined) {
        return joined.on("id").between(Duration.ofSeconds(5), Duration.ofSeconds(2));
    }

    private static DataStream columns(JoinedStream joined) {
        return joined.select(col("id"), col("left_time"), col("amount"), col("right_time"), col("paid"), col("by"));
    }

    private static final String BY = "a name that is longer than eight bytes";

    @Test
    void rowsOfEqualKeysAndNearTimesMeet() throws InterruptedException {
        run(columns(near(orders.stream().join(payments.stream()))));
        order(10, "a", 1);
        order(10, "b", 2);
        payment(8, "a", 80);
        payment(7, "a", 70);
        payment(15, "a", 150);
        payment(16, "a", 160);
        order(9, "a", 3);
        assertResults(
                row("a", 10L, 1L, 8L, 80L),
                row("a", 10L, 1L, 15L, 150L),
                row("a", 9L, 3L, 8L, 80L),
                row("a", 9L, 3L, 7L, 70L));
        assertEquals(7, job.counters().rowsKept());
        end();
        assertEquals(4, results.rows.size());
    }

    private static List<Object> row(String id, Long leftTime, Long amount, Long rightTime, Long paid) {
        return Arrays.asList(id, leftTime, amount, rightTime, paid, rightTime == null ? null : BY);
    }

    @Test
    void aRowThatMetNoneComesOutWhenItCanMeetNoMore() throws InterruptedException {
        run(columns(near(orders.stream().fullJoin(payments.stream()))));
        order(10, "a", 1);
        order(10, "b", 2);
        payment(12, "a", 120);
        payment(20, "c", 200);
        assertResults(row("a", 10L, 1L, 12L, 120L));
        time(15);
        assertEquals(1, results.rows.size());
        time(16);
        assertResults(row("a", 10L, 1L, 12L, 120L), row("b", 10L, 2L, null, null));
        assertEquals(1, job.counters().rowsKept());
        time(22);
        assertEquals(2, results.rows.size());
        time(23);
        assertResults(row("a", 10L, 1L, 12L, 120L), row("b", 10L, 2L, null, null), row("c", null, null, 20L, 200L));
        assertEquals(0, job.counters().rowsKept());
        end();
    }

    @Test
    void semiAndAntiJoinsGiveLeftRowsOnce() throws InterruptedException {
        Collected without = new Collected();
        near(orders.stream().antiJoin(payments.stream())).where(col("paid").ge(col("amount"))).stream()
                .to(without);
        run(near(orders.stream().semiJoin(payments.stream())).where(col("paid").ge(col("amount"))).stream());
        order(10, "a", 5);
        payment(10, "a", 4);
        assertResults();
        payment(10, "a", 5);
        payment(10, "a", 6);
        order(11, "a", 100);
        order(12, "a", 1);
        assertResults(List.of(10L, "a", 5L), List.of(12L, "a", 1L));
        end();
        assertEquals(2, results.rows.size());
        assertEquals(List.of(List.of(11L, "a", 100L)), without.rows);
    }

    @Test
    void aConditionOnOneSideIsAskedAtOnce() throws InterruptedException {
        run(columns(near(orders.stream().leftJoin(payments.stream()))
                .where(col("amount")
                        .gt(5)
                        .and(col("paid").gt(1))
                        .and(col("paid").lt(col("amount"))))));
        order(10, "a", 5);
        assertResults(row("a", 10L, 5L, null, null));
        order(10, "a", 10);
        payment(10, "a", 1);
        assertEquals(1, job.counters().rowsKept());
        payment(10, "a", 10);
        payment(10, "a", 9);
        assertResults(row("a", 10L, 5L, null, null), row("a", 10L, 10L, 10L, 9L));
        assertTrue(job.explain().contains("where, of left side: amount > 5"), job.explain());
        end();
        assertEquals(2, results.rows.size());
    }

    @Test
    void nullsMeetNothingUnlessTheyAreSaidToBeEqual() throws InterruptedException {
        Collected equal = new Collected();
        columns(near(orders.stream().join(payments.stream())).nullsEqual()).to(equal);
        run(columns(near(orders.stream().fullJoin(payments.stream()))));
        order(10, null, 1);
        payment(10, null, 2);
        assertResults(row(null, 10L, 1L, null, null), row(null, null, null, 10L, 2L));
        assertEquals(List.of(row(null, 10L, 1L, 10L, 2L)), equal.rows);
        end();
    }

    @Test
    void withoutKeysTimesDecideAlone() throws InterruptedException {
        run(orders.stream()
                .join(payments.stream())
                .between(Duration.ZERO, Duration.ZERO)
                .select(col("amount"), col("paid")));
        order(10, "a", 1);
        order(11, "b", 2);
        payment(11, "c", 3);
        payment(11, "d", 4);
        assertResults(List.of(2L, 3L, 11L), List.of(2L, 4L, 11L));
        end();
    }

    @Test
    void withoutBoundsRowsStay() throws InterruptedException {
        run(orders.stream().join(payments.stream()).onEqual("id", "by").select(col("left_id"), col("paid")));
        order(10, BY, 1);
        time(1_000_000);
        payment(5, "x", 7);
        payment(5, "y", 8);
        assertResults(List.of(BY, 7L, 10L), List.of(BY, 8L, 10L));
        assertEquals(3, job.counters().rowsKept());
        assertEquals(0, job.counters().lateRows());
        end();
    }

    @Test
    void lateRowsAreCountedAndHandedOn() throws InterruptedException {
        Collected late = new Collected();
        run(columns(near(orders.stream().leftJoin(payments.stream())).lateLeftRowsTo(late)));
        time(20);
        order(19, "a", 1);
        order(20, "a", 2);
        payment(19, "a", 3);
        assertEquals(2, job.counters().lateRows());
        assertEquals(List.of(List.of(19L, "a", 1L)), late.rows);
        end();
        assertResults(row("a", 20L, 2L, null, null));
    }

    @Test
    void aWindowBehindAJoinSeesNoLateRows() throws InterruptedException {
        run(near(orders.stream().leftJoin(payments.stream())).stream()
                .keyBy("id")
                .window(Window.tumbling(Duration.ofSeconds(5)))
                .aggregate(count().as("n"), count("paid").as("paid")));
        order(10, "a", 1);
        payment(10, "a", 2);
        time(14);
        order(14, "a", 1);
        time(15);
        payment(15, "a", 2);
        time(19);
        assertResults();
        time(20);
        assertResults(List.of(10L, 15L, "a", 3L, 3L));
        assertEquals(0, job.counters().lateRows());
        end();
    }

    @Test
    void aSideWhoseProducersAreGoneDoesNotHoldTheOtherBack() throws InterruptedException {
        run(columns(near(orders.stream().leftJoin(payments.stream()))));
        order(10, "a", 1);
        right.close();
        left.watermark(16);
        engine.runUntilIdle();
        assertResults(row("a", 10L, 1L, null, null));
        end();
    }

    @Test
    void rowsOfOneWindowMeet() throws InterruptedException {
        run(orders.stream()
                .fullJoin(payments.stream())
                .on("id")
                .within(Window.sliding(Duration.ofSeconds(10), Duration.ofSeconds(5)))
                .select(col("window_start"), col("window_end"), col("id"), col("amount"), col("paid")));
        order(7, "a", 1);
        payment(12, "a", 2);
        assertResults(Arrays.asList(5L, 15L, "a", 1L, 2L));
        payment(15, "b", 3);
        time(10);
        assertResults(Arrays.asList(5L, 15L, "a", 1L, 2L), Arrays.asList(0L, 10L, "a", 1L, null));
        order(9, "b", 4);
        time(30);
        assertResults(
                Arrays.asList(5L, 15L, "a", 1L, 2L),
                Arrays.asList(0L, 10L, "a", 1L, null),
                Arrays.asList(10L, 20L, "a", null, 2L),
                Arrays.asList(5L, 15L, "b", 4L, null),
                Arrays.asList(10L, 20L, "b", null, 3L),
                Arrays.asList(15L, 25L, "b", null, 3L));
        order(9, "b", 4);
        assertEquals(1, job.counters().lateRows());
        end();
    }

    @Test
    void resultsOfWindowsAreJoinedByTheirBounds() throws InterruptedException {
        Window window = Window.tumbling(Duration.ofSeconds(5));
        DataStream counts = orders.stream().keyBy("id").window(window).aggregate(count().as("orders"));
        DataStream paid = payments.stream().keyBy("id").window(window).aggregate(count().as("payments"));
        run(
                counts
                        .fullJoin(paid)
                        .on("window_start", "window_end", "id")
                        .between(Duration.ZERO, Duration.ZERO)
                        .stream());
        order(1, "a", 1);
        order(2, "b", 1);
        payment(3, "a", 2);
        payment(3, "c", 2);
        payment(4, "a", 2);
        time(5);
        assertResults(
                Arrays.asList(0L, 5L, "a", 1L, 2L),
                Arrays.asList(0L, 5L, "b", 1L, null),
                Arrays.asList(0L, 5L, "c", null, 1L));
        end();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertRefused(
                "join: columns that are equal are of one type: left amount int64, right by utf8 null",
                orders.stream().join(payments.stream()).onEqual("amount", "by"));
        assertRefused(
                "join: no column named no",
                orders.stream().join(payments.stream()).on("no"));
        assertRefused(
                "join: a column is named twice",
                orders.stream().join(payments.stream()).on("id").onEqual("id", "by"));
        assertRefused(
                "join: results of LEFT have no time of the right side",
                near(orders.stream().leftJoin(payments.stream())).timeOfRight());
        assertRefused(
                "join: rows meet by the distance of their times, or in a window, not both",
                near(orders.stream().leftJoin(payments.stream())).within(Window.tumbling(Duration.ofSeconds(1))));
        assertRefused(
                "join: before does not fit the unit of the streams",
                orders.stream().join(payments.stream()).between(Duration.ofMillis(1), Duration.ZERO));
        assertRefused(
                "join: no column named price",
                orders.stream().join(payments.stream()).where(col("price").gt(1)));
        Input<Order> now = pipeline.input("now", Order.class);
        assertRefused("join: times of rows are compared", near(orders.stream().join(now.stream())));
        MullionException windows = assertThrows(
                MullionException.class,
                () -> orders.stream().join(payments.stream()).within(Window.session(Duration.ofSeconds(1))));
        assertTrue(windows.getMessage().startsWith("a join is within windows that do not depend on rows"));
        MullionException foreign = assertThrows(
                MullionException.class,
                () -> orders.stream().join(Pipeline.create().input("foreign", Order.class).stream()));
        assertEquals("join needs streams of one pipeline", foreign.getMessage());
    }

    private static void assertRefused(String message, JoinedStream joined) {
        MullionException refusal = assertThrows(MullionException.class, joined::stream);
        assertEquals(MullionException.Reason.INVALID_PIPELINE, refusal.reason());
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    }
}
