package io.mullion.bench.queries;

import io.mullion.bench.rows.QueryRows;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Does a slide cost more when the window holds more?
///
/// 1,000 dense keys, a slide of 1 s and 100,000 rows in it, windows of 1 to 6,000 slides, full before the time begins.
/// Sums are taken out again when their pane leaves; minima cannot be.
///
/// The score is million rows a second; the ratio to quote is that of each size to the fastest.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(QueryRows.ROWS)
public class WindowSizeBenchmark {
    private static final long SLIDE_MILLIS = 1_000;

    @Param({"sums", "minima"})
    public String aggregates;

    @Param({"1", "2", "10", "60", "600", "6000"})
    public int slides;

    private SlidingSweep sweep;

    @Setup
    public void prepare() {
        long sizeMillis = slides * SLIDE_MILLIS;
        sweep = new SlidingSweep(
                1_000,
                true,
                aggregates.equals("minima"),
                Duration.ofMillis(sizeMillis),
                Duration.ofMillis(SLIDE_MILLIS));
        sweep.fillWindow(sizeMillis, SLIDE_MILLIS);
    }

    @Setup(Level.Invocation)
    public void fill() {
        sweep.fill();
    }

    @TearDown
    public void close() {
        sweep.close();
    }

    @Benchmark
    public long engine() {
        return sweep.work();
    }
}
