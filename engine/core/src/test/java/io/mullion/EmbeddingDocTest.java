package io.mullion;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.metrics.JobMetrics;
import io.mullion.spec.EventTime;
import io.mullion.spec.Idle;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import io.mullion.spec.WorkerThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The code of `engine/docs/embedding.md`: the page shows what is compiled and run here.
class EmbeddingDocTest {
    private static final Path PAGE = Path.of("../docs/embedding.md");
    private static final Path SOURCE = Path.of("src/test/java/io/mullion/EmbeddingDocTest.java");
    private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

    record Trade(@EventTime(TimeUnit.MILLIS) long time, String symbol, long quantity) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();
    private Engine engine;
    private Pipeline pipeline;
    private Input<Trade> trades;
    private long volume;

    @BeforeEach
    void open() {
        engine = engines.start();
        pipeline = Pipeline.create();
        trades = pipeline.input("trades", Trade.class, Watermark.bounded(ofMillis(50)));
        trades.stream()
                .keyBy("symbol")
                .window(Window.tumbling(ofSeconds(10)))
                .aggregate(sum("quantity").as("volume"), count().as("trades"))
                .to(Sinks.forEachRow(row -> volume += row.int64("volume")));
    }

    @Test
    void thePageShowsCodeThatIsRunHere() throws IOException {
        String source = Files.readString(SOURCE);
        Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
        int shown = 0;
        while (blocks.find()) {
            String block = blocks.group(1)
                    .lines()
                    .map(line -> line.isEmpty() ? "" : "        " + line)
                    .collect(Collectors.joining("\n"));
            assertTrue(source.contains(block), () -> "embedding.md shows what is not run:\n" + block);
            shown++;
        }
        assertTrue(shown >= 9, "blocks: " + shown);
    }

    @Test
    void aJobOnTheEnginesThread() throws InterruptedException {
        Job job = engine.run(pipeline, JobConfig.defaults().withName("volumes").withIdle(Idle.busySpin()));
        try (Producer<Trade> feed = job.producer(trades)) { // one for each thread that feeds
            feed.offer(new Trade(1, "ABC", 100));
        }
        job.drain(); // the end of input
        job.await();
        assertEquals(100, volume);
    }

