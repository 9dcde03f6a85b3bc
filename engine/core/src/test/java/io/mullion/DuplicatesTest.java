package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows that are told from those that came before.
@Tag("checked")
class DuplicatesTest {
    record Click(@EventTime(TimeUnit.SECONDS) long time, String user, long page) {}

    private static final long DISORDER = 10;
    private static final long WITHIN = 7;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Click> clicks =
            pipeline.input("clicks", Click.class, Watermark.bounded(Duration.ofSeconds(DISORDER)));
    private final Collected results = new Collected();

    private JobCounters run(DataStream stream, List<Click> rows, int together, int workers)
            throws InterruptedException {
        stream.to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        try (Producer<Click> producer = job.producer(clicks)) {
            for (int i = 0; i < rows.size(); i++) {
                producer.offer(rows.get(i));
                if (i % together == 0) {
                    engine.runUntilIdle();
                }
            }
            engine.runUntilIdle();
        }
        JobCounters before = job.counters();
        job.drain();
        job.await();
        return before;
    }

    private static List<Click> random(long seed) {
        Random random = new Random(seed);
        List<Click> rows = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            long time = i / 10 + random.nextLong(2 * DISORDER) - (random.nextInt(50) == 0 ? 30 : 0);
            String user = random.nextInt(20) == 0 ? null : "a user by the name of " + random.nextInt(30);
            rows.add(new Click(time, user, random.nextLong(3)));
        }
        return rows;
    }

    private static List<Object> cells(Click click) {
        List<Object> cells = new ArrayList<>();
        cells.add(click.time());
        cells.add(click.user());
        cells.add(click.page());
        return cells;
    }

    @Test
    void withoutTimeKeysAreRememberedForEver() throws InterruptedException {
        JobCounters counters = run(
                clicks.stream().dropDuplicates("user"),
                List.of(
                        new Click(1, "a", 1),
                        new Click(1_000, "b", 2),
                        new Click(2, "a", 3),
                        new Click(3, null, 4),
                        new Click(2_000, null, 5),
                        new Click(1, "c", 6)),
                3,
                1);
        assertEquals(List.of(1L, 2L, 4L, 6L), results.column("page"));
        assertEquals(2, counters.duplicateRows());
        assertEquals(0, counters.lateRows());
        assertEquals(4, counters.rowsKept());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 1", "64, 1", "5000, 1", "1, 2", "7, 3", "64, 3", "5000, 2"})
    void withItsTimeAmongTheKeysNothingIsRememberedForLong(int together, int workers) throws InterruptedException {
        List<Click> rows = random(together);
        List<List<Object>> expected = new ArrayList<>();
        Set<List<Object>> seen = new HashSet<>();
        long late = 0;
        long watermark = Long.MIN_VALUE;
        for (Click row : rows) {
            if (row.time() < watermark) {
                late++;
            } else if (seen.add(cells(row).subList(0, 2))) {
                expected.add(cells(row));
            }
            watermark = Math.max(watermark, row.time() - DISORDER);
        }
        JobCounters counters = run(clicks.stream().dropDuplicates("time", "user"), rows, together, workers);
        assertSame(expected, workers);
        assertEquals(late, counters.lateRows());
        assertEquals(rows.size() - late - expected.size(), counters.duplicateRows());
        assertTrue(counters.rowsKept() < 31 * 4 * DISORDER, () -> "keys remembered: " + counters.rowsKept());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 1", "64, 1", "5000, 1", "1, 2", "7, 3", "64, 3", "5000, 2"})
    void withinATimeTheAnswerDoesNotDependOnTheCut(int together, int workers) throws InterruptedException {
        List<Click> rows = random(together);
        List<List<Object>> expected = new ArrayList<>();
        Map<String, Long> firsts = new HashMap<>();
        long watermark = Long.MIN_VALUE;
        for (Click row : rows) {
            Long first = firsts.get(row.user());
            if (row.time() >= watermark && (first == null || row.time() >= first + WITHIN)) {
                firsts.put(row.user(), row.time());
                expected.add(cells(row));
            }
            watermark = Math.max(watermark, row.time() - DISORDER);
        }
        JobCounters counters =
                run(clicks.stream().dropDuplicatesWithin(Duration.ofSeconds(WITHIN), "user"), rows, together, workers);
        assertSame(expected, workers);
        assertTrue(counters.rowsKept() <= 31, () -> "keys remembered: " + counters.rowsKept());
    }

    /// Between workers rows are in no order.
    private void assertSame(List<List<Object>> expected, int workers) {
        if (workers == 1) {
            assertEquals(expected, results.rows);
        } else {
            assertEquals(sorted(expected), sorted(results.rows));
        }
    }

    private static List<String> sorted(List<List<Object>> rows) {
        return rows.stream().map(List::toString).sorted().toList();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertRefused(
                "dropDuplicates: no column named no", () -> clicks.stream().dropDuplicates("no"));
        assertRefused(
                "dropDuplicates: a key has 1 to 32 columns",
                () -> clicks.stream().dropDuplicates());
        assertRefused(
                "dropDuplicatesWithin needs a positive time",
                () -> clicks.stream().dropDuplicatesWithin(Duration.ZERO, "user"));
        assertRefused(
                "dropDuplicatesWithin needs event time",
                () -> pipeline.input("now", Click.class).stream().dropDuplicatesWithin(Duration.ofSeconds(1), "user"));
    }

    private static void assertRefused(String message, Runnable step) {
        MullionException refusal = assertThrows(MullionException.class, step::run);
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    }
}
