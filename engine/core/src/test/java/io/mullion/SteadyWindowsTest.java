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
import java.util.concurrent.Semaphore;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// In a steady state windows of no kind take memory, on or off the heap.
class SteadyWindowsTest {
    private static final int ROUND = 200_000;
    private static final int ROWS_PER_MILLI = 20;

    record Event(@EventTime(TimeUnit.MILLIS) long time, long key, String name, long value) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private long results;
    private long revised;
    private long early;

    @Test
    void sessions() throws InterruptedException {
        // A key has ten rows, one each millisecond, and then none for a while.
        OneThread run = new OneThread(by("key", Window.session(Duration.ofMillis(10))), 0);
        run.rounds(SteadyWindowsTest::inOrder, n -> n % ROWS_PER_MILLI + n / 200 % 50 * ROWS_PER_MILLI);
        // In a round a thousand of them, of twenty keys each.
        assertTrue(results >= 1_000L * 20 * FreeOfAllocation.FREE_ROUNDS);
    }

    @Test
    void sessionsThatMergeAndComeAgain() throws InterruptedException {
        OneThread run = new OneThread(
                input -> input.stream()
                        .keyBy("name")
                        .window(Window.session(col("value").plus(1)))
                        .allowedLateness(Duration.ofMillis(200)),
                0);
        run.rounds(SteadyWindowsTest::disordered, n -> n * 31 % 300);
        assertTrue(results > 0 && revised > 0);
    }

    @Test
    void minimaWithLateRows() throws InterruptedException {
        OneThread run = new OneThread(by("key", Window.sliding(Duration.ofMillis(100), Duration.ofMillis(10))), 0);
        run.rounds(SteadyWindowsTest::disordered, n -> n * 31 % 300);
        assertTrue(results > 0 && run.lateRows > 0);
    }

    @Test
    void slidesThatDoNotDivideTheSize() throws InterruptedException {
        OneThread run = new OneThread(by("name", Window.sliding(Duration.ofMillis(120), Duration.ofMillis(50))), 25);
        run.rounds(SteadyWindowsTest::disordered, n -> n * 31 % 300);
        assertTrue(results > 0 && run.lateRows > 0);
    }

    @Test
    void windowsThatGrow() throws InterruptedException {
        OneThread run = new OneThread(by("key", Window.cumulating(Duration.ofMillis(100), Duration.ofMillis(20))), 100);
        run.rounds(SteadyWindowsTest::disordered, n -> n * 31 % 300);
        assertTrue(results > 0 && run.lateRows == 0);
    }

    @Test
    void panesWithFewOfManyKeys() throws InterruptedException {
        // 200 rows in a pane, of 10,000 keys.
        OneThread run = new OneThread(by("key", Window.sliding(Duration.ofSeconds(1), Duration.ofMillis(10))), 50);
        run.rounds(SteadyWindowsTest::disordered, n -> n * 7919 % 10_000);
        assertTrue(results > 0 && run.lateRows == 0);
    }

    @Test
    void windowsThatFireAgain() throws InterruptedException {
        OneThread run = new OneThread(
                input -> input.stream()
                        .keyBy("key")
                        .window(Window.sliding(Duration.ofMillis(100), Duration.ofMillis(20)))
                        .allowedLateness(Duration.ofMillis(200)),
                0);
        run.rounds(SteadyWindowsTest::disordered, n -> n * 31 % 300);
        assertTrue(results > 0 && revised > 0 && run.lateRows == 0);
    }

    @Test
    void windowsThatFireAgainForRowsThatComeByTheirPanes() throws InterruptedException {
        OneThread run = new OneThread(
                input -> input.stream()
                        .keyBy("key")
                        .window(Window.tumbling(Duration.ofMillis(10)))
                        .allowedLateness(Duration.ofMillis(200)),
                0);
        // Stretches of 100 ms, each of them backwards by 10 ms.
        run.rounds(
                n -> {
                    long milli = n / ROWS_PER_MILLI;
                    return milli / 100 * 100 + (9 - milli % 100 / 10) * 10 + milli % 10;
                },
                n -> n * 31 % 300);
        assertTrue(results > 0 && revised > 0 && run.lateRows == 0);
    }

    @Test
    void windowsOfRows() throws InterruptedException {
        OneThread run = new OneThread(by("key", Window.tumblingRows(20)), 0);
        run.rounds(SteadyWindowsTest::inOrder, n -> n * 31 % 400);
        assertTrue(results > 0);
    }

    @Test
    void windowsOfRowsThatOverlap() throws InterruptedException {
        OneThread run = new OneThread(by("name", Window.slidingRows(50, 20)), 0);
        run.rounds(SteadyWindowsTest::inOrder, n -> n * 31 % 400);
        assertTrue(results > 0);
    }

    @Test
    void allRowsSinceTheStart() throws InterruptedException {
        OneThread run =
                new OneThread(by("key", Window.global(Duration.ofMillis(50)).ofChanges()), 0);
        run.rounds(SteadyWindowsTest::inOrder, n -> n * 31 % 300);
        assertTrue(results > 0);
    }

    @Test
    void keysThatComeAndGo() throws InterruptedException {
        // Each key has ten rows within a millisecond, and no other one is ever the same.
        OneThread run = new OneThread(by("key", Window.sliding(Duration.ofMillis(100), Duration.ofMillis(20))), 0);
        run.rounds(SteadyWindowsTest::inOrder, n -> n / 10 * 1_000_003);
        assertTrue(results > 0);
    }

