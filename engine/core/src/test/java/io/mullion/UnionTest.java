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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several streams as one: whose rows come through, and when time advances.
class UnionTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, String shop, long amount) {}

    record Visit(@EventTime(TimeUnit.SECONDS) long time, String shop) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Sale> east = pipeline.input("east", Sale.class, Watermark.bounded(Duration.ZERO));
    private final Input<Sale> west = pipeline.input("west", Sale.class, Watermark.bounded(Duration.ZERO));
    private final Collected results = new Collected();

    private DataStream totals(DataStream stream) {
        return stream.keyBy("shop")
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("n"), sum("amount").as("total"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theSlowestStreamHoldsTimeBack(int workers) throws InterruptedException {
        totals(east.stream().union(west.stream())).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        try (Producer<Sale> eastern = job.producer(east);
                Producer<Sale> western = job.producer(west)) {
            eastern.offer(new Sale(1, "a", 1));
            eastern.offer(new Sale(25, "a", 2));
            engine.runUntilIdle();
            assertEquals(List.of(), results.rows);
            western.offer(new Sale(2, "a", 4));
            western.offer(new Sale(12, "a", 8));
            engine.runUntilIdle();
            assertEquals(List.of(List.of(0L, 10L, "a", 2L, 5L)), results.rows);
        }
        job.drain();
        job.await();
        assertEquals(
                List.of(List.of(0L, 10L, "a", 2L, 5L), List.of(10L, 20L, "a", 1L, 8L), List.of(20L, 30L, "a", 1L, 2L)),
                results.rows);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aStreamThatNeverHadAProducerHoldsTimeBackAndOneThatLostThemDoesNot(int workers) throws InterruptedException {
        totals(east.stream().union(west.stream())).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        try (Producer<Sale> eastern = job.producer(east)) {
            eastern.offer(new Sale(1, "a", 1));
            eastern.offer(new Sale(25, "a", 2));
            engine.runUntilIdle();
            assertEquals(List.of(), results.rows);
            try (Producer<Sale> western = job.producer(west)) {
                western.offer(new Sale(3, "a", 4));
                engine.runUntilIdle();
                assertEquals(List.of(), results.rows);
            }
            engine.runUntilIdle();
            assertEquals(List.of(List.of(0L, 10L, "a", 2L, 5L)), results.rows);
            try (Producer<Sale> again = job.producer(west)) {
                engine.runUntilIdle();
                eastern.offer(new Sale(45, "a", 2));
                again.offer(new Sale(4, "a", 8));
                again.offer(new Sale(26, "a", 8));
                engine.runUntilIdle();
                assertEquals(1, job.counters().lateRows());
                assertEquals(1, results.rows.size());
            }
        }
        engine.runUntilIdle();
        job.drain();
        job.await();
        assertEquals(
                List.of(List.of(0L, 10L, "a", 2L, 5L), List.of(20L, 30L, "a", 2L, 10L), List.of(40L, 50L, "a", 1L, 2L)),
                results.rows);
    }

    /// Where rows go from worker to worker before, it is said there that nobody brings any.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aStreamThatLostItsProducersHoldsNothingBackBehindOtherStepsByKey(int workers) throws InterruptedException {
        totals(east.stream()
                        .dropDuplicates("time", "shop")
                        .union(west.stream().filter(col("amount").gt(0)).dropDuplicates("time", "shop")))
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        try (Producer<Sale> eastern = job.producer(east)) {
            try (Producer<Sale> western = job.producer(west)) {
                eastern.offer(new Sale(1, "a", 1));
                eastern.offer(new Sale(25, "a", 2));
                western.offer(new Sale(3, "a", 4));
                engine.runUntilIdle();
                assertEquals(List.of(), results.rows);
            }
            engine.runUntilIdle();
            assertEquals(List.of(List.of(0L, 10L, "a", 2L, 5L)), results.rows);
            try (Producer<Sale> again = job.producer(west)) {
                engine.runUntilIdle();
                eastern.offer(new Sale(45, "a", 2));
                again.offer(new Sale(26, "a", 8));
                engine.runUntilIdle();
                assertEquals(1, results.rows.size());
            }
        }
        job.drain();
        job.await();
        assertEquals(
                List.of(List.of(0L, 10L, "a", 2L, 5L), List.of(20L, 30L, "a", 2L, 10L), List.of(40L, 50L, "a", 1L, 2L)),
                results.rows);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aStreamMayBeThereTwiceAndUnionsMayBeNested(int workers) throws InterruptedException {
        DataStream large = east.stream().filter(col("amount").gt(10));
        DataStream twice = large.union(large);
        totals(twice.union(west.stream(), east.stream())).to(results);
        Collected also = new Collected();
        twice.to(also);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        try (Producer<Sale> eastern = job.producer(east);
                Producer<Sale> western = job.producer(west)) {
            eastern.offer(new Sale(1, "a", 1));
            eastern.offer(new Sale(2, "a", 100));
            western.offer(new Sale(3, "a", 1_000));
        }
        job.drain();
        job.await();
        assertEquals(List.of(List.of(0L, 10L, "a", 5L, 1301L)), results.rows);
        assertEquals(List.of(100L, 100L), also.column("amount"));
        assertTrue(job.explain().contains("union of 3 streams"), job.explain());
    }

    @Test
    void streamsOfOtherColumnsAreRefused() {
        Input<Visit> visits = pipeline.input("visits", Visit.class, Watermark.bounded(Duration.ZERO));
        MullionException refusal =
                assertThrows(MullionException.class, () -> east.stream().union(visits.stream()));
        assertEquals(
                "union needs the same columns: (time timestamp(s, UTC), shop utf8 null, amount int64)"
                        + " and (time timestamp(s, UTC), shop utf8 null)",
                refusal.getMessage());
    }

    @Test
    void streamsOfOtherTimeAreRefused() {
        Input<Sale> atOnce = pipeline.input("at once", Sale.class);
        MullionException refusal =
                assertThrows(MullionException.class, () -> east.stream().union(atOnce.stream()));
        assertTrue(refusal.getMessage().startsWith("union needs the same time: "), refusal.getMessage());
    }

    @Test
    void streamsOfAnotherPipelineAreRefused() {
        DataStream foreign = Pipeline.create().input("foreign", Sale.class, Watermark.bounded(Duration.ZERO)).stream();
        MullionException refusal =
                assertThrows(MullionException.class, () -> east.stream().union(foreign));
        assertEquals("union needs streams of one pipeline", refusal.getMessage());
    }
}
