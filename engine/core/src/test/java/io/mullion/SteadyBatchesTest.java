package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.KeepKeys;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// In a steady state micro-batches take no memory, on or off the heap.
class SteadyBatchesTest {
    private static final int ROUND = 50_000;
    private static final int BATCH = 100;

    record Event(long key, String name, long value) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private long results;

    @Test
    void rowsThatAreFilteredAndComputed() throws InterruptedException {
        rounds(stream -> stream.filter(col("value").gt(10))
                .select(col("key"), col("value").times(2).as("twice")));
    }

    @Test
    void countsOfBatches() throws InterruptedException {
        rounds(BatchedStream::count);
    }

    @Test
    void reductionsByKey() throws InterruptedException {
        rounds(stream -> stream.keyBy("name").reduceByKey(sum("value").as("total")));
    }

    @Test
    void windowsWithKeysThatAreKept() throws InterruptedException {
        rounds(stream -> stream.keyBy("key")
                .reduceByKeyAndWindow(
                        Duration.ofMillis(6),
                        Duration.ofMillis(2),
                        KeepKeys.where(col("n").gt(0)),
                        count().as("n"),
                        sum("value").as("total")));
    }

    @Test
    void windowsOfRowsInOrder() throws InterruptedException {
        rounds(stream ->
                stream.window(Duration.ofMillis(3)).sort("value", "name").limit(100));
    }

    private void rounds(Function<BatchedStream, BatchedStream> operations) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class);
        operations.apply(input.stream().batchInterval(Duration.ofMillis(1))).to(Sinks.forEachRow(_ -> results++));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Event> producer = job.producer(input)) {
            Event[] events = new Event[997];
            for (int i = 0; i < events.length; i++) {
                events[i] = new Event(i * 31L % 300, "name " + i % 50, i % 100);
            }
            Duration[] times = new Duration[100 * ROUND / BATCH];
            for (int i = 0; i < times.length; i++) {
                times[i] = Duration.ofMillis(i + 1);
            }
            FreeOfAllocation.requireAtLast(
                    round -> run(engine, producer, events, times, round), engine::memoryBytesInUse);
        }
        job.drain();
        job.await();
        assertTrue(results > 0);
    }

    private static void run(TestEngine engine, Producer<Event> producer, Event[] events, Duration[] times, long round) {
        for (int row = 0; row < ROUND; row++) {
            assertEquals(Offer.ACCEPTED, producer.offer(events[(int) ((row + round) % events.length)]));
            if ((row + 1) % BATCH == 0) {
                engine.advanceTo(times[(int) (round * (ROUND / BATCH) + row / BATCH)]);
            }
        }
    }
}
