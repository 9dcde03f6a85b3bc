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

/// What does a window of 60 s cost when it slides ever more often?
///
/// 1,000 dense keys and 100,000 rows a second. A slide has to give a result for each key, so that no engine can stay as
/// fast: the model is `rows + 3 x groups` for each slide, in units of what a row costs at the longest slide.
///
/// The score is million rows a second.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(QueryRows.ROWS)
public class SlideBenchmark {
    static final int KEYS = 1_000;
    private static final long SIZE_MILLIS = 60_000;

    @Param({"sums", "minima"})
    public String aggregates;

    @Param({"60000", "10000", "1000", "100", "10", "1"})
    public int slideMillis;

    private SlidingSweep sweep;

    @Setup
    public void prepare() {
        sweep = new SlidingSweep(
                KEYS,
                true,
                aggregates.equals("minima"),
                Duration.ofMillis(SIZE_MILLIS),
                Duration.ofMillis(slideMillis));
        // Further blocks fill the window.
        sweep.fill();
        sweep.work();
        sweep.fill();
        sweep.work();
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
