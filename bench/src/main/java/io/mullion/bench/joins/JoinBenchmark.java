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

/// What do joins, deduplication and keyed state cost one worker a row, with a million keys in state, against arrays and
/// loops made by hand for this one question?
///
/// A block of a million rows (of each side, where both come) is written into the batches of a lane before the time
/// begins; what is timed is the worker's, and the sink's, which looks at every result row. The loop by hand reads the
/// same rows from arrays. Set-up compares the answers.
///
/// The score is million rows a second, of the left side; what the engine holds for each of the million keys is printed.
/// For a ratio on a machine that is not alone [JoinRounds] is the better witness.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(JoinRows.ROWS)
public class JoinBenchmark {
    @Benchmark
    public long engine(Engine state) {
        return state.joins.work();
    }

    @Benchmark
    public long byHand(Hand state) {
        return state.hand.rows(state.rows, state.shift);
    }

    /// What both have in common.
    @State(Scope.Thread)
    public abstract static class Setting {
        @Param
        public Question question;

        final JoinRows rows = new JoinRows();
        long shift = -JoinRows.STEP;

        final JoinsByEngine newEngine() {
            return new JoinsByEngine(question, rows);
        }

        final void next() {
            shift += JoinRows.STEP;
        }
    }

    /// The engine, with the block of the next invocation in its lanes.
    @State(Scope.Thread)
    public static class Engine extends Setting {
        private JoinsByEngine joins;

        @Setup
        public void open() {
            compareAnswers();
            joins = newEngine();
        }

        private void compareAnswers() {
            ByHand byHand = ByHand.of(question, rows);
            try (JoinsByEngine engine = newEngine()) {
                for (int block = 0; block < question.telling(); block++) {
                    engine.fill(rows, block * JoinRows.STEP);
                    long given = engine.work();
                    long expected = byHand.rows(rows, block * JoinRows.STEP);
                    if (given != expected) {
                        throw new IllegalStateException(
                                "answers differ: " + question + ", engine " + given + ", by hand " + expected);
                    }
                }
            }
        }

        @Setup(Level.Invocation)
        public void fill() {
            next();
            joins.fill(rows, shift);
        }

        @TearDown
        public void close() {
            System.out.println(question + ": " + joins.stateBytes() / JoinRows.KEYS + " bytes a key");
            joins.close();
        }
    }

    /// The arrays.
    @State(Scope.Thread)
    public static class Hand extends Setting {
        private ByHand hand;

        @Setup
        public void prepare() {
            hand = ByHand.of(question, rows);
        }

        @Setup(Level.Invocation)
        public void moveOn() {
            next();
        }
    }
}
