package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.mapLong;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import io.mullion.spec.WorkerThread;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every call of a job's life cycle in every state of it, from any thread; and what is left when it is over.
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class JobLifeTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    private static final Duration LONG = Duration.ofSeconds(30);

    enum Where {
        OWN,
        EXECUTOR,
        CALLER
    }

    private final AtomicReference<RuntimeException> thrown = new AtomicReference<>();

    @ParameterizedTest
    @EnumSource(Where.class)
    void everyCallIsGoodInEveryState(Where where) throws InterruptedException {
        for (JobState state : JobState.values()) {
            for (int call = 0; call < 3; call++) {
                callsInState(where, state, call);
            }
        }
    }

    private void callsInState(Where where, JobState state, int call) throws InterruptedException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (executor;
                Engine engine = Engine.start(Engines.SMALL)) {
            Collected collected = new Collected();
            Pipeline pipeline = Pipeline.create();
            Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
            input.stream().filter(col("n").dividedBy(col("n")).gt(0)).to(collected);
            Job job = engine.run(pipeline, JobConfig.defaults().withThread(thread(where, executor)));
            Producer<Number> producer = job.producer(input);
            producer.offer(new Number(1, state == JobState.FAILED ? 0 : 1));
            bringTo(job, state, producer);
            assertEquals(state, job.state());
            if (call == 2) {
                // Else its memory is still out, and the engine says so.
                producer.close();
            }
            for (int i = 0; i < 2; i++) {
                switch (call) {
                    case 0 -> job.drain();
                    case 1 -> job.stop();
                    default -> close(engine);
                }
                job.snapshot();
                job.explain();
                assertFalse(state.ended() && job.state() != state, () -> "was " + state + ", is " + job.state());
            }
            producer.close();
            if (state == JobState.FAILED) {
                assertThrows(MullionException.class, () -> job.await(LONG));
            } else {
                assertTrue(job.await(LONG));
            }
            if (state == JobState.DRAINING && call == 2) {
                // With its producer closed it may come to its end before the engine stops it.
                assertTrue(Set.of(JobState.FINISHED, JobState.STOPPED).contains(job.state()));
            } else if (!state.ended()) {
                assertEquals(call == 0 ? JobState.FINISHED : JobState.STOPPED, job.state());
            }
            assertEquals(1, collected.closes);
            assertEquals(Offer.CLOSED, producer.offer(new Number(2, 2)));
            assertEquals(0, engine.memoryBytesInUse());
        }
    }

    private static void close(Engine engine) {
        engine.close();
    }

    private static WorkerThread thread(Where where, ExecutorService executor) {
        return switch (where) {
            case OWN -> WorkerThread.own();
            case EXECUTOR -> WorkerThread.on(executor);
            case CALLER -> WorkerThread.caller();
        };
    }

    /// A job that drains does so for as long as its producer is open.
    private static void bringTo(Job job, JobState state, Producer<Number> producer) throws InterruptedException {
        switch (state) {
            case RUNNING, FAILED -> {}
            case DRAINING -> job.drain();
            case FINISHED -> {
                producer.close();
                job.drain();
            }
            case STOPPED -> job.stop();
        }
        if (state.ended()) {
            try {
                assertTrue(job.await(LONG));
            } catch (MullionException e) {
                assertEquals(JobState.FAILED, state, e::toString);
            }
        }
    }

    @Test
    void callsFromManyThreadsAtOnceEndAJobOnce() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            try (Engine engine = Engine.start(Engines.SMALL)) {
                Collected sink = new Collected();
                Pipeline pipeline = Pipeline.create();
                Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
                input.stream().to(sink);
                Job job = engine.run(pipeline);
                try (Producer<Number> producer = job.producer(input)) {
                    producer.offer(new Number(1, 1));
                }
                List<Thread> threads = new ArrayList<>();
                for (Runnable call :
                        List.<Runnable>of(job::drain, job::stop, engine::close, () -> await(job), job::stop)) {
                    threads.add(Thread.ofPlatform().start(() -> {
                        try {
                            call.run();
                        } catch (RuntimeException e) {
                            thrown.compareAndSet(null, e);
                        }
                    }));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                assertEquals(null, thrown.get());
                assertTrue(job.state() == JobState.STOPPED || job.state() == JobState.FINISHED);
                assertEquals(1, sink.closes);
            }
        }
    }

    @Test
    void aStopDoesNotWaitForASlowSinkAndItsEndDoes() throws InterruptedException {
        CountDownLatch inSink = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Engine engine = Engine.start(Engines.SMALL)) {
            Pipeline pipeline = Pipeline.create();
            Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
            input.stream().to(Sinks.forEachRow(_ -> {
                inSink.countDown();
                awaitUninterruptibly(go);
            }));
            Job job = engine.run(pipeline);
            try (Producer<Number> producer = job.producer(input)) {
                producer.offer(new Number(1, 1));
                inSink.await();
                producer.offer(new Number(2, 2));
            }
            job.stop();
            assertEquals(JobState.RUNNING, job.state());
            assertFalse(job.await(Duration.ofMillis(10)));
            go.countDown();
            assertTrue(job.await(LONG));
            assertEquals(JobState.STOPPED, job.state());
            assertEquals(1, job.counters().rowsOut());
        }
    }

    @Test
    void jobsLeaveNoThreadNoByteAndNoClass() throws InterruptedException {
        List<WeakReference<Job>> jobs = new ArrayList<>();
        int pipelines = 240;
        long classesAtHalfTime = 0;
        try (Engine engine = Engine.start(Engines.SMALL)) {
            for (int n = 0; n < pipelines; n++) {
                if (n == pipelines / 2) {
                    classesAtHalfTime = loadedClasses();
                }
                jobs.add(new WeakReference<>(run(engine, n)));
                assertEquals(0, engine.memoryBytesInUse());
            }
            // Before the engine closes: it lives for long.
            JobThreadsTest.assertNoThreadOf("mullion-leaves-nothing");
            long classes = loadedClasses();
            long atHalfTime = classesAtHalfTime;
            // Each pipeline has half a dozen kernels of its own.
            assertTrue(
                    classes - atHalfTime < pipelines / 2,
                    () -> "classes at half-time " + atHalfTime + ", at the end " + classes);
            // The engine forgets the last one when the next one starts.
            assertTrue(jobs.stream().filter(job -> job.get() != null).count() <= 1);
        }
    }

    private static Job run(Engine engine, int n) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        Collected results = new Collected();
        input.stream()
                .select(col("time"), mapLong("n", it -> it + n).as("n"))
                .keyBy("n")
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("c"))
                .to(results);
        Job job = engine.run(pipeline, JobConfig.defaults().withName("leaves-nothing-" + n));
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(1, 1));
        }
        job.drain();
        job.await();
        assertEquals(1, results.rows.size());
        return job;
    }

    private static long loadedClasses() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
    }

    private static void await(Job job) {
        try {
            assertTrue(job.await(LONG));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
