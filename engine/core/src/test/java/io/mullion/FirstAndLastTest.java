package io.mullion;

import static io.mullion.expr.Expressions.avg;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.first;
import static io.mullion.expr.Expressions.last;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Aggregates that choose a row by its event time, and such with conditions, through windows.
class FirstAndLastTest {
    record Reading(@EventTime(TimeUnit.SECONDS) long time, String sensor, long value) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private final Pipeline pipeline = Pipeline.create();

    @Test
    void timeDecidesAndNotArrival() throws InterruptedException {
        List<Reading> readings = List.of(
                new Reading(5, "a", 50), new Reading(2, "a", 20), new Reading(9, "b", 90), new Reading(7, "a", 70));
        List<List<Object>> rows = run(
                Window.tumbling(Duration.ofSeconds(10)),
                readings,
                first(col("value")),
                last(col("value")),
                last(col("value")).minus(first(col("value"))),
                first(col("value").dividedBy(col("time").cast(DataType.INT64))),
                first(col("value")).filter(col("value").gt(20)));
        assertEquals(
                List.of(List.of(0L, 10L, "a", 20L, 70L, 50L, 10L, 50L), List.of(0L, 10L, "b", 90L, 90L, 0L, 10L, 90L)),
                rows.stream()
                        .sorted((a, b) -> ((String) a.get(2)).compareTo((String) b.get(2)))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void slidingWindowsChooseWhatAListWould(long seed) throws InterruptedException {
        Random random = new Random(seed);
        int size = 1 + random.nextInt(20);
        int slide = 1 + random.nextInt(size);
        List<Reading> readings = new ArrayList<>();
        // No two at one time.
        for (long i = 0; i < 400; i++) {
            readings.add(new Reading(i / 3 * 2 + i % 3 * 400, "s" + random.nextInt(5), random.nextInt(100)));
        }
        List<List<Object>> rows = run(
                Window.sliding(Duration.ofSeconds(size), Duration.ofSeconds(slide)),
                readings,
                first(col("value")),
                last(col("value")),
                count().filter(col("value").lt(50)),
                avg("value"),
                sum("value").filter(col("value").lt(0)));
        assertEquals(naive(readings, size, slide), byWindowAndSensor(rows), () -> "seed=" + seed);
    }

    private static TreeMap<String, List<Object>> naive(List<Reading> readings, long size, long slide) {
        TreeMap<String, List<Reading>> windows = new TreeMap<>();
        for (Reading it : readings) {
            for (long start = Math.floorDiv(it.time, slide) * slide; start > it.time - size; start -= slide) {
                windows.computeIfAbsent(start + " " + it.sensor, _ -> new ArrayList<>())
                        .add(it);
            }
        }
        TreeMap<String, List<Object>> results = new TreeMap<>();
        windows.forEach((window, rows) -> {
            rows.sort((a, b) -> Long.compare(a.time, b.time));
            List<Object> values = new ArrayList<>(List.of(
                    rows.getFirst().value,
                    rows.getLast().value,
                    rows.stream().filter(it -> it.value < 50).count(),
                    rows.stream().mapToLong(it -> it.value).sum() / (double) rows.size()));
            values.add(null);
            results.put(window, values);
        });
        return results;
    }

    private static TreeMap<String, List<Object>> byWindowAndSensor(List<List<Object>> rows) {
        TreeMap<String, List<Object>> results = new TreeMap<>();
        rows.forEach(row -> results.put(row.get(0) + " " + row.get(2), row.subList(3, row.size())));
        return results;
    }

    @Test
    void processingTimeHasNoFirst() {
        Input<Reading> input = pipeline.input("readings", Reading.class);
        MullionException refused = assertThrows(
                MullionException.class,
                () -> input.stream()
                        .window(Window.tumbling(Duration.ofSeconds(10)))
                        .aggregate(first(col("value"))));
        assertEquals(
                "aggregate: first needs event time (minBy and maxBy choose by a column): first(value)",
                refused.getMessage());
    }

    private List<List<Object>> run(Window window, List<Reading> readings, Expr... aggregates)
            throws InterruptedException {
        Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.none());
        Expr[] named = new Expr[aggregates.length];
        for (int i = 0; i < named.length; i++) {
            named[i] = aggregates[i].as("a" + i);
        }
        input.stream().keyBy("sensor").window(window).aggregate(named).to(collected);
        Job job = engines.test().run(pipeline);
        try (Producer<Reading> producer = job.producer(input)) {
            readings.forEach(producer::offer);
        }
        job.drain();
        job.await();
        return collected.rows;
    }
}
