package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sums over sliding windows without keys, behind a filter that leaves some panes with nothing, or with one row that
/// adds nothing. Nobody asks for the number of rows, so that no loop has to count them: windows with a row have a
/// result all the same, and those without have none.
class FilteredSumTest {
    record Tick(@EventTime(TimeUnit.SECONDS) long time, long n, double x) {}

    private static final int ROWS_OF_PANE = 150;
    private static final int PANES = 24;
    private static final int PANES_OF_WINDOW = 3;

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void windowsWithoutARowAreNotThereWhenPanesAreRetracted() throws InterruptedException {
        List<List<Object>> expected = new ArrayList<>();
        forEachWindow((end, ticks) ->
                expected.add(List.of(end, ticks.stream().mapToLong(Tick::n).sum())));
        assertTrue(expected.size() > 4 && expected.size() < PANES, "some windows are empty: " + expected);
        assertEquals(expected, results(sum("n").as("total")));
    }

    @Test
    void windowsWithoutARowAreNotThereWhenPanesAreCombined() throws InterruptedException {
        List<List<Object>> expected = new ArrayList<>();
        forEachWindow((end, ticks) ->
                expected.add(List.of(end, ticks.stream().mapToDouble(Tick::x).sum())));
        assertEquals(expected, results(sum("x").as("total")));
    }

    @FunctionalInterface
    private interface WindowRows {
        void take(long end, List<Tick> ticks);
    }

    private static void forEachWindow(WindowRows rows) {
        for (int first = 1 - PANES_OF_WINDOW; first < PANES; first++) {
            List<Tick> passing = new ArrayList<>();
            for (int pane = Math.max(first, 0); pane < Math.min(first + PANES_OF_WINDOW, PANES); pane++) {
                ticks(pane).stream().filter(tick -> tick.n() >= 0).forEach(passing::add);
            }
            if (!passing.isEmpty()) {
                rows.take(first + PANES_OF_WINDOW, passing);
            }
        }
    }

    /// Of every eight panes five have rows that pass: all, every third, one that adds nothing, the last but one, some.
    private static List<Tick> ticks(int pane) {
        List<Tick> ticks = new ArrayList<>();
        for (int row = 0; row < ROWS_OF_PANE; row++) {
            boolean passes = switch (pane % 8) {
                case 0 -> true;
                case 1 -> row % 3 == 0;
                case 5 -> row == 70;
                case 6 -> row == ROWS_OF_PANE - 2;
                case 7 -> row > 40 && row % 7 == 0;
                default -> false;
            };
            long n = !passes ? -1 - row : pane % 8 == 5 ? 0 : row;
            ticks.add(new Tick(pane, n, n * 0.25));
        }
        return ticks;
    }

    /// The end of each window and its result.
    private List<List<Object>> results(Expr aggregate) throws InterruptedException {
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Tick> input = pipeline.input("ticks", Tick.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .filter(col("n").ge(0))
                .window(Window.sliding(Duration.ofSeconds(PANES_OF_WINDOW), Duration.ofSeconds(1)))
                .aggregate(aggregate)
                .to(collected);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Tick> producer = job.producer(input)) {
            for (int pane = 0; pane < PANES; pane++) {
                List<Tick> ticks = ticks(pane);
                for (int row = 0; row < ticks.size(); row++) {
                    producer.offer(ticks.get(row));
                    if (row == 60) {
                        engine.runUntilIdle();
                    }
                }
                engine.runUntilIdle();
            }
        }
        job.drain();
        job.await();
        List<Object> ends = collected.column("window_end");
        List<Object> totals = collected.column("total");
        List<List<Object>> results = new ArrayList<>();
        for (int row = 0; row < ends.size(); row++) {
            results.add(List.of(ends.get(row), totals.get(row)));
        }
        return results;
    }
}
