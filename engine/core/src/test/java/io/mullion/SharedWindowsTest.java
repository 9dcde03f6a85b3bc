package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Several windows over one keyed stream: what they have in common, and what each has for itself. That results are
/// those of each window alone is the matter of the oracle.
class SharedWindowsTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, String shop, long amount) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Sale> sales = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
    private final KeyedStream keyed = sales.stream().keyBy("shop");
    private TestEngine engine;
    private Job job;
    private Producer<Sale> producer;

    @Test
    void whatIsSharedIsExplained() throws InterruptedException {
        aggregate(keyed.window(sliding(60, 10)), max("amount").as("most"));
        aggregate(keyed.window(sliding(30, 10)), count().as("n"));
        aggregate(
                keyed.window(Window.tumbling(Duration.ofSeconds(120))),
                sum("amount").as("total"));
        aggregate(keyed.window(Window.session(Duration.ofSeconds(5))), count().as("n"));
        start();
        end();
        assertEquals("""
                input sales: (time timestamp(s, UTC), shop utf8 null, amount int64), Event[column=time, unit=SECONDS], bounded(PT0S), overload BLOCK
                  keyBy shop, 3 windows share groups and panes
                    . rows are folded into the panes of window sliding(PT1M, PT10S)
                    . key kernel
                    . accumulate kernel
                    . combine kernel
                    keyBy shop, window sliding(PT1M, PT10S), aggregate max(amount) as most
                      . 6 panes a window; two stacks in blocks of half a window, 4 panes combined a slide at most
                      . result kernel
                      to Collected
                    keyBy shop, window sliding(PT30S, PT10S), aggregate count() as n
                      . 3 panes a window; running total: panes that enter are added, panes that leave are retracted, 2 panes combined a slide at most
                      . retract kernel
                      . result kernel
                      to Collected
                    keyBy shop, window tumbling(PT2M), aggregate sum(amount) as total
                      . 1 panes a window; a window is one pane
                      . its panes are made of those of window sliding(PT1M, PT10S), each of which is combined once more
                      . retract kernel
                      . result kernel
                      to Collected
                  keyBy shop, window session(PT5S), aggregate count() as n
                    . sessions are merged by key
                    . shares nothing with window sliding(PT1M, PT10S): only windows on a grid have panes to share
                    . shares nothing with window sliding(PT30S, PT10S): only windows on a grid have panes to share
                    . shares nothing with window tumbling(PT2M): only windows on a grid have panes to share
                    . key kernel
                    . accumulate kernel
                    . combine kernel
                    . retract kernel
                    . result kernel
                    to Collected
                """, plan());
    }

    @Test
    void whatKeepsWindowsApartIsExplained() throws InterruptedException {
        aggregate(keyed.window(sliding(30, 10)), count().as("n"));
        assertApart("other keys", sales.stream().keyBy("amount").window(sliding(30, 10)), count());
        assertApart("neither has bounds of windows", keyed.window(sliding(35, 7)), count());
        assertApart(
                "columns are computed for one of them",
                keyed.window(sliding(30, 10)),
                sum(col("amount").dividedBy(col("amount"))));
        assertApart(
                "early results need panes", keyed.window(sliding(60, 20)).earlyResults(Duration.ofSeconds(1)), count());
    }

    @Test
    void earlyResultsShareThePanesThatTakeTheRows() throws InterruptedException {
        Collected early = aggregate(keyed.window(sliding(20, 10)).earlyResults(Duration.ofSeconds(1)), count().as("n"));
        Collected later = aggregate(keyed.window(Window.tumbling(Duration.ofSeconds(20))), count().as("n"));
        start();
        assertTrue(plan().contains("2 windows share"), plan());
        sell(1, "a", 1);
        engine.advanceTo(Duration.ofSeconds(1));
        assertEquals(List.of(List.of(-10L, 10L, "a", 1L, -1L), List.of(0L, 20L, "a", 1L, -1L)), early.rows);
        assertEquals(List.of(), later.rows);
        end();
        assertEquals(List.of(List.of(0L, 20L, "a", 1L)), later.rows);
    }

    /// Grids with the same bounds may number their panes differently.
    @Test
    void earlyResultsHaveTheRowsWhereverTheGridsBegin() throws InterruptedException {
        aggregate(
                keyed.window(Window.tumbling(Duration.ofSeconds(10)).offset(Duration.ofSeconds(-3))), count().as("n"));
        Window shifted = Window.tumbling(Duration.ofSeconds(10)).offset(Duration.ofSeconds(7));
        Collected early = aggregate(keyed.window(shifted).earlyResults(Duration.ofSeconds(1)), count().as("n"));
        start();
        sell(1, "a", 1);
        engine.advanceTo(Duration.ofSeconds(1));
        assertEquals(List.of(List.of(-3L, 7L, "a", 1L, -1L)), early.rows);
        end();
    }

    @Test
    void eachWindowSaysWhatIsLateForIt() throws InterruptedException {
        Collected lateForShort = new Collected();
        Collected lateForLong = new Collected();
        Collected shortWindows = aggregate(keyed.window(sliding(10, 10)).lateRowsTo(lateForShort), count().as("n"));
        Collected longWindows = aggregate(
                keyed.window(sliding(40, 20)).lateRowsTo(lateForLong),
                sum("amount").as("total"));
        start();
        assertTrue(plan().contains("its panes are made of those"), plan());
        sell(5, "a", 1);
        sell(47, "a", 2);
        // The window [0, 40) has fired, and [20, 60) has not.
        sell(25, "b", 4);
        sell(38, "a", 8);
        sell(19, "a", 16);
        sell(41, "b", 32);
        end();
        assertEquals(List.of(25L, 38L, 19L), lateForShort.column("time"));
        assertEquals(List.of(19L), lateForLong.column("time"));
        assertEquals(4, job.counters().lateRows());
        assertEquals(
                List.of(List.of(0L, 10L, "a", 1L), List.of(40L, 50L, "a", 1L), List.of(40L, 50L, "b", 1L)),
                shortWindows.rows);
        assertEquals(
                List.of(
                        List.of(-20L, 20L, "a", 1L),
                        List.of(0L, 40L, "a", 1L),
                        List.of(20L, 60L, "a", 10L),
                        List.of(20L, 60L, "b", 36L),
                        List.of(40L, 80L, "a", 2L),
                        List.of(40L, 80L, "b", 32L)),
                longWindows.rows);
    }

    @Test
    void eachWindowIsRevisedForAsLongAsItsOwnLateness() throws InterruptedException {
        Collected patient =
                aggregate(keyed.window(sliding(10, 10)).allowedLateness(Duration.ofSeconds(100)), count().as("n"));
        Collected strict =
                aggregate(keyed.window(sliding(10, 10)), max("amount").as("most"));
        Collected coarse =
                aggregate(keyed.window(sliding(20, 20)).allowedLateness(Duration.ofSeconds(15)), count().as("n"));
        start();
        sell(5, "a", 1);
        sell(22, "b", 1);
        sell(6, "a", 9);
        sell(50, "b", 1);
        sell(7, "a", 9);
        end();
        assertEquals(2 + 1, job.counters().lateRows());
        assertEquals(
                List.of(
                        List.of(0L, 10L, "a", 1L, 0L),
                        List.of(0L, 10L, "a", 2L, 1L),
                        List.of(20L, 30L, "b", 1L, 0L),
                        List.of(0L, 10L, "a", 3L, 2L),
                        List.of(50L, 60L, "b", 1L, 0L)),
                patient.rows);
        assertEquals(
                List.of(List.of(0L, 10L, "a", 1L), List.of(20L, 30L, "b", 1L), List.of(50L, 60L, "b", 1L)),
                strict.rows);
        assertEquals(
                List.of(
                        List.of(0L, 20L, "a", 1L, 0L),
                        List.of(0L, 20L, "a", 2L, 1L),
                        List.of(20L, 40L, "b", 1L, 0L),
                        List.of(40L, 60L, "b", 1L, 0L)),
                coarse.rows);
    }

    @Test
    void aPaneIsCombinedOnceForEachGridThatItGoesOnTo() throws InterruptedException {
        aggregate(keyed.window(sliding(10, 10)), max("amount").as("most"));
        aggregate(keyed.window(sliding(100, 100)), max("amount").as("most"));
        start();
        for (int i = 0; i < 1000; i++) {
            sell(i, "s" + i % 3, i);
        }
        end();
        assertEquals(100, job.counters().combinedPanes());
    }

    /// Half of the keys are never seen again: their groups leave when the longest window has no row of them.
    @Test
    void memoryFollowsTheKeysThatAnyWindowHas() throws InterruptedException {
        Collected none = aggregate(keyed.window(sliding(4, 2)), count().as("n"));
        aggregate(
                keyed.window(Window.tumbling(Duration.ofSeconds(8))),
                max("amount").as("most"));
        start();
        long after = 0;
        for (int round = 0; round < 40; round++) {
            for (int i = 0; i < 500; i++) {
                sell(round, "s" + (i % 2 == 0 ? i : round * 500 + i), i);
            }
            engine.runUntilIdle();
            none.rows.clear();
            if (round == 19) {
                after = engine.memoryBytesInUse();
            }
        }
        assertTrue(engine.memoryBytesInUse() <= after + (64 << 10), after + " grew to " + engine.memoryBytesInUse());
        end();
    }

    private void assertApart(String reason, WindowedStream window, Expr aggregate) throws InterruptedException {
        aggregate(window, aggregate.as("it"));
        try (TestEngine alone = TestEngine.create(Engines.SMALL)) {
            Job explained = alone.run(pipeline);
            explained.drain();
            explained.await();
            assertTrue(explained.explain().contains(reason), explained.explain());
        }
    }

    private static Window sliding(long size, long slide) {
        return Window.sliding(Duration.ofSeconds(size), Duration.ofSeconds(slide));
    }

    private static Collected aggregate(WindowedStream window, Expr aggregate) {
        Collected collected = new Collected();
        window.aggregate(aggregate).to(collected);
        return collected;
    }

    private void start() {
        engine = engines.test(Engines.SMALL);
        job = engine.run(pipeline);
        producer = job.producer(sales);
    }

    private void sell(long time, String shop, long amount) {
        producer.offer(new Sale(time, shop, amount));
        if (time % 5 == 0) {
            engine.runUntilIdle();
        }
    }

    private void end() throws InterruptedException {
        producer.close();
        job.drain();
        job.await();
    }

    /// Without the listings, and without what depends on the machine.
    private String plan() {
        List<String> lines = new ArrayList<>();
        for (String line : job.explain().lines().toList()) {
            if (line.strip().startsWith(". ") || line.strip().matches("(input|keyBy|to) [^=].*")) {
                lines.add(line.replaceAll(" kernel, .*", " kernel"));
            }
        }
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }
}
