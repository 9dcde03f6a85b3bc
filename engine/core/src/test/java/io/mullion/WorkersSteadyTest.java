package io.mullion;

import static io.mullion.FreeOfAllocation.THREADS;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Several workers at full load: what they do for each row, and that no row of any of them is lost to the others' time.
@Timeout(240)
class WorkersSteadyTest {
    record Trade(@EventTime(TimeUnit.MILLIS) long time, long account, String symbol, long quantity) {}

    enum Kind {
        PANES,
        ROWS_BY_KEY,
        SESSIONS
    }

    private static final int WORKERS = 3;
    private static final int KEYS = 300;
    private static final int ROWS_PER_MILLI = 20;
    private static final int ROUND = 60_000;

    @RegisterExtension
    final Engines engines = new Engines();

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nothingIsAllocatedForRowsThatGoFromWorkerToWorker(Kind kind) throws InterruptedException {
        TestEngine engine = engines.test(Engines.SMALL.withBatchRows(512).withBatchDataBytes(1 << 14));
        long[] results = new long[1];
        Pipeline pipeline = Pipeline.create();
        Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.bounded(Duration.ofMillis(5)));
        query(input, kind).to(Sinks.forEachRow(_ -> results[0]++));
        Job job = engine.run(pipeline, config(kind));
        List<Producer<Trade>> producers = new ArrayList<>();
        for (int p = 0; p < WORKERS; p++) {
            producers.add(job.producer(input));
        }
        Trade[] trades = new Trade[ROUND];
        FreeOfAllocation.requireAtLast(round -> {
            // Records are the user's; made before the measured part.
            for (int i = 0; i < ROUND; i++) {
                trades[i] = trade(round * ROUND + i);
            }
            return offered(trades, producers);
        });
        producers.forEach(Producer::close);
        job.drain();
        job.await();
        assertEquals(0, job.counters().lateRows());
        assertTrue(results[0] > 0);
    }

    private static long offered(Trade[] trades, List<Producer<Trade>> producers) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        int refused = 0;
        for (int i = 0; i < trades.length; i++) {
            refused += producers.get(i % WORKERS).offer(trades[i]) == Offer.ACCEPTED ? 0 : 1;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertEquals(0, refused);
        return allocated;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void threadsOfTheirOwnAllocateNothing(Kind kind) throws InterruptedException {
        Engine engine = engines.start(Engines.SMALL.withBatchRows(512).withBatchDataBytes(1 << 14));
        Semaphore seen = new Semaphore(0);
        Pipeline pipeline = Pipeline.create();
        Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.bounded(Duration.ofMillis(5)));
        long[] results = new long[1];
        query(input, kind).to(Sinks.forEachRow(_ -> results[0]++));
        // Says how far each of the workers has come.
        input.stream().filter(col("quantity").eq(-1)).to(Sinks.forEachRow(_ -> seen.release()));
        Job job = engine.run(pipeline, config(kind));
        List<Producer<Trade>> producers = new ArrayList<>();
        for (int p = 0; p < WORKERS; p++) {
            producers.add(job.producer(input));
        }
        long[] workers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("mullion-steady"))
                .mapToLong(Thread::threadId)
                .toArray();
        assertEquals(WORKERS, workers.length);
        Trade[] trades = new Trade[ROUND];
        FreeOfAllocation.requireAtLast(round -> {
            for (int i = 0; i < ROUND; i++) {
                trades[i] = trade(round * ROUND + i);
            }
            Trade mark = new Trade(trades[ROUND - 1].time(), 0, "mark", -1);
            long before = allocatedBy(workers);
            for (int i = 0; i < ROUND; i++) {
                producers.get(i % WORKERS).offer(trades[i]);
            }
            producers.forEach(producer -> producer.offer(mark));
            seen.acquireUninterruptibly(WORKERS);
            return allocatedBy(workers) - before;
        });
        producers.forEach(Producer::close);
        job.drain();
        job.await();
        assertEquals(0, job.counters().lateRows());
        assertTrue(results[0] > 0);
    }

    private static long allocatedBy(long[] threads) {
        long bytes = 0;
        for (long thread : threads) {
            bytes += THREADS.getThreadAllocatedBytes(thread);
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKeyThatMostRowsHaveIsSpreadWherePanesAre(boolean partialPanes) throws InterruptedException {
        TestEngine engine = engines.test(Engines.SMALL.withBatchRows(512).withBatchDataBytes(1 << 14));
        Pipeline pipeline = Pipeline.create();
        Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .keyBy("account")
                .window(Window.tumbling(Duration.ofMillis(100)))
                .aggregate(count().as("n"), sum("quantity").as("q"))
                .to(Sinks.forEachRow(_ -> {}));
        Job job = engine.run(
                pipeline,
                JobConfig.defaults()
                        .withWorkers(2)
                        .withPartialPanes(partialPanes)
                        .withStageTimes(true));
        int rows = 40_000;
        try (Producer<Trade> one = job.producer(input);
                Producer<Trade> other = job.producer(input)) {
            for (int i = 0; i < rows; i++) {
                long account = i % 10 == 0 ? i % 70 : 1_000_000;
                (i % 2 == 0 ^ i % 20 < 10 ? one : other).offer(new Trade(i / 20, account, "", 1));
            }
        }
        job.drain();
        job.await();
        String step = partialPanes ? "panes of each worker's own rows" : "window tumbling";
        List<Long> perWorker = Pattern.compile("(?m)^ *keyBy account, " + step + ".* of (\\d+) rows")
                .matcher(job.explainAnalyze())
                .results()
                .map(MatchResult::group)
                .map(line -> Long.valueOf(line.replaceAll(".* of (\\d+) rows", "$1")))
                .toList();
        assertEquals(2, perWorker.size(), job.explainAnalyze());
        assertEquals(rows, perWorker.get(0) + perWorker.get(1));
        long most = Math.max(perWorker.get(0), perWorker.get(1));
        if (partialPanes) {
            assertEquals(rows / 2, most, perWorker.toString());
        } else {
            assertTrue(most > rows * 9 / 10, perWorker.toString());
        }
    }

    @Test
    void producersThatStartTogetherLoseNothingToLateness() throws InterruptedException {
        for (Kind kind : Kind.values()) {
            Pipeline pipeline = Pipeline.create();
            Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.bounded(Duration.ZERO));
            query(input, kind).to(Sinks.forEachRow(_ -> {}));
            Engine engine = engines.start(Engines.SMALL.withBatchRows(16));
            for (int round = 0; round < 60; round++) {
                Job job = engine.run(pipeline, config(kind));
                feedTogether(job, input);
                job.drain();
                job.await();
                assertEquals(0, job.counters().lateRows(), "round " + round + " of " + kind);
                assertEquals(600, job.counters().rowsIn());
            }
        }
    }

    private static void feedTogether(Job job, Input<Trade> input) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        List<Producer<Trade>> producers = new ArrayList<>();
        for (int p = 0; p < WORKERS; p++) {
            producers.add(job.producer(input));
        }
        for (Producer<Trade> producer : producers) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (producer) {
                    for (int i = 0; i < 200; i++) {
                        producer.offer(new Trade(i, i % 5, "", 1));
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static JobConfig config(Kind kind) {
        return JobConfig.defaults().withName("steady").withWorkers(WORKERS).withPartialPanes(kind == Kind.PANES);
    }

    private static DataStream query(Input<Trade> input, Kind kind) {
        KeyedStream keyed = input.stream().filter(col("quantity").ge(0)).keyBy("symbol");
        WindowedStream windowed = switch (kind) {
            case PANES, ROWS_BY_KEY -> keyed.window(Window.sliding(Duration.ofMillis(100), Duration.ofMillis(10)));
            case SESSIONS -> keyed.window(Window.session(Duration.ofMillis(7)));
        };
        return windowed.aggregate(
                count().as("n"),
                sum("quantity").as("q"),
                min("quantity").as("l"),
                max("account").as("h"));
    }

    private static final String[] SYMBOLS = new String[KEYS];

    static {
        for (int i = 0; i < KEYS; i++) {
            SYMBOLS[i] = "symbol-" + i;
        }
    }

    private static Trade trade(long n) {
        return new Trade(n / ROWS_PER_MILLI, n % KEYS, SYMBOLS[(int) (n * 31 % KEYS)], n % 50);
    }
}