    @Test
    void aJobOfSeveralWorkers() throws InterruptedException {
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(2));
        try (Producer<Trade> one = job.producer(trades); // the first worker reads this lane
                Producer<Trade> other = job.producer(trades)) { // and the second one this
            one.offer(new Trade(1, "ABC", 100));
            other.offer(new Trade(1, "ABC", 100));
        }
        job.drain();
        job.await();
        log.add(job.explain()); // "exchange: ...": what goes from worker to worker, how, and why
        assertEquals(200, volume);
        assertTrue(log.getFirst().contains("exchange: by the hash of symbol"), log::toString);
    }

    @Test
    void aJobOnTheHostsExecutor() throws InterruptedException {
        ExecutorService host = Executors.newCachedThreadPool();
        Job job = engine.run(pipeline, JobConfig.defaults().withThread(WorkerThread.on(host)));
        feedOne(job);
        job.drain();
        job.await();
        host.shutdown();
        assertEquals(100, volume);
    }

    @Test
    void aJobOnTheCallersThread() throws InterruptedException {
        Job job = engine.runOnCallerThread(pipeline);
        Producer<Trade> feed = job.producer(trades);
        for (int event = 0; event < 1_000; event++) { // the host's own loop
            feed.offer(new Trade(event, "ABC", 1)); // where the lane is full, this turns the wheel
            job.poll(); // a bounded turn; 0 if there was nothing to do
        }
        feed.close();
        job.drain();
        while (!job.state().ended()) {
            job.poll();
        }
        job.await(); // throws if the job has failed
        assertEquals(1_000, volume);
    }

    @Test
    void aJobAsAnAgent() throws InterruptedException {
        Job job = engine.runOnCallerThread(pipeline);
        AgentInvoker invoker = new AgentInvoker(error -> log.add(error.toString()), null, job.agent());
        invoker.start();
        feedOne(job);
        job.drain();
        while (invoker.isRunning()) {
            invoker.invoke();
        }
        assertEquals(JobState.FINISHED, job.state());
        assertEquals(100, volume);
    }

    @Test
    void aBudgetThatIsFullSaysWhoHoldsIt() {
        EngineConfig config = EngineConfig.defaults()
                .withMemoryLimitBytes(2 << 20)
                .withBatchRows(1_024) // how long a run of a kernel may be, and a turn of the worker
                .withBatchDataBytes(64 << 10) // the longest text
                .withLaneBatches(4); // how far a producer may be ahead
        try (Engine small = Engine.start(config)) {
            Job job = small.run(pipeline);
            List<Producer<Trade>> feeds = new ArrayList<>();
            try {
                while (true) {
                    feeds.add(job.producer(trades));
                }
            } catch (MullionException full) {
                // memory budget exhausted: wanted=... for job-1/trades#3, limit=2097152, held by [...], by job
                // {job-1=...}
                log.add(full.getMessage());
            }
            feeds.forEach(Producer::close);
        }
        assertTrue(
                log.getFirst().contains("for job-1/trades#") && log.getFirst().contains("by job {job-1="),
                log::toString);
    }

    @Test
    void anOverloadIsAResult() throws InterruptedException {
        Pipeline refusing = Pipeline.create();
        Input<Trade> input = refusing.input("trades", Trade.class, Watermark.bounded(ofMillis(50)), Overload.FAIL);
        input.stream().to(Sinks.forEachRow(row -> volume += row.int64("quantity")));
        Job job = engine.runOnCallerThread(refusing);
        int refused = 0;
        try (Producer<Trade> feed = job.producer(input)) {
            for (int n = 0; n < 1_000; n++) {
                switch (feed.offer(new Trade(n, "ABC", 1))) {
                    case ACCEPTED -> {}
                    case BACK_PRESSURED -> refused++; // offer it again later, or not
                    case DROPPED, DEAD_LETTERED -> log.add("not under this policy, not this row");
                    case CLOSED -> log.add("the job has ended");
                }
            }
        }
        job.drain();
        job.await();
        assertEquals(refused, job.counters().refusedRows());
        assertEquals(1_000, volume + refused);
        assertEquals(List.of(), log);
    }

    @Test
    void anOrderlyShutdown() throws InterruptedException {
        Job job = engine.run(pipeline);
        feedOne(job);
        job.drain(); // producers are refused from their next row on, sources stop, what is there is processed
        if (!job.await(Duration.ofSeconds(10))) {
            job.stop(); // a producer is open still: what is left is not processed
            job.await();
        }
        assertEquals(JobState.FINISHED, job.state());
        assertEquals(100, volume);
    }

    @Test
    void whatAJobTellsOfItself() throws InterruptedException {
        Job job = engine.run(pipeline, JobConfig.defaults().withStageTimes(true));
        feedOne(job);
        job.drain();
        job.await();
        JobSnapshot snapshot = job.snapshot();
        log.add(snapshot.toString()); // counters, inputs with watermark and lag, latencies, bytes by part
        log.add("p99 " + snapshot.processed().p99Nanos() + " ns from commit to processed");
        log.add(job.explain()); // the plan, with a listing of each kernel
        log.add(job.explainAnalyze()); // ns for a row of each stage, and shares; only with stage times
        assertEquals(1, snapshot.counters().rowsIn());
        assertEquals(1, snapshot.processed().count());
        assertTrue(log.get(0).contains("input") || log.get(0).contains("InputSnapshot"), log::toString);
        assertTrue(log.get(3).contains("ns/row"), log::toString);
    }

    @Test
    void whatAJobTellsMicrometer() throws InterruptedException {
        MeterRegistry registry = new SimpleMeterRegistry(); // the host's
        Job job = engine.run(pipeline, JobConfig.defaults().withName("volumes"));
        new JobMetrics(job).bindTo(registry);
        feedOne(job);
        job.drain();
        job.await();
        assertNotNull(registry.get("mullion.rows.in").tag("job", "volumes").functionCounter());
    }

    @Test
    void whatAJobTellsFlightRecorder() throws Exception {
        Path file = folder.resolve("mullion.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("mullion.WindowFired").withThreshold(ofMillis(1));
            recording.start();
            Job job = engine.run(pipeline);
            feedOne(job);
            job.drain();
            job.await();
            recording.dump(file);
        }
        assertTrue(Files.size(file) > 0);
        assertEquals(100, volume);
    }

    private void feedOne(Job job) {
        try (Producer<Trade> feed = job.producer(trades)) {
            assertEquals(Offer.ACCEPTED, feed.offer(new Trade(1, "ABC", 100)));
        }
    }
}
