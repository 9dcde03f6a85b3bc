package io.mullion.bench.joins;

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

/// What do joins and deduplication cost beside a hash join by hand, with a million rows or keys in state?
///
/// `INTERVAL`: two streams, rows at most 5 s apart meet, half a million rows of each are kept. `TABLE`: a stream looks
/// up the latest row of its key among a million. `DUPLICATES`: rows whose keys, of a million, have nearly all been
/// seen. Keys are scattered over int64. Set-up compares the answers.
///
/// The score is million rows a second, of the left side.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(JoinRows.ROWS)
public class JoinBenchmark {
    /// What is asked.
    public enum Question {
        INTERVAL,
        TABLE,
        DUPLICATES
    }

    @Param
    public Question question;

    private final JoinRows rows = new JoinRows();

    /// The engine, with the block of the next invocation in its lanes.
    @State(Scope.Thread)
    public static class Engine {
        private JoinsByEngine joins;
        private JoinRows rows;
        private boolean bothSides;
        private long shift;

        @Setup
        public void open(JoinBenchmark benchmark) {
            rows = benchmark.rows;
            bothSides = benchmark.question == Question.INTERVAL;
            compareAnswers(benchmark);
            joins = benchmark.engine();
        }

        private static void compareAnswers(JoinBenchmark benchmark) {
            JoinsByHand byHand = benchmark.byHand();
            long shift = 0;
            try (JoinsByEngine joins = benchmark.engine()) {
                for (int block = 0; block < 3; block++) {
                    joins.fill(benchmark.rows, shift, benchmark.question == Question.INTERVAL);
                    long engine = joins.work();
                    long hand = benchmark.work(byHand, shift);
                    if (engine != hand) {
                        throw new IllegalStateException("answers differ: " + engine + ", by hand " + hand);
                    }
                    shift += benchmark.rows.step();
                }
                System.out.println(benchmark.question + ": bytes for each of " + joins.rowsKept() + " rows kept: "
                        + joins.stateBytes() / Math.max(1, joins.rowsKept()));
            }
        }

        @Setup(Level.Invocation)
        public void fill() {
            joins.fill(rows, shift, bothSides);
            shift += rows.step();
        }

        @TearDown
        public void close() {
            joins.close();
        }
    }

    /// The arrays.
    @State(Scope.Thread)
    public static class Hand {
        private JoinsByHand joins;
        private long shift;

        @Setup
        public void open(JoinBenchmark benchmark) {
            joins = benchmark.byHand();
        }
    }

    private JoinsByEngine engine() {
        JoinsByEngine joins = new JoinsByEngine(question);
        if (question == Question.TABLE) {
            joins.load(rows);
        }
        return joins;
    }

    private JoinsByHand byHand() {
        JoinsByHand joins = new JoinsByHand();
        if (question == Question.TABLE) {
            joins.load(rows);
        }
        return joins;
    }

    private long work(JoinsByHand joins, long shift) {
        return switch (question) {
            case INTERVAL -> joins.interval(rows, shift);
            case TABLE -> joins.table(rows);
            case DUPLICATES -> joins.duplicates(rows);
        };
    }

    @Benchmark
    public long engine(Engine engine) {
        return engine.joins.work();
    }

    @Benchmark
    public long byHand(Hand hand) {
        hand.shift += rows.step();
        return work(hand.joins, hand.shift);
    }
}
