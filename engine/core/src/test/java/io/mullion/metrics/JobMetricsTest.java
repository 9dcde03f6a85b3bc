package io.mullion.metrics;

import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mullion.Engine;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import io.mullion.spec.WorkerThread;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a registry of Micrometer shows of a job.
class JobMetricsTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aRegistryShowsWhatASnapshotDoes() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input =
                pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO), Overload.DROP_NEWEST);
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("c"))
                .to(Sinks.forEachRow(_ -> {}));
        Engine engine = engines.start();
        Job job = engine.run(pipeline, JobConfig.defaults().withName("orders").withThread(WorkerThread.caller()));
        assertEquals(0, registry.getMeters().size());
        try (Producer<Number> producer = job.producer(input)) {
            for (int n = 0; n < 3 * 64 + 5; n++) {
                producer.offer(new Number(n / 10, n));
            }
            while (job.poll() > 0) {}
            new JobMetrics(job).bindTo(registry);
            // Nobody keeps the binder but the registry.
            System.gc();
            assertEquals(3 * 64, counter("mullion.rows.in"));
            assertEquals(1, counter("mullion.rows.out"));
            assertEquals(0, counter("mullion.rows.late"));
            assertEquals(
                    5,
                    registry.get("mullion.rows.dropped")
                            .tag("reason", "overload")
                            .functionCounter()
                            .count());
            assertEquals(3, counter("mullion.batches"));
            assertEquals(1, gauge("mullion.panes"));
            assertEquals(engine.memoryBytesInUse(), gauge("mullion.memory.used"));
            double lag = registry.get("mullion.watermark.lag")
                    .tag("input", "numbers")
                    .timeGauge()
                    .value(java.util.concurrent.TimeUnit.SECONDS);
            assertEquals(System.currentTimeMillis() / 1e3, lag, 600);
            double median = registry.get("mullion.processed")
                    .tag("phi", "0.5")
                    .timeGauge()
                    .value(java.util.concurrent.TimeUnit.NANOSECONDS);
            assertTrue(median > 0);
        }
        job.drain();
        job.await();
    }

    @Test
    void whatIsNotMeasuredIsNotANumber() {
        Pipeline pipeline = Pipeline.create();
        pipeline.input("numbers", Number.class).stream().to(Sinks.forEachRow(_ -> {}));
        Job job = engines.start().run(pipeline, JobConfig.defaults().withLatencies(false));
        new JobMetrics(job).bindTo(registry);
        assertEquals(Double.NaN, gauge("mullion.watermark.lag"));
        assertEquals(
                Double.NaN,
                registry.get("mullion.emitted").tag("phi", "1").timeGauge().value());
        job.stop();
    }

    private double counter(String name) {
        return registry.get(name).tag("job", "orders").functionCounter().count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