    @Test
    void keysInFloodsAndEbbs() throws InterruptedException {
        // For half a second many keys, that never come again, and for half a second one.
        OneThread run = new OneThread(by("key", Window.tumbling(Duration.ofMillis(500))), 0);
        run.rounds(SteadyWindowsTest::inOrder, n -> n / (500 * ROWS_PER_MILLI) % 2 == 0 ? n * 1_000_003 : -1);
        assertTrue(results > 0);
    }

    @Test
    void textsThatComeAndGo() throws InterruptedException {
        OneThread run = new OneThread(by("name", Window.sliding(Duration.ofMillis(100), Duration.ofMillis(20))), 0);
        // 1,000 keys in all, of which a tenth is there at a time.
        run.rounds(SteadyWindowsTest::inOrder, n -> n / 4_000 % 10 * 100 + n % 100);
        assertTrue(results > 0);
    }

    @Test
    void earlyResults() throws InterruptedException {
        Engine engine = engines.start(Engines.SMALL.withBatchRows(1024).withBatchDataBytes(1 << 14));
        Semaphore seen = new Semaphore(0);
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class, Watermark.bounded(Duration.ZERO));
        aggregate(input.stream()
                        .keyBy("key")
                        .window(Window.sliding(Duration.ofMillis(100), Duration.ofMillis(20)))
                        .allowedLateness(Duration.ofMillis(100))
                        .earlyResults(Duration.ofMillis(1)))
                .to(Sinks.forEachRow(row -> early += row.int64("revision") == -1 ? 1 : 0));
        // Says how far the worker has come.
        input.stream().filter(col("value").eq(-1)).to(Sinks.forEachRow(_ -> seen.release()));
        Job job = engine.run(pipeline);
        String[] names = names(300);
        try (Producer<Event> producer = job.producer(input)) {
            long worker = SteadyStateTest.workerThread();
            FreeOfAllocation.requireAtLast(round -> {
                long before = THREADS.getThreadAllocatedBytes(worker);
                for (long n = round * ROUND; n < (round + 1) * ROUND; n++) {
                    int key = (int) (n * 31 % 300);
                    producer.offer(new Event(disordered(n), key, names[key], n % 50));
                }
                producer.offer(new Event(inOrder((round + 1) * ROUND), 0, "mark", -1));
                seen.acquireUninterruptibly();
                return THREADS.getThreadAllocatedBytes(worker) - before;
            });
        }
        job.drain();
        job.await();
        assertTrue(early > 0);
    }

    private static long inOrder(long n) {
        return n / ROWS_PER_MILLI;
    }

    /// One row of seven is up to 100 ms behind the others, in every round alike.
    private static long disordered(long n) {
        long ofRound = n % ROUND;
        return inOrder(n) - (ofRound % 7 == 0 ? ofRound * 31 % 100 : 0);
    }

    private interface Question {
        WindowedStream of(Input<Event> input);
    }

    private static Question by(String key, Window window) {
        return input -> input.stream().keyBy(key).window(window);
    }

    private static DataStream aggregate(WindowedStream windows) {
        return windows.aggregate(
                count().as("n"),
                sum("value").as("sum"),
                min("value").as("low"),
                max("value").as("high"));
    }

    private static String[] names(int count) {
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = "name " + i;
        }
        return names;
    }

    /// A job whose producer, worker and sink share the test's thread.
    private final class OneThread {
        private final TestEngine engine =
                engines.test(Engines.SMALL.withBatchRows(1024).withBatchDataBytes(1 << 14));
        private final Input<Event> input;
        private final Job job;
        private long refused;
        private long sum;
        long lateRows;

        OneThread(Question question, int disorderMillis) {
            Pipeline pipeline = Pipeline.create();
            input = pipeline.input("events", Event.class, Watermark.bounded(Duration.ofMillis(disorderMillis)));
            DataStream stream = aggregate(question.of(input));
            int revision = stream.schema().fields().stream()
                    .map(f -> f.name())
                    .toList()
                    .indexOf("revision");
            int total = stream.schema().indexOf("sum");
            stream.to(Sinks.forEachRow(row -> {
                results++;
                sum += row.int64(total);
                revised += revision >= 0 && row.int64(revision) > 0 ? 1 : 0;
            }));
            job = engine.run(pipeline);
        }

        void rounds(LongUnaryOperator time, LongUnaryOperator key) throws InterruptedException {
            String[] names = names(1000);
            try (Producer<Event> producer = job.producer(input)) {
                FreeOfAllocation.requireAtLast(
                        round -> {
                            for (long n = round * ROUND; n < (round + 1) * ROUND; n++) {
                                Offer offer = producer.row()
                                        .setLong(0, time.applyAsLong(n))
                                        .setLong(1, key.applyAsLong(n))
                                        .setUtf8(2, names[Math.floorMod(key.applyAsLong(n), 1000)])
                                        .setLong(3, n % 50)
                                        .commit();
                                refused += offer == Offer.ACCEPTED ? 0 : 1;
                            }
                        },
                        () -> {
                            engine.runUntilIdle();
                            return engine.memoryBytesInUse();
                        });
            }
            job.drain();
            job.await();
            lateRows = job.counters().lateRows();
            assertEquals(0, refused);
            assertTrue(sum > 0);
        }
    }
}
