package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Producers against a worker through whole pipelines. `-Dmullion.stress.rows=N` asks for more rows.
@Tag("stress")
class EngineStressTest {
    private static final long ROWS = Long.getLong("mullion.stress.rows", 3_000_000);
    private static final int PRODUCERS = 3;

    record Number(@EventTime(TimeUnit.MILLIS) long time, long producer, String text, long n) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void everyRowOfEveryProducerArrivesOnceAndInOrder() throws InterruptedException {
        long[] next = new long[PRODUCERS];
        List<String> wrong = new ArrayList<>();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        input.stream().to(Sinks.forEachRow(row -> {
            int producer = (int) row.int64(1);
            if (row.int64(3) != next[producer]++ || !row.utf8(2).equals("t" + row.int64(3) % 1000)) {
                wrong.add(producer + ": " + row.int64(3));
            }
        }));
        Job job = engines.start(Engines.SMALL.withLaneBatches(2).withBatchDataBytes(64))
                .run(pipeline);
        feed(job, input, ROWS / PRODUCERS);
        job.drain();
        job.await();
        assertEquals(List.of(), wrong);
        assertEquals(List.of(ROWS / PRODUCERS, ROWS / PRODUCERS, ROWS / PRODUCERS), List.of(next[0], next[1], next[2]));
    }

    @Test
    void windowsOverManyLanesCountEveryRow() throws InterruptedException {
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .filter(col("n").ge(0))
                .keyBy("producer")
                .window(Window.sliding(Duration.ofMillis(500), Duration.ofMillis(100)))
                .aggregate(count().as("rows"), sum("n").as("sum"), min("n").as("least"), max("n").as("greatest"))
                .to(collected);
        Job job = engines.start(Engines.SMALL).run(pipeline);
        feed(job, input, ROWS / PRODUCERS);
        job.drain();
        job.await();
        assertEquals(0, job.counters().lateRows());
        long each = ROWS / PRODUCERS;
        assertEquals(
                5 * PRODUCERS * each,
                collected.column("rows").stream().mapToLong(rows -> (Long) rows).sum());
        assertEquals(
                5 * PRODUCERS * (each * (each - 1) / 2),
                collected.column("sum").stream().mapToLong(sum -> (Long) sum).sum());
    }

    @RepeatedTest(50)
    void producersThatStartTogetherLoseNothingToLateness() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .window(Window.tumbling(Duration.ofMillis(1)))
                .aggregate(count().as("n"))
                .to(new Collected());
        Engine engine = engines.start();
        for (int round = 0; round < 20; round++) {
            Job job = engine.run(pipeline);
            feed(job, input, 200);
            job.drain();
            job.await();
            assertEquals(0, job.counters().lateRows());
        }
    }

    private static void feed(Job job, Input<Number> input, long rows) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Producer<Number>> producers = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            producers.add(job.producer(input));
        }
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            int number = p;
            threads.add(Thread.ofPlatform().start(() -> {
                try (Producer<Number> producer = producers.get(number)) {
                    for (long n = 0; n < rows; n++) {
                        Offer offer = producer.offer(new Number(n / 100, number, "t" + n % 1000, n));
                        assertEquals(Offer.ACCEPTED, offer);
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(null, failure.get());
    }
}
