package io.mullion.bench.queries;

import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.ByHand;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SlidingRows;
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
/// `sums` is count and sum, `minima` is count, sum, min and max.
///
/// The score is million input rows a second (an operation is a row). The ratio to quote is `engine / byHand`. Not
/// measured here: a worker on a core of its own. Batches that are filled already: [FilledBatchesBenchmark].
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(QueryRows.ROWS)
public class SlidingSumBenchmark {
    @Param({"dense", "scattered"})
    public String keys;

    @Param({"sums", "minima"})
    public String aggregates;

    private SlidingQuery query;
    private Answer answer;
    private QueryRun engine;
    private ByHand hand;
    private long shift;

    @Setup
    public void prepare() throws InterruptedException {
        query = new SlidingQuery(new SlidingRows(1_000, keys.equals("dense"), aggregates.equals("minima")));
        query.requireSameAnswers();
        answer = new Answer();
        engine = new QueryRun(query, QueryRun.frontDoor(), answer);
        hand = query.byHand(answer);
        shift = 0;
    }

    @TearDown
    public void close() {
        engine.close();
    }

    @Benchmark
    public long engine() {
        engine.write(shift);
        engine.work();
        shift += query.blockMillis();
        return answer.hash();
    }

    @Benchmark
    public long byHand() {
        hand.rows(shift);
        shift += query.blockMillis();
        return answer.hash();
    }
}
