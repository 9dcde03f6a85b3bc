package io.mullion.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jctools.queues.atomic.SpscAtomicArrayQueue;
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

/// How many rows a second pass from one producing thread to one worker, through the engine's lane, a lane by hand, and
/// queues of objects?
///
/// Three int64 a row, each row published when it is complete; the time ends when the worker has seen the last row.
/// `engine` is the public API: row writer, lane, job, sink. `byHand` is the same idea with nothing but what this
/// benchmark needs, `columnFillByHand` its producer alone with nobody at the other end: the upper mark. All buffer
/// 32,768 rows.
///
/// `worker`: `counts` looks at no value, which is the hand-off itself; `adds` reads all three of each row, through
/// `BatchView` in the engine.
///
/// `maxLead`: how many rows the producer may be ahead of the worker. Without a bound the faster side meets full or
/// empty buffers; with 64 the worker is always close behind, so that the cache lines of the rows and of the count
/// travel all the time, and the count of what the worker has seen travels back, which is part of the figure, for all
/// variants alike. The time of a single hop is not measured here, nor is a producer slower than the worker: the rate
/// would be the producer's own. All variants wait as the engine does, with a back-off that spins, yields, then parks.
/// With fewer than two free cores the figures say how the scheduler shares one, and nothing else.
///
/// The score is million rows a second (an operation is a row). The ratios to quote are `engine / byHand` and `engine /
/// mpscQueueOfRecords`.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(LaneBenchmark.ROWS)
public class LaneBenchmark {
    static final int ROWS = 1 << 21;
    private static final int BUFFERED_ROWS = 1 << 15;

    @Benchmark
    public long engine(EngineLane lane) {
        return lane.pass();
    }

    @Benchmark
    public long byHand(LaneByHand lane) {
        return lane.pass();
    }

    @Benchmark
    public long mpscQueueOfRecords(MpscQueue queue) {
        return queue.pass();
    }

    @Benchmark
    public long spscQueueOfRecords(SpscQueue queue) {
        return queue.pass();
    }

    @Benchmark
    public long columnFillByHand(Columns columns) {
        return columns.fill();
    }

    /// What the variants with a worker have in common.
    @State(Scope.Thread)
    public abstract static class Setting {
        @Param({"counts", "adds"})
        public String worker;

        @Param({"none", "64"})
        public String maxLead;

        private HandOff handOff;

        abstract HandOff open(boolean adding, long maxLead);

        @Setup
        public void prepare() {
            // First one that adds, whatever is asked for: all variants must deliver the same values.
            try (HandOff adding = open(true, Long.MAX_VALUE)) {
                adding.send(ROWS);
                if (adding.await() != HandOff.totalOf(ROWS)) {
                    throw new IllegalStateException("rows arrived with other values");
                }
            }
            handOff = open(worker.equals("adds"), maxLead.equals("none") ? Long.MAX_VALUE : Long.parseLong(maxLead));
        }

        @TearDown
        public void close() {
            handOff.close();
        }

        long pass() {
            handOff.send(ROWS);
            return handOff.await();
        }
    }

    @State(Scope.Thread)
    public static class EngineLane extends Setting {
        @Override
        HandOff open(boolean adding, long maxLead) {
            return new EngineHandOff(adding, maxLead);
        }
    }

    @State(Scope.Thread)
    public static class LaneByHand extends Setting {
        @Override
        HandOff open(boolean adding, long maxLead) {
            return new HandOffByHand(adding, maxLead);
        }
    }

    @State(Scope.Thread)
    public static class MpscQueue extends Setting {
        @Override
        HandOff open(boolean adding, long maxLead) {
            return new QueueHandOff(new MpscAtomicArrayQueue<>(BUFFERED_ROWS), adding, maxLead);
        }
    }

    @State(Scope.Thread)
    public static class SpscQueue extends Setting {
        @Override
        HandOff open(boolean adding, long maxLead) {
            return new QueueHandOff(new SpscAtomicArrayQueue<>(BUFFERED_ROWS), adding, maxLead);
        }
    }

    /// Batches that one thread fills in turn, committing row by row.
    @State(Scope.Thread)
    public static class Columns {
        private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
        private static final int BATCHES = 8;
        private static final int BATCH_ROWS = BUFFERED_ROWS / BATCHES;

        private final long[][] columns = new long[3 * BATCHES][BATCH_ROWS];
        private final long[] committed = new long[1];

        long fill() {
            for (int first = 0; first < ROWS; first += BATCH_ROWS) {
                int batch = 3 * (first / BATCH_ROWS % BATCHES);
                fill(columns[batch], columns[batch + 1], columns[batch + 2], first);
            }
            return committed[0];
        }

        private void fill(long[] a, long[] b, long[] c, int first) {
            for (int row = 0; row < BATCH_ROWS; row++) {
                int i = first + row;
                a[row] = i;
                b[row] = 2L * i;
                c[row] = 3L * i;
                ELEMENT.setRelease(committed, 0, row + 1L);
            }
        }
    }
}
