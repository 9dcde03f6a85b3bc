package io.mullion.bench.queries;

import io.mullion.Sinks;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.io.Producer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// How long after the row that ends a window does its first result come?
///
/// Count, sum, min and max by key over 6 s by 100 ms, 10,000 rows a slide, keys uniform of 1 to 10 million and
/// scattered over int64. The rows of a pane are worked off; then the row that ends it is written, and the time from
/// there to the first row in the sink is taken, 1,200 times, of which the first 200 do not count.
///
/// The score, the time that all takes, is of no interest: the percentiles are, in microseconds.
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class FirstRowBenchmark {
    private static final int WINDOWS = 1_200;
    private static final int WARM_UP = 200;
    private static final int SLIDE_MILLIS = 100;
    private static final int PANE_ROWS = SlidingRows.ROWS_PER_MILLI * SLIDE_MILLIS;

    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Latency {
        @Param({"1", "1000", "100000", "1000000", "10000000"})
        public int keys;

        public double p50;
        public double p999;
    }

    /// Notes when the first row came.
    private static final class Watch {
        private final Answer answer = new Answer();
        private long firstRowNanos;

        void row(long windowEnd, long key) {
            if (firstRowNanos == 0) {
                firstRowNanos = System.nanoTime();
            }
            answer.add(windowEnd, key);
        }
    }

    @Benchmark
    public long engine(Latency latency) {
        SlidingRows rows = new SlidingRows(SlidingRows.ROWS_PER_MILLI, 6_000, SLIDE_MILLIS, latency.keys, false, true);
        SlidingQuery query = new SlidingQuery(rows);
        Watch watch = new Watch();
        double[] micros = new double[WINDOWS];
        try (QueryRun run = new QueryRun(
                query, QueryRun.filledBatches(), Sinks.forEachRow(row -> watch.row(row.int64(1), row.int64(2))))) {
            Producer<Void> producer = run.producer();
            long shift = 0;
            int from = 0;
            for (int i = 0; i < WINDOWS; i++) {
                if (from + PANE_ROWS >= QueryRows.ROWS) {
                    shift += rows.times[from] - rows.times[0];
                    from = 0;
                }
                query.write(producer, from, from + PANE_ROWS, shift);
                run.work();
                from += PANE_ROWS;
                watch.firstRowNanos = 0;
                long start = System.nanoTime();
                query.write(producer, from, from + 1, shift);
                run.work();
                micros[i] = (watch.firstRowNanos - start) / 1e3;
            }
        }
        double[] counted = Arrays.copyOfRange(micros, WARM_UP, WINDOWS);
        Arrays.sort(counted);
        latency.p50 = counted[counted.length / 2];
        latency.p999 = counted[counted.length * 999 / 1000 - 1];
        return watch.answer.hash();
    }
}
