package io.mullion.batch;

import io.mullion.spec.Latency;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/// A histogram of times. *Thread*: one records, without garbage and without waiting; any may ask.
public final class LatencyRecorder {
    private static final long LEAST_NANOS = 1;
    private static final long GREATEST_NANOS = 24L * 3600 * 1_000_000_000;
    private static final int DIGITS = 2;

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(LEAST_NANOS, GREATEST_NANOS, DIGITS);
    /// What was recorded up to the last question.
    private final Histogram total = new Histogram(LEAST_NANOS, GREATEST_NANOS, DIGITS);

    private Histogram interval;

    /// Records `count` measurements. What is longer than a day counts as a day, what is negative as 0.
    public void record(long nanos, long count) {
        recorder.recordValueWithCount(Math.clamp(nanos, 0, GREATEST_NANOS), count);
    }

    /// All so far.
    public Latency latency() {
        return latency(List.of(this));
    }

    /// All that several have recorded so far.
    public static Latency latency(List<LatencyRecorder> recorders) {
        Histogram all = new Histogram(LEAST_NANOS, GREATEST_NANOS, DIGITS);
        recorders.forEach(recorder -> recorder.addTo(all));
        return all.getTotalCount() == 0
                ? Latency.NONE
                : new Latency(
                        all.getTotalCount(),
                        all.getValueAtPercentile(50),
                        all.getValueAtPercentile(90),
                        all.getValueAtPercentile(99),
                        all.getValueAtPercentile(99.9),
                        all.getMaxValue());
    }

    private synchronized void addTo(Histogram all) {
        interval = recorder.getIntervalHistogram(interval);
        total.add(interval);
        all.add(total);
    }
}
