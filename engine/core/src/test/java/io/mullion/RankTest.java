package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The order of the results of a window, and the first of them.
@Tag("checked")
class RankTest {
    record View(@EventTime(TimeUnit.SECONDS) long time, String country, String page, Long score) {}

    private static final long DISORDER = 7;
    private static final int ROWS = 600;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<View> views = pipeline.input("views", View.class, Watermark.bounded(ofSeconds(DISORDER)));
    private final Collected results = new Collected();

    private DataStream pages(Window window) {
        return views.stream()
                .keyBy("country", "page")
                .window(window)
                .aggregate(count().as("views"), max(col("score")).as("score"));
    }

    private void run(List<View> rows, int workers, int together) throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        List<Producer<View>> feeds = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            feeds.add(job.producer(views));
        }
        for (int i = 0; i < rows.size(); i++) {
            feeds.get(i % workers).offer(rows.get(i));
            if (i % together == 0) {
                engine.runUntilIdle();
            }
        }
        feeds.forEach(Producer::close);
        job.drain();
        job.await();
    }

    private static List<View> random(long seed) {
        Random random = new Random(seed);
        List<View> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(new View(
                    i / 8 + random.nextLong(DISORDER),
                    "c" + random.nextInt(3),
                    "page " + random.nextInt(6),
                    random.nextInt(5) == 0 ? null : random.nextLong(4)));
        }
        return rows;
    }

    /// Rows of a window that slides, counted by hand: start, end, country, page, views, score.
    private static List<List<Object>> counted(List<View> rows, long size, long slide) {
        Map<List<Object>, long[]> counts = new TreeMap<>(Comparator.comparing(List::toString));
        Map<List<Object>, Long> scores = new TreeMap<>(Comparator.comparing(List::toString));
        for (View row : rows) {
            for (long start = Math.floorDiv(row.time(), slide) * slide; start > row.time() - size; start -= slide) {
                List<Object> key = List.of(start, start + size, row.country(), row.page());
                counts.computeIfAbsent(key, _ -> new long[1])[0]++;
                if (row.score() != null) {
                    scores.merge(key, row.score(), Math::max);
                }
            }
        }
        List<List<Object>> counted = new ArrayList<>();
        counts.forEach((key, views) -> {
            List<Object> row = new ArrayList<>(key);
            row.add(views[0]);
            row.add(scores.get(key));
            counted.add(row);
        });
        return counted;
    }

    private static long number(List<Object> row, int column) {
        return (Long) row.get(column);
    }

    /// Rows of which fewer than `most` of the same window, and of the same values of `keys`, are greater.
    private static List<List<Object>> top(List<List<Object>> rows, int most, List<Integer> keys, List<Integer> by) {
        List<List<Object>> whole = rows.stream()
                .filter(row -> by.stream().noneMatch(column -> row.get(column) == null))
                .toList();
        return whole.stream()
                .filter(row -> whole.stream()
                                .filter(other -> other.subList(0, 2).equals(row.subList(0, 2))
                                        && keys.stream()
                                                .allMatch(key -> other.get(key).equals(row.get(key))))
                                .filter(other -> greater(other, row, by))
                                .count()
                        < most)
                .toList();
    }

    private static boolean greater(List<Object> a, List<Object> b, List<Integer> by) {
        for (int column : by) {
            if (number(a, column) != number(b, column)) {
                return number(a, column) > number(b, column);
            }
        }
        return false;
    }

    private static List<String> sorted(List<List<Object>> rows) {
        return rows.stream().map(List::toString).sorted().toList();
    }

    private void assertDescendingWithinWindows(List<Integer> by) {
        for (int i = 1; i < results.rows.size(); i++) {
            List<Object> before = results.rows.get(i - 1);
            List<Object> row = results.rows.get(i);
            assertTrue(number(before, 1) <= number(row, 1), "windows come in order of their end");
            assertTrue(number(before, 1) < number(row, 1) || !greater(row, before, by), () -> before + " " + row);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 1, 5", "3, 2, 64", "1000, 3, 600", "2, 3, 7"})
    void theGreatestRowsOfEachWindowComeInOrder(int most, int workers, int together) throws InterruptedException {
        List<View> rows = random(most);
        pages(Window.sliding(ofSeconds(10), ofSeconds(4)))
                .topOfWindow(most, "views", "score")
                .to(results);
        run(rows, workers, together);
        assertEquals(sorted(top(counted(rows, 10, 4), most, List.of(), List.of(4, 5))), sorted(results.rows));
        assertDescendingWithinWindows(List.of(4, 5));
        long windows = results.rows.stream().map(row -> row.get(1)).distinct().count();
        assertEquals(
                windows,
                results.flushes.stream()
                        .distinct()
                        .filter(rowCount -> rowCount > 0)
                        .count());
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 1, 64", "2, 3, 7"})
    void theGreatestRowsOfEachKeyOfAWindow(int most, int workers, int together) throws InterruptedException {
        List<View> rows = random(100 + most);
        pages(Window.tumbling(ofSeconds(10)))
                .keyBy("country")
                .topOfWindow(most, "views")
                .to(results);
        run(rows, workers, together);
        assertEquals(sorted(top(counted(rows, 10, 10), most, List.of(2), List.of(4))), sorted(results.rows));
    }

    @Test
    void ofEqualRowsAllAreAmongTheFirstAndNullsAreNot() throws InterruptedException {
        pages(Window.tumbling(ofSeconds(10)))
                .topOfWindow(2, "score")
                .select(col("page"), col("score"))
                .to(results);
        run(
                List.of(
                        new View(1, "x", "a", 3L),
                        new View(1, "x", "b", 5L),
                        new View(1, "x", "c", 3L),
                        new View(1, "x", "d", null),
                        new View(1, "x", "e", 1L),
                        new View(11, "x", "f", null)),
                1,
                1);
        assertEquals(
                List.of(Arrays.asList("b", 5L, 10L), Arrays.asList("a", 3L, 10L), Arrays.asList("c", 3L, 10L)),
                results.rows);
    }

    @Test
    void resultsInOrderAndTheFirstOfThem() throws InterruptedException {
        Collected first = new Collected();
        Collected any = new Collected();
        DataStream pages = pages(Window.tumbling(ofSeconds(10)));
        pages.sort("score", "page").select(col("page"), col("score")).to(results);
        pages.sortDescending("score").limit(2).select(col("page")).to(first);
        pages.filter(col("page").ne("a")).limit(1).to(any);
        run(
                List.of(
                        new View(1, "x", "c", 3L),
                        new View(1, "x", "b", null),
                        new View(1, "x", "a", 3L),
                        new View(11, "x", "d", 2L)),
                1,
                1);
        assertEquals(
                List.of(
                        Arrays.asList("b", null, 10L),
                        Arrays.asList("a", 3L, 10L),
                        Arrays.asList("c", 3L, 10L),
                        Arrays.asList("d", 2L, 20L)),
                results.rows);
        assertEquals(List.of(10L, 10L, 20L), first.column("window_end"));
        assertEquals("d", first.column("page").getLast());
        assertEquals(List.of(10L, 20L), any.column("window_end"));
    }

    @Test
    void rowsOfWindowsThatHaveNotEndedWait() throws InterruptedException {
        Input<View> slow = pipeline.input("slow", View.class, Watermark.bounded(ofSeconds(0)));
        DataStream ofSlow = slow.stream()
                .keyBy("country", "page")
                .window(Window.tumbling(ofSeconds(10)))
                .aggregate(count().as("views"), max(col("score")).as("score"));
        pages(Window.tumbling(ofSeconds(10)))
                .union(ofSlow)
                .topOfWindow(1, "views")
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<View> fast = job.producer(views);
                Producer<View> late = job.producer(slow)) {
            late.offer(new View(0, "x", "text that is rather long", 1L));
            late.offer(new View(0, "x", "text that is rather long", 1L));
            for (long time = 0; time < 60; time += 5) {
                fast.offer(new View(time, "x", "page " + time, 1L));
                engine.runUntilIdle();
            }
            assertEquals(List.of(), results.rows, "the slow input may have more rows of the first window");
            late.offer(new View(25, "x", "b", 1L));
            engine.runUntilIdle();
            assertEquals(List.of("text that is rather long", "page 10", "page 15"), results.column("page"));
            late.offer(new View(100, "x", "b", 1L));
        }
        job.drain();
        job.await();
        assertEquals(
                Map.of(10L, 1L, 20L, 2L, 30L, 3L, 40L, 2L, 50L, 2L, 60L, 2L, 110L, 1L),
                results.column("window_end").stream()
                        .collect(Collectors.groupingBy(end -> end, Collectors.counting())));
    }

    @Test
    void windowsOverTheFirstRowsSeeNoLateOnes() throws InterruptedException {
        pages(Window.tumbling(ofSeconds(5)))
                .topOfWindow(1, "views")
                .window(Window.tumbling(ofSeconds(20)))
                .aggregate(sum("views").as("views"))
                .to(results);
        List<View> rows = random(9);
        run(rows, 1, 5);
        Map<Long, Long> sums = new TreeMap<>();
        top(counted(rows, 5, 5), 1, List.of(), List.of(4))
                .forEach(row -> sums.merge(Math.floorDiv(number(row, 1) - 1, 20) * 20, number(row, 4), Long::sum));
        assertEquals(List.copyOf(sums.values()), results.column("views"));
    }

    @Test
    void whatCannotBeIsRefused() {
        DataStream pages = pages(Window.tumbling(ofSeconds(10)));
        assertRefused("topOfWindow takes at least one row: rows=0", () -> pages.topOfWindow(0, "views"));
        assertRefused("topOfWindow needs at least one column", () -> pages.topOfWindow(1));
        assertRefused("sort: no column named view", () -> pages.sort("view"));
        assertRefused("limit must not be negative: rows=-1", () -> pages.limit(-1));
        String needed =
                "rows are ordered within a window only where they are results of windows of time that fire once";
        assertRefused(needed, () -> views.stream().limit(1));
        assertRefused(
                needed,
                () -> views.stream()
                        .window(Window.tumblingRows(3))
                        .aggregate(count().as("n"))
                        .sort("n"));
        assertRefused(
                needed,
                () -> views.stream()
                        .window(Window.tumbling(ofSeconds(1)))
                        .allowedLateness(ofSeconds(1))
                        .aggregate(count().as("n"))
                        .select(col("n"))
                        .topOfWindow(1, "n"));
    }

    private static void assertRefused(String message, Executable operation) {
        MullionException refusal = assertThrows(MullionException.class, operation);
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    }
}
