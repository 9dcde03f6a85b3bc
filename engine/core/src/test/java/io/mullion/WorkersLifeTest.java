package io.mullion;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import io.mullion.spec.WorkerThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A job with several workers ends as one: whatever happens to any of them, all threads go and all memory comes back.
@Timeout(120)
class WorkersLifeTest {
    record Number(@EventTime(TimeUnit.MILLIS) long time, long key, long n) {}

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final JobConfig THREE =
            JobConfig.defaults().withName("three").withWorkers(3);

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();

    /// Those of the engine's own jobs.
    @AfterEach
    void noThreadStays() {
        List<String> left = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("mullion-three"))
                .toList();
        assertEquals(List.of(), left);
    }

    @Test
    void eachWorkerHasAThreadOfItsOwnAndSinksHaveOne() throws InterruptedException {
        List<String> sinkThreads = new ArrayList<>();
        Input<Number> input = windowed(Sinks.forEachRow(_ -> {
            String name = Thread.currentThread().getName();
            if (!sinkThreads.contains(name)) {
                sinkThreads.add(name);
            }
        }));
        Job job = engines.start().run(pipeline, THREE);
        feed(job, input, 4, 2_000);
        job.drain();
        job.await();
        assertEquals(List.of("mullion-three-0"), sinkThreads);
        assertEquals(JobState.FINISHED, job.state());
        assertEquals(8_000, job.counters().rowsIn());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aJobThatIsStoppedAtAnyMomentIsGone(int seed) throws InterruptedException {
        Input<Number> input = windowed(Sinks.forEachRow(_ -> {}));
        Engine engine = engines.start(Engines.SMALL.withBatchRows(8).withLaneBatches(2));
        Job job = engine.run(pipeline, THREE);
        Random random = new Random(seed);
        List<Thread> feeds = feeding(job, input, 3);
        Thread.sleep(random.nextInt(40));
        if (random.nextBoolean()) {
            job.stop();
        } else {
            job.drain();
        }
        for (Thread feed : feeds) {
            feed.join();
        }
        assertTrue(job.await(LONG));
        assertTrue(job.state() == JobState.STOPPED || job.state() == JobState.FINISHED, () -> "" + job.state());
        assertEquals(0, engine.memoryBytesInUse());
    }

    @Test
    void aSinkThatThrowsEndsAllWorkers() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        Input<Number> input = windowed(Sinks.forEachRow(_ -> {
            if (calls.incrementAndGet() == 20) {
                throw new IllegalStateException("disk full");
            }
        }));
        Engine engine = engines.start(Engines.SMALL.withBatchRows(8).withLaneBatches(2));
        Job job = engine.run(pipeline, THREE);
        List<Thread> feeds = feeding(job, input, 3);
        MullionException failed = assertThrows(MullionException.class, () -> job.await(LONG));
        assertTrue(failed.getMessage().contains("disk full"), failed::getMessage);
        assertEquals(20, calls.get());
        for (Thread feed : feeds) {
            feed.join();
        }
    }

    @Test
    void aFunctionThatThrowsOnAnyWorkerEndsAllOfThem() throws InterruptedException {
        AtomicLong seen = new AtomicLong();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .filter(Number.class, number -> {
                    // Whoever comes upon it: on one worker of the three.
                    if (seen.incrementAndGet() == 5_000) {
                        throw new IllegalStateException("no number: " + number);
                    }
                    return true;
                })
                .to(Sinks.forEachRow(_ -> {}));
        Engine engine = engines.start(Engines.SMALL.withBatchRows(8).withLaneBatches(2));
        Job job = engine.run(pipeline, THREE);
        List<Thread> feeds = feeding(job, input, 3);
        MullionException failed = assertThrows(MullionException.class, () -> job.await(LONG));
        assertTrue(failed.getMessage().contains("no number"), failed::getMessage);
        for (Thread feed : feeds) {
            feed.join();
        }
    }

    @Test
    void aSinkThatIsSlowHoldsBackAllProducers() throws InterruptedException {
        AtomicBoolean open = new AtomicBoolean();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        input.stream().to(Sinks.forEachBatch(_ -> {
            while (!open.get()) {
                Thread.onSpinWait();
            }
        }));
        Engine engine = engines.start(Engines.SMALL.withBatchRows(4).withLaneBatches(2));
        Job job = engine.run(pipeline, THREE);
        AtomicLong offered = new AtomicLong();
        List<Thread> feeds = new ArrayList<>();
        int each = 2_000;
        for (int p = 0; p < 3; p++) {
            Producer<Number> producer = job.producer(input);
            feeds.add(Thread.ofPlatform().start(() -> {
                try (producer) {
                    for (int i = 0; i < each; i++) {
                        producer.offer(new Number(i, i, 1));
                        offered.incrementAndGet();
                    }
                }
            }));
        }
        long before = -1;
        while (before != offered.get()) {
            before = offered.get();
            Thread.sleep(50);
        }
        // Three lanes, and what is on its way between workers: far from all.
        assertTrue(before < 1_000, () -> "offered while the sink stood still: " + offered.get());
        open.set(true);
        for (Thread feed : feeds) {
            feed.join();
        }
        job.drain();
        job.await();
        assertEquals(3L * each, job.counters().rowsOut());
    }

    @Test
    void anExecutorHasATaskForEachWorker() throws InterruptedException {
        ExecutorService host = Executors.newCachedThreadPool();
        try {
            Input<Number> input = windowed(Sinks.forEachRow(_ -> {}));
            Job job = engines.start().run(pipeline, THREE.withThread(WorkerThread.on(host)));
            feed(job, input, 3, 500);
            job.drain();
            job.await();
            assertEquals(1_500, job.counters().rowsIn());
        } finally {
            host.shutdown();
        }
    }

    @Test
    void anExecutorThatTakesOneTaskOnlyStartsNothing() {
        AtomicInteger tasks = new AtomicInteger();
        ExecutorService host = Executors.newCachedThreadPool();
        try {
            windowed(Sinks.forEachRow(_ -> {}));
            Engine engine = engines.start();
            JobConfig config = THREE.withThread(WorkerThread.on(task -> {
                if (tasks.incrementAndGet() > 1) {
                    throw new RejectedExecutionException("full");
                }
                host.execute(task);
            }));
            MullionException refused = assertThrows(MullionException.class, () -> engine.run(pipeline, config));
            assertTrue(refused.getMessage().contains("no thread"), refused::getMessage);
            assertEquals(0, engine.memoryBytesInUse());
        } finally {
            host.shutdown();
        }
    }

    @Test
    void tooLittleMemoryFailsTheJobAndNamesTheExchange() throws InterruptedException {
        Input<Number> input = windowed(Sinks.forEachRow(_ -> {}));
        Engine engine =
                engines.start(EngineConfig.defaults().withBatchRows(1 << 12).withMemoryLimitBytes(8 << 20));
        Job job = engine.run(pipeline, JobConfig.defaults().withName("three").withWorkers(8));
        List<Thread> feeds = feeding(job, input, 4);
        MullionException failed = assertThrows(MullionException.class, () -> job.await(LONG));
        assertEquals(MullionException.Reason.OUT_OF_MEMORY, failed.reason());
        for (Thread feed : feeds) {
            feed.join();
        }
        assertEquals(0, engine.memoryBytesInUse());
    }

    private Input<Number> windowed(Sink sink) {
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .keyBy("key")
                .window(Window.session(Duration.ofMillis(1)))
                .aggregate(count().as("c"), sum("n").as("s"))
                .to(sink);
        return input;
    }

    private static void feed(Job job, Input<Number> input, int producers, int rows) {
        for (int p = 0; p < producers; p++) {
            try (Producer<Number> producer = job.producer(input)) {
                for (int i = 0; i < rows; i++) {
                    producer.offer(new Number(i, i % 17, p));
                }
            }
        }
    }

    /// Threads that feed until they are refused.
    private static List<Thread> feeding(Job job, Input<Number> input, int count) {
        List<Thread> threads = new ArrayList<>();
        List<Producer<Number>> producers = new ArrayList<>();
        for (int p = 0; p < count; p++) {
            producers.add(job.producer(input));
        }
        for (Producer<Number> producer : producers) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (producer) {
                    for (long i = 0; producer.offer(new Number(i / 10, i % 17, 1)) != Offer.CLOSED; i++) {}
                }
            }));
        }
        return threads;
    }
}
