package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
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

/// Sessions: how rows make, prolong and join them, when they fire, and what comes too late.
class SessionTest {
    record Visit(@EventTime(TimeUnit.SECONDS) long time, String user, long pages, long gap) {
        Visit(long time, String user) {
            this(time, user, 1, 10);
        }
    }

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private final Pipeline pipeline = Pipeline.create();

    @Test
    void rowsThatTouchAreOneSession() throws InterruptedException {
        List<List<Object>> rows = run(
                Window.session(Duration.ofSeconds(10)),
                new Visit(0, "a"),
                new Visit(10, "a"),
                new Visit(21, "a"),
                new Visit(5, "b"));
        assertEquals(List.of(List.of(5L, 15L, "b", 1L), List.of(0L, 20L, "a", 2L), List.of(21L, 31L, "a", 1L)), rows);
    }

    @Test
    void aRowBetweenTwoSessionsJoinsThem() throws InterruptedException {
        List<List<Object>> rows = run(
                Window.session(Duration.ofSeconds(10)),
                new Visit(0, "a"),
                new Visit(18, "a"),
                new Visit(37, "a"),
                new Visit(9, "a"),
                new Visit(28, "a"));
        assertEquals(List.of(List.of(0L, 47L, "a", 5L)), rows);
    }

    @Test
    void eachRowMayBringItsGap() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Visit> input = pipeline.input("visits", Visit.class, Watermark.none());
        input.stream()
                .keyBy("user")
                .window(Window.session(col("gap")))
                .aggregate(sum("pages").as("pages"))
                .to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Visit> producer = job.producer(input)) {
            producer.offer(new Visit(0, "a", 1, 100));
            producer.offer(new Visit(30, "a", 2, 5));
            producer.offer(new Visit(101, "a", 4, 5));
            producer.offer(new Visit(50, "a", 8, 0));
            producer.offer(new Visit(50, "a", 16, -1));
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 100L, "a", 3L), List.of(101L, 106L, "a", 4L)), collected.rows);
        assertEquals(2, job.counters().rowsWithoutGap());
    }

    @Test
    void aRowIsLateIfItsSessionWouldHaveEnded() throws InterruptedException {
        TestEngine engine = engines.test();
        Collected late = new Collected();
        Input<Visit> input = pipeline.input("visits", Visit.class, Watermark.explicit());
        input.stream()
                .keyBy("user")
                .window(Window.session(Duration.ofSeconds(10)))
                .lateRowsTo(late)
                .aggregate(count().as("n"))
                .to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Visit> producer = job.producer(input)) {
            producer.offer(new Visit(25, "a"));
            producer.watermark(30);
            // Alone it would have ended at 20; with the row at 25 it has not.
            producer.offer(new Visit(16, "a"));
            producer.offer(new Visit(10, "b"));
            producer.offer(new Visit(21, "b"));
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(21L, 31L, "b", 1L), List.of(16L, 35L, "a", 2L)), collected.rows);
        assertEquals(1, job.counters().lateRows());
        assertEquals(List.of(List.of(10L, "b", 1L, 10L)), late.rows);
    }

    @Test
    void withinTheAllowedLatenessASessionGrowsAndFiresAgain() throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Visit> input = pipeline.input("visits", Visit.class, Watermark.explicit());
        input.stream()
                .keyBy("user")
                .window(Window.session(Duration.ofSeconds(10)))
                .allowedLateness(Duration.ofSeconds(20))
                .aggregate(count().as("n"))
                .to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Visit> producer = job.producer(input)) {
            producer.offer(new Visit(0, "a"));
            producer.watermark(15);
            engine.runUntilIdle();
            assertEquals(List.of(List.of(0L, 10L, "a", 1L, 0L)), collected.rows);
            producer.offer(new Visit(3, "a"));
            producer.offer(new Visit(4, "a"));
            engine.runUntilIdle();
            assertEquals(List.of(0L, 14L, "a", 3L, 1L), collected.rows.getLast());
            // It grows past the watermark and fires when that has come to its end.
            producer.offer(new Visit(12, "a"));
            engine.runUntilIdle();
            assertEquals(2, collected.rows.size());
            producer.watermark(22);
            engine.runUntilIdle();
            assertEquals(List.of(0L, 22L, "a", 4L, 2L), collected.rows.getLast());
            // Fires at once: its end has passed, its lateness has not.
            producer.offer(new Visit(5, "b"));
            engine.runUntilIdle();
            assertEquals(List.of(5L, 15L, "b", 1L, 0L), collected.rows.getLast());
            producer.watermark(42);
            producer.offer(new Visit(12, "a"));
        }
        job.drain();
        job.await();
        assertEquals(4, collected.rows.size());
        assertEquals(1, job.counters().lateRows());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void sessionsEqualARecomputation(long seed) throws InterruptedException {
        Random random = new Random(seed);
        int disorder = random.nextInt(40);
        int users = 1 + random.nextInt(6);
        boolean keyed = random.nextInt(4) > 0;
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            long time = 2L * i + random.nextInt(disorder + 1) - (random.nextInt(30) == 0 ? 60 : 0);
            visits.add(new Visit(time, "u" + random.nextInt(users), random.nextInt(100), 10));
        }
        TestEngine engine = engines.test();
        Input<Visit> input = pipeline.input("visits", Visit.class, Watermark.bounded(Duration.ofSeconds(disorder)));
        Window window = Window.session(Duration.ofSeconds(10));
        WindowedStream windowed = keyed
                ? input.stream().keyBy("user").window(window)
                : input.stream().window(window);
        windowed.aggregate(count().as("n"), sum("pages").as("s"), max("pages").as("h"))
                .to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Visit> producer = job.producer(input)) {
            for (Visit visit : visits) {
                producer.offer(visit);
                if (random.nextInt(10) == 0) {
                    engine.runUntilIdle();
                }
            }
        }
        job.drain();
        job.await();
        assertEquals(sorted(naive(visits, disorder, keyed)), sorted(collected.rows));
    }

    /// Row by row: the sessions that a row touches become one; a row whose session has ended is left out.
    private static List<List<Object>> naive(List<Visit> visits, long disorder, boolean keyed) {
        List<List<Object>> results = new ArrayList<>();
        TreeMap<String, List<long[]>> open = new TreeMap<>();
        long greatest = Long.MIN_VALUE / 2;
        for (Visit visit : visits) {
            long watermark = greatest - disorder;
            open.forEach((user, sessions) -> sessions.removeIf(it -> it[1] <= watermark && fire(results, user, it)));
            String key = keyed ? visit.user() : "";
            long[] session = {visit.time(), visit.time() + 10, 1, visit.pages(), visit.pages()};
            List<long[]> sessions = open.computeIfAbsent(key, _ -> new ArrayList<>());
            for (long[] other : List.copyOf(sessions)) {
                if (other[0] <= session[1] && session[0] <= other[1]) {
                    sessions.remove(other);
                    session = new long[] {
                        Math.min(session[0], other[0]),
                        Math.max(session[1], other[1]),
                        session[2] + other[2],
                        session[3] + other[3],
                        Math.max(session[4], other[4])
                    };
                }
            }
            if (session[1] > watermark) {
                sessions.add(session);
            }
            greatest = Math.max(greatest, visit.time());
        }
        open.forEach((user, sessions) -> sessions.forEach(it -> fire(results, user, it)));
        return results;
    }

    private static boolean fire(List<List<Object>> results, String user, long[] session) {
        List<Object> row = new ArrayList<>(List.of(session[0], session[1]));
        if (!user.isEmpty()) {
            row.add(user);
        }
        row.addAll(List.of(session[2], session[3], session[4]));
        return results.add(row);
    }

    private static List<String> sorted(List<List<Object>> rows) {
        return rows.stream().map(Object::toString).sorted().toList();
    }

    private List<List<Object>> run(Window window, Visit... visits) throws InterruptedException {
        TestEngine engine = engines.test();
        Input<Visit> input = pipeline.input("visits", Visit.class, Watermark.none());
        input.stream().keyBy("user").window(window).aggregate(count().as("n")).to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Visit> producer = job.producer(input)) {
            for (Visit visit : visits) {
                producer.offer(visit);
            }
        }
        job.drain();
        job.await();
        return collected.rows;
    }
}
