package io.mullion.sketches;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.sketches.Sketches.approxCountDistinct;
import static io.mullion.sketches.Sketches.approxMedian;
import static io.mullion.sketches.Sketches.approxQuantile;
import static io.mullion.sketches.Sketches.topK;
import static io.mullion.sketches.Sketches.topKCounts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.TestEngine;
import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.io.RowView;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Sketches through windows, against what is exact.
class SketchesTest {
    record Visit(@EventTime(TimeUnit.SECONDS) long time, String page, Long user, Double millis) {}

    private static final Window SLIDING = Window.sliding(Duration.ofSeconds(60), Duration.ofSeconds(20));

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Visit> input = pipeline.input("visits", Visit.class, Watermark.bounded(Duration.ZERO));

    @Test
    void aSlidingWindowIsWithinTheStatedErrors() throws InterruptedException {
        Random random = new Random(7);
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < 120_000; i++) {
            long page = (long) Math.floor(Math.exp(random.nextDouble() * Math.log(2_000)));
            visits.add(new Visit(i / 1_000, "p" + page, random.nextLong(30_000), random.nextGaussian() * 10));
        }
        List<Integer> windows = new ArrayList<>();
        run(
                visits,
                row -> {
                    List<Visit> in = visits.stream()
                            .filter(it -> it.time() >= row.int64(0) && it.time() < row.int64(1))
                            .toList();
                    windows.add(in.size());
                    near(in.stream().map(Visit::user).distinct().count(), row.int64("users"), 0.06);
                    near(in.stream().map(Visit::page).distinct().count(), row.int64("pages"), 0.06);
                    double[] sorted =
                            in.stream().mapToDouble(Visit::millis).sorted().toArray();
                    assertRank(sorted, row.float64("median"), 0.5);
                    assertRank(sorted, row.float64("high"), 0.99);
                    assertEquals(sorted[0], row.float64("least"));
                    long[] users = in.stream().mapToLong(Visit::user).sorted().toArray();
                    assertRank(Arrays.stream(users).asDoubleStream().toArray(), row.int64("middle"), 0.5);
                    assertEquals("p1", row.list("top").getFirst());
                    assertEquals(5, row.list("top").size());
                    long first =
                            in.stream().filter(it -> it.page().equals("p1")).count();
                    assertEquals(first, row.list("counts").getFirst());
                },
                SLIDING,
                approxCountDistinct("user").as("users"),
                approxCountDistinct("page").as("pages"),
                approxMedian("millis").as("median"),
                approxQuantile("millis", 0.99).as("high"),
                approxQuantile("millis", 0).as("least"),
                approxMedian("user").as("middle"),
                topK("page", 5).as("top"),
                topKCounts("page", 5).as("counts"));
        assertEquals(List.of(20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 40_000, 20_000), windows);
    }

    @Test
    void littleIsExactAndNothingIsNull() throws InterruptedException {
        List<Visit> visits = List.of(
                new Visit(1, "b", null, null),
                new Visit(1, "a", 5L, Double.NaN),
                new Visit(1, "", 5L, -0.0),
                new Visit(2, "a", 7L, 0.0),
                new Visit(2, "b", 7L, 4.0),
                new Visit(25, null, null, null));
        List<String> rows = new ArrayList<>();
        run(
                visits,
                row -> rows.add(row.int64("n") + " " + row.int64("users") + " " + row.int64("pages") + " "
                        + row.int64("values") + " " + (row.isNull(6) ? null : row.float64("median")) + " "
                        + (row.isNull(7) ? null : row.int64("middle")) + " " + row.list("pagesTop") + " "
                        + row.list("usersTop")),
                Window.tumbling(Duration.ofSeconds(20)),
                count().as("n"),
                approxCountDistinct("user").as("users"),
                approxCountDistinct("page").as("pages"),
                approxCountDistinct("millis").as("values"),
                approxMedian("millis").as("median"),
                approxMedian(col("user")).filter(col("page").eq("b")).as("middle"),
                topK("page", 2).as("pagesTop"),
                topK("user", 3).as("usersTop"));
        assertEquals(List.of("5 2 3 3 0.0 7 [a, b] [5, 7]", "1 0 0 0 null null [] []"), rows);
    }

    @Test
    void whatTheyDoNotTakeIsSaidBeforeTheFirstRow() {
        assertMessage("share=1.5", () -> approxQuantile("millis", 1.5));
        assertMessage("share=NaN", () -> approxQuantile("millis", Double.NaN));
        assertMessage("count=0", () -> topK("page", 0));
        assertMessage("not utf8", () -> input.stream().window(SLIDING).aggregate(approxMedian("page")));
        assertMessage("not float64", () -> input.stream().window(SLIDING).aggregate(topK("millis", 3)));
        assertMessage(
                "does not take bool",
                () -> input.stream()
                        .window(SLIDING)
                        .aggregate(approxCountDistinct(col("page").eq("a"))));
    }

    private void run(List<Visit> visits, Consumer<RowView> sink, Window window, Expr... aggregates)
            throws InterruptedException {
        input.stream().window(window).aggregate(aggregates).to(Sinks.forEachRow(sink::accept));
        try (TestEngine engine = TestEngine.create()) {
            Job job = engine.run(pipeline);
            try (Producer<Visit> producer = job.producer(input)) {
                for (int i = 0; i < visits.size(); i++) {
                    producer.offer(visits.get(i));
                    if (i % 4_096 == 0) {
                        engine.runUntilIdle();
                    }
                }
            }
            job.drain();
            job.await();
            assertEquals(0, engine.memoryBytesInUse());
        }
    }

    private static void near(long exact, long estimate, double share) {
        assertTrue(Math.abs(exact - estimate) <= share * exact, () -> estimate + " for " + exact);
    }

    /// Whether the share of values up to `value` is near to the one that was asked for.
    private static void assertRank(double[] sorted, double value, double share) {
        double actual = (double) Arrays.stream(sorted).filter(it -> it <= value).count() / sorted.length;
        assertTrue(Math.abs(actual - share) < 0.03, () -> value + " is at " + actual + " and not at " + share);
    }

    private static void assertMessage(String part, Runnable call) {
        RuntimeException refusal = assertThrows(RuntimeException.class, call::run);
        assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
    }
}
