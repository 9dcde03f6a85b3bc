package io.mullion.bench.queries;

import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.ByHand;
import io.mullion.bench.rows.QueryRows;
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

/// What does a query cost one worker a row whose batches are filled already, against arrays and loops made by hand for
/// this one query?
///
/// A block of 4.2 million rows is written into the batches of a lane before the time begins; what is timed is the
/// worker's: watermarks, panes, keys, accumulators, windows, and the sink, which looks at every result row. The loop by
/// hand reads the same rows from arrays. Neither fits a cache, and each comes cold to its rows: 68 to 100 MB lie
/// between the first and the last.
///
/// The score is million input rows a second (an operation is a row). The ratio to quote is `engine / byHand`.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(QueryRows.ROWS)
public class FilledBatchesBenchmark {
    @Benchmark
    public long engine(Engine state) {
        state.run.work();
        return state.answer.hash();
    }

    @Benchmark
    public long byHand(Hand state) {
        state.hand.rows(state.shift);
        return state.answer.hash();
    }

    /// What both sides have in common.
    @State(Scope.Thread)
    public abstract static class Setting {
        @Param({
            "ysb dense",
            "ysb scattered",
            "sliding dense",
            "sliding scattered",
            "sliding-1m dense",
            "sliding-1m scattered",
            "filter-map-sum",
            "wordcount",
            "session dense",
            "session scattered"
        })
        public String query;

        Query made;
        Answer answer;
        long shift;

        final void make() throws InterruptedException {
            made = Query.named(query);
            made.requireSameAnswers();
            answer = new Answer();
            shift = -made.blockMillis();
        }

        /// Moves times on.
        final void next() {
            shift += made.blockMillis();
        }
    }

    @State(Scope.Thread)
    public static class Engine extends Setting {
        private QueryRun run;

        @Setup
        public void prepare() throws InterruptedException {
            make();
            run = new QueryRun(made, QueryRun.filledBatches(), answer);
        }

        @Setup(Level.Invocation)
        public void fill() {
            next();
            run.write(shift);
        }

        @TearDown
        public void close() {
            run.close();
        }
    }

    @State(Scope.Thread)
    public static class Hand extends Setting {
        private ByHand hand;

        @Setup
        public void prepare() throws InterruptedException {
            make();
            hand = made.byHand(answer);
        }

        @Setup(Level.Invocation)
        public void moveOn() {
            next();
        }
    }
}
