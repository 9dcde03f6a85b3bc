package io.mullion.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.mullion.Job;
import io.mullion.JobCounters;
import io.mullion.JobSnapshot;
import io.mullion.JobSnapshot.InputSnapshot;
import io.mullion.spec.Latency;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Binds a job to a registry of Micrometer: `mullion.rows.in`, `mullion.rows.out`, `mullion.rows.late`,
/// `mullion.rows.dropped` by reason, `mullion.dead.letters`, `mullion.batches`, `mullion.panes`, `mullion.memory.used`,
/// `mullion.watermark.lag` by input, and the latencies `mullion.processed` and `mullion.emitted` by percentile; all
/// with the tag `job`.
///
/// ```java
/// new JobMetrics(job).bindTo(registry);
/// ```
///
/// A reading takes a snapshot of the job, one for all meters that are read within 100 ms of it. The registry keeps the
/// job reachable until its meters are removed. *Thread*: any.
public final class JobMetrics implements MeterBinder {
    private static final long FRESH_NANOS = Duration.ofMillis(100).toNanos();
    private static final List<String> PERCENTILES = List.of("0.5", "0.9", "0.99", "0.999", "1");

    private final Job job;
    private JobSnapshot snapshot;
    private long takenNanos;

    public JobMetrics(Job job) {
        this.job = job;
    }

    /// A registry refers to the object of a meter weakly, and to its function strongly: the functions are closed over
    /// this.
    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("job", job.name());
        count(registry, tags, "mullion.rows.in", JobCounters::rowsIn);
        count(registry, tags, "mullion.rows.out", JobCounters::rowsOut);
        count(registry, tags, "mullion.rows.late", JobCounters::lateRows);
        count(registry, tags.and("reason", "no time"), "mullion.rows.dropped", JobCounters::rowsWithoutTime);
        count(registry, tags.and("reason", "no gap"), "mullion.rows.dropped", JobCounters::rowsWithoutGap);
        count(registry, tags.and("reason", "overload"), "mullion.rows.dropped", JobCounters::droppedRows);
        count(registry, tags, "mullion.rows.refused", JobCounters::refusedRows);
        count(registry, tags, "mullion.dead.letters", JobCounters::deadLetters);
        FunctionCounter.builder("mullion.batches", this, _ -> snapshot().batches())
                .tags(tags)
                .register(registry);
        Gauge.builder("mullion.panes", this, _ -> snapshot().panes()).tags(tags).register(registry);
        Gauge.builder("mullion.memory.used", this, _ -> snapshot().bytesInUse())
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
        List<InputSnapshot> inputs = snapshot().inputs();
        for (int i = 0; i < inputs.size(); i++) {
            int number = i;
            TimeGauge.builder("mullion.watermark.lag", this, TimeUnit.SECONDS, _ -> lagSeconds(number))
                    .tags(tags.and("input", inputs.get(i).name()))
                    .register(registry);
        }
        latency(registry, tags, "mullion.processed", JobSnapshot::processed);
        latency(registry, tags, "mullion.emitted", JobSnapshot::emitted);
    }

    private void count(MeterRegistry registry, Tags tags, String name, ToLongFunction<JobCounters> counter) {
        FunctionCounter.builder(name, this, _ -> counter.applyAsLong(snapshot().counters()))
                .tags(tags)
                .register(registry);
    }

    private void latency(MeterRegistry registry, Tags tags, String name, Function<JobSnapshot, Latency> latency) {
        for (String percentile : PERCENTILES) {
            TimeGauge.builder(name, this, TimeUnit.NANOSECONDS, _ -> nanos(latency.apply(snapshot()), percentile))
                    .tags(tags.and("phi", percentile))
                    .register(registry);
        }
    }

    private static double nanos(Latency latency, String percentile) {
        if (latency.count() == 0) {
            return Double.NaN;
        }
        return switch (percentile) {
            case "0.5" -> latency.p50Nanos();
            case "0.9" -> latency.p90Nanos();
            case "0.99" -> latency.p99Nanos();
            case "0.999" -> latency.p999Nanos();
            default -> latency.maxNanos();
        };
    }

    /// Not a number where there is no watermark.
    private double lagSeconds(int input) {
        Duration lag = snapshot().inputs().get(input).lag();
        return lag == null ? Double.NaN : lag.toNanos() / 1e9;
    }

    private synchronized JobSnapshot snapshot() {
        long now = System.nanoTime();
        if (snapshot == null || now - takenNanos > FRESH_NANOS) {
            snapshot = job.snapshot();
            takenNanos = now;
        }
        return snapshot;
    }
}
