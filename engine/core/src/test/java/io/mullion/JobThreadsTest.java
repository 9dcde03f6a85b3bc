package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Idle;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Watermark;
import io.mullion.spec.WorkerThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Where a job's worker runs, and how it and its producers wait.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class JobThreadsTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    private static final EngineConfig TIGHT = Engines.SMALL.withBatchRows(4).withLaneBatches(2);
    private static final JobConfig NAMED = JobConfig.defaults().withName("numbers");

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Collected collected = new Collected();
    private final AtomicReference<String> sinkThread = new AtomicReference<>();
    private final AtomicReference<String> sinkCpus = new AtomicReference<>();
    private final Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());

    static Stream<Idle> everyWayToWait() {
        return Stream.of(
                Idle.busySpin(),
                Idle.yielding(),
                Idle.backOff(),
                Idle.backOff(Duration.ofMillis(1)),
                Idle.park(Duration.ofNanos(100_000)));
    }

    @ParameterizedTest
    @MethodSource("everyWayToWait")
    void rowsArriveHoweverTheWorkerAndItsProducersWait(Idle idle) throws InterruptedException {
        input.stream().to(collected);
        Job job = engines.start(TIGHT).run(pipeline, NAMED.withIdle(idle));
        feed(job, 1_000);
        assertFed(job, 1_000);
    }

    @Test
    void theEnginesIdleStrategyIsThatOfJobsThatHaveNone() throws InterruptedException {
        input.stream().to(collected);
        Job job = engines.start(TIGHT.withIdle(Idle.yielding())).run(pipeline);
        feed(job, 100);
        assertFed(job, 100);
    }

    @Test
    void parksHaveBounds() {
        for (Duration park : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(2))) {
            assertEquals(
                    Reason.INVALID_PIPELINE,
                    assertThrows(MullionException.class, () -> Idle.park(park)).reason());
            assertThrows(MullionException.class, () -> Idle.backOff(park));
        }
    }

    @Test
    void theEnginesThreadHasTheNameOfItsJobAndIsGoneWhenTheJobHasEnded() throws InterruptedException {
        noteThread();
        Job job = engines.start().run(pipeline, NAMED);
        feed(job, 1);
        job.drain();
        job.await();
        assertEquals("mullion-numbers", sinkThread.get());
        assertNoThreadOf("mullion-numbers");
    }

    @Test
    void runningJobsOfAnEngineHaveDifferentNames() {
        input.stream().to(collected);
        Engine engine = engines.start();
        Job job = engine.run(pipeline, NAMED);
        MullionException twice = assertThrows(MullionException.class, () -> engine.run(pipeline, NAMED));
        assertEquals(Reason.MISUSE, twice.reason());
        assertTrue(twice.getMessage().contains("job=numbers"), twice::getMessage);
        job.stop();
        assertThrows(MullionException.class, () -> JobConfig.defaults().withName(" "));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPinnedWorkerRunsOnItsCpuOnly() throws InterruptedException {
        int cpu = lastAllowedCpu();
        noteThread();
        Job job = engines.start().run(pipeline, NAMED.withThread(WorkerThread.pinned(cpu)));
        feed(job, 1);
        job.drain();
        job.await();
        assertEquals("mullion-numbers", sinkThread.get());
        assertEquals(String.valueOf(cpu), sinkCpus.get());
    }

    @Test
    void aCpuThatIsNotThereIsRefusedAndLeavesNothing() {
        input.stream().to(collected);
        Engine engine = engines.start();
        MullionException refused = assertThrows(
                MullionException.class, () -> engine.run(pipeline, NAMED.withThread(WorkerThread.pinned(1023))));
        assertEquals(Reason.INVALID_PIPELINE, refused.reason());
        assertTrue(refused.getMessage().contains("cpu=1023"), refused::getMessage);
        assertEquals(0, engine.memoryBytesInUse());
        assertThrows(MullionException.class, () -> WorkerThread.pinned(-1));
    }

    @Test
    void aWorkerRunsOnTheHostsExecutor() throws InterruptedException {
        noteThread();
        try (ExecutorService host = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().name("host").unstarted(task))) {
            Job job = engines.start().run(pipeline, NAMED.withThread(WorkerThread.on(host)));
            feed(job, 1);
            job.drain();
            job.await();
            assertEquals("host", sinkThread.get());
        }
    }

    @Test
    void anExecutorWithoutAThreadIsAnError() {
        input.stream().to(collected);
        Engine engine = engines.start();
        MullionException full = assertThrows(
                MullionException.class,
                () -> engine.run(pipeline, NAMED.withThread(WorkerThread.on(_ -> {
                    throw new RejectedExecutionException("full");
                }))));
        assertTrue(full.getMessage().contains("no thread"), full::getMessage);
        MullionException inline = assertThrows(
                MullionException.class, () -> engine.run(pipeline, NAMED.withThread(WorkerThread.on(Runnable::run))));
        assertTrue(inline.getMessage().contains("is polled"), inline::getMessage);
        assertEquals(0, engine.memoryBytesInUse());
    }

    @Test
    void anEngineClosesThoughAnExecutorHasNeverRunTheWorker() throws InterruptedException {
        AtomicReference<Runnable> submitted = new AtomicReference<>();
        input.stream().to(collected);
        Engine engine = engines.start();
        Job job = engine.run(pipeline, NAMED.withThread(WorkerThread.on(submitted::set)));
        engine.close();
        assertEquals(JobState.STOPPED, job.state());
        assertEquals(1, collected.closes);
        // It comes to it in the end.
        submitted.get().run();
        job.await();
    }

    @Test
    void anExecutorThatInterruptsItsThreadsFailsTheJob() {
        input.stream().to(collected);
        ExecutorService host = Executors.newSingleThreadExecutor();
        Job job = engines.start().run(pipeline, NAMED.withThread(WorkerThread.on(host)));
        host.shutdownNow();
        assertEquals(
                Reason.STOPPED, assertThrows(MullionException.class, job::await).reason());
        assertEquals(JobState.FAILED, job.state());
    }

    @Test
    void theCallerTurnsTheWheelOfItsJob() throws InterruptedException {
        noteThread();
        Job job = engines.start(TIGHT).runOnCallerThread(pipeline);
        assertEquals(0, job.poll());
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(1, 1));
            assertEquals(0, job.counters().rowsIn());
            assertTrue(job.poll() > 0);
            assertEquals(1, job.counters().rowsOut());
            assertEquals(Thread.currentThread().getName(), sinkThread.get());
        }
        job.drain();
        while (!job.state().ended()) {
            job.poll();
        }
        assertEquals(0, job.poll());
        job.await();
        assertEquals(JobState.FINISHED, job.state());
    }

    @Test
    void aFullLaneOnTheCallersThreadWorksItselfOff() throws InterruptedException {
        input.stream().to(collected);
        Job job = engines.start(TIGHT).runOnCallerThread(pipeline);
        feed(job, 1_000);
        job.drain();
        // On the caller's thread waiting is working.
        job.await();
        assertEquals(LongStream.range(0, 1_000).boxed().toList(), collected.column("n"));
    }

    @Test
    void aProducerOnAnotherThreadWaitsForTheCaller() throws InterruptedException {
        input.stream().to(collected);
        Job job = engines.start(TIGHT).runOnCallerThread(pipeline);
        Thread other = Thread.ofPlatform().start(() -> feed(job, 1_000));
        while (other.isAlive()) {
            job.poll();
        }
        job.drain();
        assertTrue(job.await(Duration.ofSeconds(30)));
        assertEquals(LongStream.range(0, 1_000).boxed().toList(), collected.column("n"));
    }

    @Test
    void awaitOnTheCallersThreadEndsWhenItsTimeIsUp() throws InterruptedException {
        input.stream().to(collected);
        Job job = engines.start(TIGHT).runOnCallerThread(pipeline);
        assertFalse(job.await(Duration.ofMillis(1)));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, job::await);
    }

    @Test
    void oneThreadAtATimePolls() throws InterruptedException {
        CountDownLatch inSink = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        input.stream().to(Sinks.forEachRow(_ -> {
            inSink.countDown();
            awaitUninterruptibly(go);
        }));
        Engine engine = engines.start(TIGHT);
        Job job = engine.runOnCallerThread(pipeline);
        feed(job, 1);
        Thread polling = Thread.ofPlatform().name("first").start(job::poll);
        inSink.await();
        MullionException second = assertThrows(MullionException.class, job::poll);
        assertTrue(second.getMessage().contains("two threads")
                && second.getMessage().contains("first"));
        // Closing waits for the poll, and ends the job without its caller.
        Thread closing = Thread.ofPlatform().start(engine::close);
        go.countDown();
        closing.join();
        polling.join();
        assertEquals(JobState.STOPPED, job.state());
        assertEquals(1, job.counters().rowsOut());
    }

    @Test
    void pollFromWithinASinkIsRefused() throws InterruptedException {
        AtomicReference<Job> own = new AtomicReference<>();
        AtomicReference<MullionException> refused = new AtomicReference<>();
        input.stream()
                .to(Sinks.forEachRow(_ -> refused.set(
                        assertThrows(MullionException.class, () -> own.get().poll()))));
        Job job = engines.start(TIGHT).runOnCallerThread(pipeline);
        own.set(job);
        feed(job, 1);
        job.poll();
        assertNotNull(refused.get());
        assertEquals(Reason.MISUSE, refused.get().reason());
        assertTrue(refused.get().getMessage().contains("from within a sink"));
        job.drain();
        job.await();
    }

    @Test
    void aJobWithAThreadOfItsOwnIsNotPolled() {
        input.stream().to(collected);
        Job job = engines.start().run(pipeline);
        assertEquals(
                Reason.MISUSE, assertThrows(MullionException.class, job::poll).reason());
        job.stop();
    }

    @Test
    void anInvokerOfAgronaRunsAJobToItsEnd() throws InterruptedException {
        input.stream().to(collected);
        Job job = engines.start(TIGHT).runOnCallerThread(pipeline);
        AtomicReference<Throwable> error = new AtomicReference<>();
        AgentInvoker invoker = new AgentInvoker(error::set, null, job.agent());
        invoker.start();
        feed(job, 100);
        job.drain();
        while (invoker.isRunning()) {
            invoker.invoke();
        }
        assertFed(job, 100);
        assertTrue(invoker.isClosed());
    }

    @Test
    void closingTheAgentStopsItsJob() throws InterruptedException {
        input.stream().to(collected);
        Job job = engines.start(TIGHT).runOnCallerThread(pipeline);
        try (AgentInvoker invoker = new AgentInvoker(Throwable::printStackTrace, null, job.agent())) {
            invoker.start();
            invoker.invoke();
        }
        assertEquals(JobState.STOPPED, job.state());
        job.await();
    }

    @Test
    void aFailureOfAPolledJobIsThrownWhereItIsAwaited() {
        input.stream().to(Sinks.forEachRow(_ -> {
            throw new IllegalStateException("disk full");
        }));
        Job job = engines.start(TIGHT).runOnCallerThread(pipeline);
        feed(job, 1);
        assertEquals(1, job.poll());
        assertEquals(JobState.FAILED, job.state());
        assertTrue(assertThrows(MullionException.class, job::await).getMessage().contains("disk full"));
    }

    @Test
    void anInterruptDoesNotEndTheWaitOfAProducerAndIsKept() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        input.stream().to(Sinks.forEachRow(row -> {
            awaitUninterruptibly(go);
            collected.rows.add(List.of(row.int64("n")));
        }));
        Job job = engines.start(TIGHT).run(pipeline);
        CompletableFuture<Boolean> keptFlag = new CompletableFuture<>();
        Thread feeder = Thread.ofPlatform().start(() -> {
            feed(job, 100);
            keptFlag.complete(Thread.currentThread().isInterrupted());
        });
        feeder.interrupt();
        go.countDown();
        assertTrue(keptFlag.get());
        job.drain();
        job.await();
        assertEquals(100, collected.rows.size());
    }

    private void noteThread() {
        input.stream().to(Sinks.forEachRow(_ -> {
            sinkThread.set(Thread.currentThread().getName());
            sinkCpus.set(allowedCpus());
        }));
    }

    private void feed(Job job, int rows) {
        try (Producer<Number> producer = job.producer(input)) {
            for (int i = 0; i < rows; i++) {
                assertSame(Offer.ACCEPTED, producer.offer(new Number(i, i)));
            }
        }
    }

    private void assertFed(Job job, int rows) throws InterruptedException {
        job.drain();
        job.await();
        assertEquals(JobState.FINISHED, job.state());
        assertEquals(LongStream.range(0, rows).boxed().toList(), collected.column("n"));
    }

    static void assertNoThreadOf(String name) {
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(it -> it.startsWith(name))
                        .toList());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// As the system lists them: `0-3,7`; empty where it does not.
    private static String allowedCpus() {
        Path status = Path.of("/proc/thread-self/status");
        if (!Files.exists(status)) {
            return "";
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lastAllowedCpu() {
        String[] numbers = allowedCpus().split("[-,]");
        return Integer.parseInt(numbers[numbers.length - 1]);
    }
}
