package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Windows other than tumbling and sliding ones, and results before and after the end of a window.
class WindowKindsTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, String shop, long amount) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private final Pipeline pipeline = Pipeline.create();
    private TestEngine engine;
    private Job job;
    private Producer<Sale> producer;

    @Test
    void growingWindowsHaveTheRowsSinceTheirStart() throws InterruptedException {
        Window window = Window.cumulating(Duration.ofSeconds(30), Duration.ofSeconds(10));
        start(Watermark.bounded(Duration.ZERO), window, it -> it);
        sell(1, "a", 5);
        sell(12, "a", 7);
        sell(13, "b", 1);
        sell(35, "a", 2);
        end();
        assertEquals(
                List.of(
                        List.of(0L, 10L, "a", 1L, 5L),
                        List.of(0L, 20L, "a", 2L, 12L),
                        List.of(0L, 20L, "b", 1L, 1L),
                        List.of(0L, 30L, "a", 2L, 12L),
                        List.of(0L, 30L, "b", 1L, 1L),
                        List.of(30L, 40L, "a", 1L, 2L),
                        List.of(30L, 50L, "a", 1L, 2L),
                        List.of(30L, 60L, "a", 1L, 2L)),
                collected.rows);
    }

    @ParameterizedTest(name = "{0} rows every {1}")
    @CsvSource({"1, 1", "3, 3", "10, 10", "4, 2", "7, 3", "3, 5", "100, 7", "5, 1"})
    void windowsOfRowsEqualARecomputation(long size, long slide) throws InterruptedException {
        start(Watermark.none(), Window.slidingRows(size, slide), it -> it);
        Random random = new Random(size * 1000 + slide);
        Map<String, List<Long>> amounts = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            String shop = "s" + random.nextInt(4);
            long amount = random.nextInt(100);
            amounts.computeIfAbsent(shop, _ -> new ArrayList<>()).add(amount);
            sell(random.nextInt(1000), shop, amount);
            if (random.nextInt(7) == 0) {
                engine.runUntilIdle();
            }
        }
        end();
        List<String> expected = new ArrayList<>();
        amounts.forEach((shop, all) -> {
            for (int first = 0; first < all.size(); first += (int) slide) {
                int last = (int) Math.min(all.size(), first + size);
                long sum = all.subList(first, last).stream().mapToLong(it -> it).sum();
                expected.add(List.of((long) first, (long) last, shop, (long) last - first, sum)
                        .toString());
            }
        });
        assertEquals(expected.stream().sorted().toList(), sorted());
    }

    @Test
    void aWindowOfRowsFiresWithItsLastRow() throws InterruptedException {
        start(Watermark.none(), Window.tumblingRows(2), it -> it);
        sell(1, "a", 5);
        sell(2, "b", 7);
        engine.runUntilIdle();
        assertEquals(List.of(), collected.rows);
        sell(3, "b", 1);
        engine.runUntilIdle();
        assertEquals(List.of(List.of(0L, 2L, "b", 2L, 8L)), collected.rows);
        end();
        assertEquals(List.of(0L, 1L, "a", 1L, 5L), collected.rows.getLast());
    }

    @Test
    void theGlobalWindowHasAResultEachPeriod() throws InterruptedException {
        start(Watermark.explicit(), Window.global(Duration.ofSeconds(10)), it -> it);
        sell(1, "a", 5);
        producer.watermark(5);
        engine.runUntilIdle();
        assertEquals(List.of(), collected.rows);
        producer.watermark(10);
        engine.runUntilIdle();
        assertEquals(List.of(List.of("a", 1L, 5L, 0L)), collected.rows);
        sell(3, "a", 2);
        sell(3, "b", 1);
        producer.watermark(47);
        engine.runUntilIdle();
        assertEquals(
                List.of(List.of("a", 2L, 7L, 1L), List.of("b", 1L, 1L, 1L)),
                collected.rows.subList(1, collected.rows.size()));
        end();
        assertEquals(5, collected.rows.size());
        assertEquals(List.of("b", 1L, 1L, 2L), collected.rows.getLast());
    }

    @Test
    void theGlobalWindowMayLeaveOutWhatHasNotChanged() throws InterruptedException {
        start(Watermark.explicit(), Window.global(Duration.ofSeconds(10)).ofChanges(), it -> it);
        producer.watermark(1);
        Map<String, Long> totals = new TreeMap<>();
        Random random = new Random(3);
        for (int period = 1; period < 20; period++) {
            Map<String, Long> changed = new TreeMap<>();
            for (int i = random.nextInt(700); i > 0; i--) {
                String shop = "s" + random.nextInt(1000);
                sell(1, shop, 1);
                changed.put(shop, totals.merge(shop, 1L, Long::sum));
            }
            int before = collected.rows.size();
            producer.watermark(10L * period);
            engine.runUntilIdle();
            Map<String, Long> results = new TreeMap<>();
            collected
                    .rows
                    .subList(before, collected.rows.size())
                    .forEach(row -> results.put((String) row.get(0), (long) row.get(1)));
            assertEquals(changed, results);
        }
        end();
    }

    @Test
    void earlyResultsShowWhatHasChanged() throws InterruptedException {
        start(
                Watermark.bounded(Duration.ZERO),
                Window.sliding(Duration.ofSeconds(20), Duration.ofSeconds(10)),
                it -> it.earlyResults(Duration.ofMinutes(1)));
        sell(11, "a", 5);
        engine.advanceTo(Duration.ofSeconds(59));
        assertEquals(List.of(), collected.rows);
        engine.advanceTo(Duration.ofSeconds(60));
        assertEquals(List.of(List.of(0L, 20L, "a", 1L, 5L, -1L), List.of(10L, 30L, "a", 1L, 5L, -1L)), collected.rows);
        engine.advanceTo(Duration.ofSeconds(500));
        assertEquals(2, collected.rows.size());
        sell(12, "b", 1);
        sell(25, "b", 2);
        engine.advanceTo(Duration.ofSeconds(600));
        assertEquals(
                List.of(
                        List.of(0L, 20L, "a", 1L, 5L, 0L),
                        List.of(0L, 20L, "b", 1L, 1L, 0L),
                        List.of(10L, 30L, "b", 2L, 3L, -1L),
                        List.of(20L, 40L, "b", 1L, 2L, -1L)),
                collected.rows.subList(2, collected.rows.size()));
        end();
    }

    @Test
    void earlyResultsOfSessionsShowHowTheyGrow() throws InterruptedException {
        start(
                Watermark.bounded(Duration.ZERO),
                Window.session(Duration.ofSeconds(10)),
                it -> it.earlyResults(Duration.ofMinutes(1)));
        sell(1, "a", 5);
        engine.advanceTo(Duration.ofSeconds(60));
        sell(4, "a", 1);
        engine.advanceTo(Duration.ofSeconds(120));
        engine.advanceTo(Duration.ofSeconds(180));
        sell(30, "b", 1);
        end();
        assertEquals(
                List.of(
                        List.of(1L, 11L, "a", 1L, 5L, -1L),
                        List.of(1L, 14L, "a", 2L, 6L, -1L),
                        List.of(1L, 14L, "a", 2L, 6L, 0L),
                        List.of(30L, 40L, "b", 1L, 1L, 0L)),
                collected.rows);
    }

    @Test
    void withinTheAllowedLatenessAWindowFiresAgain() throws InterruptedException {
        Collected late = new Collected();
        start(
                Watermark.explicit(),
                Window.sliding(Duration.ofSeconds(20), Duration.ofSeconds(10)),
                it -> it.allowedLateness(Duration.ofSeconds(15)).lateRowsTo(late));
        sell(5, "a", 1);
        sell(15, "a", 2);
        producer.watermark(20);
        engine.runUntilIdle();
        assertEquals(List.of(List.of(-10L, 10L, "a", 1L, 1L, 0L), List.of(0L, 20L, "a", 2L, 3L, 0L)), collected.rows);
        // [-10, 10) takes rows until 25, [0, 20) until 35.
        sell(6, "a", 4);
        sell(7, "b", 8);
        engine.runUntilIdle();
        assertEquals(
                List.of(
                        List.of(-10L, 10L, "a", 2L, 5L, 1L),
                        List.of(-10L, 10L, "b", 1L, 8L, 1L),
                        List.of(0L, 20L, "a", 3L, 7L, 1L),
                        List.of(0L, 20L, "b", 1L, 8L, 1L)),
                collected.rows.subList(2, 6));
        producer.watermark(25);
        sell(8, "a", 16);
        producer.watermark(35);
        sell(9, "a", 32);
        end();
        assertEquals(
                List.of(List.of(0L, 20L, "a", 4L, 23L, 2L), List.of(10L, 30L, "a", 1L, 2L, 0L)),
                collected.rows.subList(6, 8));
        assertEquals(8, collected.rows.size());
        assertEquals(1, job.counters().lateRows());
        assertEquals(List.of(List.of(9L, "a", 32L)), late.rows);
    }

    @Test
    void resultsOfWindowsHaveTheLastTimeOfTheirWindow() throws InterruptedException {
        engine = engines.test();
        Input<Sale> input = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .keyBy("shop")
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(sum("amount").as("s"))
                .filter(col("s").gt(0))
                .window(Window.tumbling(Duration.ofSeconds(20)))
                .aggregate(count().as("n"), sum("s").as("all"))
                .to(collected);
        job = engine.run(pipeline);
        producer = job.producer(input);
        sell(1, "a", 1);
        sell(9, "b", 2);
        sell(12, "a", 4);
        sell(19, "b", 8);
        sell(20, "a", 16);
        engine.runUntilIdle();
        assertEquals(List.of(List.of(0L, 20L, 4L, 15L)), collected.rows);
        end();
        assertEquals(List.of(20L, 40L, 1L, 16L), collected.rows.getLast());
    }

    @Test
    void whatCannotBeIsRefused() {
        Input<Sale> input = pipeline.input("sales", Sale.class, Watermark.none());
        WindowedStream rows = input.stream().window(Window.tumblingRows(5));
        assertInvalid(() -> rows.allowedLateness(Duration.ofSeconds(1)).aggregate(count()), "tumblingRows(5)");
        assertInvalid(() -> rows.lateRowsTo(collected).aggregate(count()), "tumblingRows(5)");
        assertInvalid(() -> Window.tumblingRows(0), "size=0");
        assertInvalid(() -> Window.session(Duration.ZERO), "gap=PT0S");
        assertInvalid(
                () -> input.stream()
                        .window(Window.session(Duration.ofMillis(10)))
                        .aggregate(count()),
                "session gap",
                "PT0.01S");
        assertInvalid(() -> input.stream().window(Window.session(col("shop"))).aggregate(count()), "shop");
        assertInvalid(() -> Window.cumulating(Duration.ofSeconds(10), Duration.ofSeconds(3)), "multiple", "PT3S");
        assertInvalid(() -> Window.global(Duration.ofSeconds(-1)), "every=PT-1S");
    }

    private static void assertInvalid(Runnable building, String... parts) {
        MullionException e = assertThrows(MullionException.class, building::run);
        assertEquals(MullionException.Reason.INVALID_PIPELINE, e.reason());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e::getMessage);
        }
    }

    private void start(Watermark watermark, Window window, UnaryOperator<WindowedStream> options) {
        engine = engines.test();
        Input<Sale> input = pipeline.input("sales", Sale.class, watermark);
        options.apply(input.stream().keyBy("shop").window(window))
                .aggregate(count().as("n"), sum("amount").as("s"))
                .to(collected);
        job = engine.run(pipeline);
        producer = job.producer(input);
    }

    private void sell(long time, String shop, long amount) {
        producer.offer(new Sale(time, shop, amount));
    }

    private void end() throws InterruptedException {
        producer.close();
        job.drain();
        job.await();
    }

    private List<String> sorted() {
        return collected.rows.stream().map(Object::toString).sorted().toList();
    }
}
