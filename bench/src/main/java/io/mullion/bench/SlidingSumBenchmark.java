package io.mullion.bench;

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

/// What does a keyed sliding aggregate cost a row, from the row writer to the sink, against arrays and loops made by
/// hand for this one query?
///
/// Q2 of the design: 1,000 keys, 60 s by 1 s in event time, 100,000 rows and 1,000 result rows a second of it; the
/// watermark follows the rows at once. `engine` and `byHand` both run on one thread, the benchmark's, so that neither
/// gets a core more than the other; the engine's rows pass its lane, and both read them from the same arrays. Every
/// result row is looked at and goes into a checksum.
///
/// The score is million input rows a second (an operation is a row). The ratio to quote is `engine / byHand`. Not
/// measured here: batches that are filled already, and a worker on a core of its own.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(SlidingRows.ROWS)
public class SlidingSumBenchmark {
    @Param({"dense", "scattered"})
    public String keys;

    @Param({"count, sum", "count, sum, min, max"})
    public String aggregates;

    private SlidingRows rows;
    private SlidingAnswer answer;
    private SlidingByEngine engine;
    private SlidingByHand hand;
    private long shift;

    @Setup
    public void prepare() throws InterruptedException {
        rows = SlidingRows.generate(keys.equals("dense"));
        boolean extremes = aggregates.contains("min");
        requireSameAnswers(extremes);
        answer = new SlidingAnswer();
        engine = new SlidingByEngine(extremes, answer);
        hand = new SlidingByHand(rows.dense(), extremes, answer);
        shift = 0;
    }

    @TearDown
    public void close() {
        engine.close();
    }

    @Benchmark
    public long engine() {
        engine.rows(rows, shift);
        shift += SlidingRows.BLOCK_MILLIS;
        return answer.hash();
    }

    @Benchmark
    public long byHand() {
        hand.rows(rows, shift);
        shift += SlidingRows.BLOCK_MILLIS;
        return answer.hash();
    }

    /// Long enough for windows to be full and for panes to leave them, and to the very end: partial windows count.
    private void requireSameAnswers(boolean extremes) throws InterruptedException {
        SlidingAnswer expected = new SlidingAnswer();
        SlidingByHand byHand = new SlidingByHand(rows.dense(), extremes, expected);
        SlidingAnswer given = new SlidingAnswer();
        try (SlidingByEngine byEngine = new SlidingByEngine(extremes, given)) {
            for (int block = 0; block < 5; block++) {
                byHand.rows(rows, block * SlidingRows.BLOCK_MILLIS);
                byEngine.rows(rows, block * SlidingRows.BLOCK_MILLIS);
            }
            byHand.end();
            byEngine.end();
        }
        if (expected.rows() != given.rows() || expected.hash() != given.hash() || given.rows() == 0) {
            throw new IllegalStateException("the answers differ: by hand " + expected + ", engine " + given);
        }
    }
}
