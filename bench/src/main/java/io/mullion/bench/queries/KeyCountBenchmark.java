package io.mullion.bench.queries;

import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SlidingRows;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.AuxCounters;
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

/// What do keys cost, in time and in memory?
///
/// Count, sum, min and max over 60 s by 10 s, 100,000 rows a second, keys uniform of 1 to 10 million and scattered over
/// int64. Memory is all that the operators hold when windows are full, over the groups of a pane and the panes of a
/// window.
///
/// The score is million rows a second.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(QueryRows.ROWS)
public class KeyCountBenchmark {
    private static final int PANES = 6;
    private static final int PANE_ROWS = SlidingRows.ROWS_PER_MILLI * 10_000;

    @Param({"1", "1000", "10000", "100000", "1000000", "10000000"})
    public int keys;

    private SlidingSweep sweep;
    private long laneBytes;
    private long groups;

    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Memory {
        public double bytesPerGroupAndPane;
    }

    @Setup
    public void prepare() {
        groups = LongStream.of(new SlidingRows(keys, false, true).keys)
                .limit(PANE_ROWS)
                .distinct()
                .count();
        sweep = new SlidingSweep(keys, false, true, Duration.ofSeconds(10 * PANES), Duration.ofSeconds(10));
        laneBytes = sweep.memoryBytes();
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
    public long engine(Memory memory) {
        long answer = sweep.work();
        memory.bytesPerGroupAndPane = (double) (sweep.memoryBytes() - laneBytes) / (groups * PANES);
        return answer;
    }
}
