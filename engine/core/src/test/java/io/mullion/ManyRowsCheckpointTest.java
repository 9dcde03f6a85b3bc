package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checkpoints of so many rows that several threads read them, each of them whole panes.
class ManyRowsCheckpointTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, long shop, long amount) {}

    private static final int SHOPS = 50_000;
    private static final long PANE_SECONDS = 2;
    private static final int PANES = 5;
    private static final long WINDOW_SECONDS = PANES * PANE_SECONDS;

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private final Collected results = new Collected();
    private Pipeline pipeline;
    private Input<Sale> input;

    private void begin() {
        results.rows.clear();
        pipeline = Pipeline.create();
        input = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        input.stream()
                .keyBy("shop")
                .window(Window.sliding(Duration.ofSeconds(WINDOW_SECONDS), Duration.ofSeconds(PANE_SECONDS)))
                .aggregate(
                        count().as("n"),
                        sum(col("amount")).as("amount"),
                        min(col("amount")).as("least"),
                        max(col("amount")).as("greatest"))
                .to(results);
    }

    private JobConfig config(int workers) {
        return JobConfig.defaults().withWorkers(workers).withCheckpoints(Checkpoints.to(folder));
    }

    private Engine engine() {
        return engines.start(EngineConfig.defaults().withMemoryLimitBytes(256L << 20));
    }

    /// A pane has all shops, few of them, or all but some.
    private static boolean has(long pane, long shop) {
        return switch ((int) pane) {
            case 1 -> shop % 5 == 0;
            case 3 -> shop % 7 != 0;
            default -> true;
        };
    }

    private static long amount(long pane, long shop, long unit) {
        return ((shop ^ pane) % 100 - 50) * unit;
    }

    private static void offer(Producer<Sale> producer, long pane, long unit) {
        for (long shop = 0; shop < SHOPS; shop++) {
            if (has(pane, shop)) {
                producer.offer(new Sale(pane * PANE_SECONDS, shop, amount(pane, shop, unit)));
            }
        }
    }

    /// Of the window that begins with a pane, and has those behind it.
    private static List<Object> expected(int from, long shop, long unit) {
        long[] amounts = LongStream.range(from, PANES)
                .filter(pane -> has(pane, shop))
                .map(pane -> amount(pane, shop, unit))
                .toArray();
        return List.of(
                from * PANE_SECONDS,
                from * PANE_SECONDS + WINDOW_SECONDS,
                shop,
                (long) amounts.length,
                LongStream.of(amounts).sum(),
                LongStream.of(amounts).min().orElseThrow(),
                LongStream.of(amounts).max().orElseThrow());
    }

    /// @param unit of amounts: of the greatest it is not known that sums stay within int64
    /// @param checkpoints in so many of which the rows are
    @ParameterizedTest
    @CsvSource({"1,1,1,1", "1,1,2,1", "1,2,1,1", "2,1,1,1", "2,3,2,1", "1,1,1,30000000000000000"})
    void panesComeBackAsTheyWere(int before, int after, int checkpoints, long unit) throws InterruptedException {
        begin();
        Job job = engine().run(pipeline, config(before));
        try (Producer<Sale> producer = job.producer(input)) {
            long rows = 0;
            for (int pane = 0; pane < PANES; pane++) {
                offer(producer, pane, unit);
                int number = pane;
                rows += LongStream.range(0, SHOPS)
                        .filter(shop -> has(number, shop))
                        .count();
                while (job.counters().rowsIn() < rows) {
                    Thread.sleep(1);
                }
                if (pane == PANES - 1 || checkpoints == 2 && pane == 2) {
                    job.checkpoint();
                }
            }
            job.stop();
            job.await();
        }
        begin();
        job = engine().restore(pipeline, config(after));
        assertEquals(after * PANES, job.snapshot().panes());
        job.drain();
        job.await();
        List<List<Object>> rows = results.rows.stream()
                .sorted((a, b) -> {
                    int byEnd = Long.compare((long) a.get(1), (long) b.get(1));
                    return byEnd != 0 ? byEnd : Long.compare((long) a.get(2), (long) b.get(2));
                })
                .toList();
        int at = 0;
        for (int from = 0; from < PANES; from++) {
            for (long shop = 0; shop < SHOPS; shop++) {
                int first = from;
                long wanted = shop;
                if (LongStream.range(first, PANES).anyMatch(pane -> has(pane, wanted))) {
                    assertEquals(expected(from, shop, unit), rows.get(at++));
                }
            }
        }
        assertEquals(at, rows.size());
        assertTrue(at > 4 * SHOPS);
    }
}
