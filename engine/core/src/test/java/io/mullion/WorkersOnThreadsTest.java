package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchView;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.EventTime;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What has rows by key, over workers on threads of their own and small queues: nothing is lost, nothing waits forever.
@Tag("schedule")
@Timeout(120)
class WorkersOnThreadsTest {
    record Event(@EventTime(TimeUnit.MILLIS) long time, int key, long n) {}

    record Total(long total) {}

    private static final int PRODUCERS = 3;
    private static final int ROWS = 6_000;
    private static final int KEYS = 50;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Event> input = pipeline.input("events", Event.class, Watermark.bounded(Duration.ofHours(1)));

    /// Batch by batch the sum of a column.
    private static final class Sums implements Sink {
        final List<Long> times = new ArrayList<>();
        final List<Long> sums = new ArrayList<>();
        private long sum;

        @Override
        public void accept(BatchView rows) {
            for (int row = 0; row < rows.rowCount(); row++) {
                sum += rows.int64(rows.schema().size() - 1, row);
            }
        }

        @Override
        public void endBatch(long timeNanos) {
            times.add(timeNanos);
            sums.add(sum);
            sum = 0;
        }
    }

    private void run(int workers) throws InterruptedException {
        Engine engine = engines.start(Engines.SMALL.withLaneBatches(2).withBatchRows(32));
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            Producer<Event> producer = job.producer(input);
            threads.add(Thread.ofPlatform().start(() -> {
                try (producer) {
                    for (int i = 0; i < ROWS; i++) {
                        producer.offer(new Event(i, i % KEYS, 1));
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        job.drain();
        job.await();
        assertEquals(PRODUCERS * ROWS, job.counters().rowsIn());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void batchesOfStreamsEndTogether(int workers) throws InterruptedException {
        BatchedStream batches = input.stream().batchInterval(Duration.ofMillis(3));
        Sums all = new Sums();
        Sums byKey = new Sums();
        Sums joined = new Sums();
        batches.count().to(all);
        BatchedStream counted = batches.keyBy("key").reduceByKey(sum("n").as("s"));
        counted.to(byKey);
        // Both sides have the same keys in each batch, so each of them meets one.
        counted.keyBy("key")
                .fullJoin(batches.filter(col("n").gt(0))
                        .keyBy("key")
                        .reduceByKey(count().as("c"))
                        .keyBy("key"))
                .select(col("s").plus(col("c")).as("both"))
                .to(joined);
        run(workers);
        assertEquals(
                (long) PRODUCERS * ROWS, all.sums.stream().mapToLong(n -> n).sum());
        assertEquals(all.sums, byKey.sums);
        assertEquals(all.sums.stream().map(n -> 2 * n).toList(), joined.sums);
        for (int batch = 0; batch < all.times.size(); batch++) {
            assertEquals((batch + 1) * 3_000_000L, all.times.get(batch));
        }
        assertEquals(all.times, byKey.times);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void statesJoinsAndDuplicatesSeeEveryRow(int workers) throws InterruptedException {
        Collected totals = new Collected();
        Collected pairs = new Collected();
        Collected firsts = new Collected();
        DataStream rows = input.stream();
        rows.keyBy("key")
                .mapWithState(Event.class, StateSpec.of(Total.class), Total.class, (row, state, out) -> {
                    Total next = new Total((state.exists() ? state.get().total() : 0) + row.n());
                    state.update(next);
                    if (next.total() == PRODUCERS * ROWS / KEYS) {
                        out.accept(next);
                    }
                })
                .to(totals);
        DataStream once = rows.dropDuplicates("time", "key");
        once.select(col("key")).to(firsts);
        rows
                .filter(col("key").lt(2))
                .join(once.select(col("key")))
                .on("key")
                .between(Duration.ZERO, Duration.ZERO)
                .stream()
                .to(pairs);
        run(workers);
        assertEquals(KEYS, totals.rows.size());
        assertEquals(ROWS, firsts.rows.size());
        assertEquals(2 * PRODUCERS * ROWS / KEYS, pairs.rows.size());
        Map<Object, Integer> byKey = new TreeMap<>();
        firsts.column("key").forEach(key -> byKey.merge(key, 1, Integer::sum));
        assertTrue(byKey.values().stream().allMatch(each -> each == ROWS / KEYS), byKey::toString);
    }
}
