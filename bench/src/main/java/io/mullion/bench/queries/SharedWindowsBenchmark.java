package io.mullion.bench.queries;

import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SlidingRows;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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

/// What do further windows over one keyed stream cost a row, where they share keys, groups and panes with the first,
/// and where they do not?
///
/// The rows of [SlidingSumBenchmark], with each key in three columns. `one` has the first of the windows; `shared` has
/// all, by the same key; `separate` has all, each by a column of its own, which keeps them apart. Counts and sums, and
/// minima in the last of the windows. The score is million input rows a second; the ratios to quote are `shared /
/// separate` and `shared / one`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(QueryRows.ROWS)
public class SharedWindowsBenchmark {
    @Param({"dense", "scattered"})
    public String keys;

    /// Size and slide in seconds.
    @Param({"60/1 300/1", "60/1 300/300", "60/60 300/300 3600/3600"})
    public String windows;

    private SlidingRows rows;
    private WindowsByEngine one;
    private WindowsByEngine shared;
    private WindowsByEngine separate;
    private long shift;

    @Setup
    public void prepare() throws InterruptedException {
        rows = new SlidingRows(1_000, keys.equals("dense"), false);
        List<Duration[]> all = List.of(windows.split(" ")).stream()
                .map(SharedWindowsBenchmark::sizeAndSlide)
                .toList();
        requireSameAnswers(all);
        one = new WindowsByEngine(all.subList(0, 1), true);
        shared = new WindowsByEngine(all, true);
        separate = new WindowsByEngine(all, false);
        shift = 0;
    }

    private static Duration[] sizeAndSlide(String text) {
        String[] parts = text.split("/");
        return new Duration[] {
            Duration.ofSeconds(Long.parseLong(parts[0])), Duration.ofSeconds(Long.parseLong(parts[1]))
        };
    }

    @TearDown
    public void close() {
        one.close();
        shared.close();
        separate.close();
    }

    @Benchmark
    public long one() {
        return run(one);
    }

    @Benchmark
    public long shared() {
        return run(shared);
    }

    @Benchmark
    public long separate() {
        return run(separate);
    }

    private long run(WindowsByEngine engine) {
        engine.rows(rows, shift);
        shift += rows.blockMillis();
        return engine.answer();
    }

    private void requireSameAnswers(List<Duration[]> all) throws InterruptedException {
        try (WindowsByEngine sharing = new WindowsByEngine(all, true);
                WindowsByEngine apart = new WindowsByEngine(all, false)) {
            for (int block = 0; block < 3; block++) {
                sharing.rows(rows, block * rows.blockMillis());
                apart.rows(rows, block * rows.blockMillis());
            }
            sharing.end();
            apart.end();
            if (sharing.answer() != apart.answer() || sharing.answer() == 0) {
                throw new IllegalStateException("the answers differ");
            }
            if (!sharing.sharing() || apart.sharing()) {
                throw new IllegalStateException("shared and separate are not what they say");
            }
        }
    }
}
