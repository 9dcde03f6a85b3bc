package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mullion.EngineConfig;
import io.mullion.Engines;
import io.mullion.codegen.KernelOptions;
import io.mullion.routine.VectorSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same rows give the same answer however they are cut, by whichever kernels, over however many lanes.
/// `-Dmullion.schedule.seeds=N` asks for more streams, `-Dmullion.seed=S` for others.
@Tag("schedule")
class ScheduleTest {
    @RegisterExtension
    final Engines engines = new Engines();

    static LongStream seeds() {
        long first = Long.getLong("mullion.seed", 10_001);
        return LongStream.range(first, first + Integer.getInteger("mullion.schedule.seeds", 6));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rowByRowIsAsInOneBatch(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.of(seed);
        Answer atOnce = inTestEngine(defaultBatches(), stream, Cadence.AT_ONCE);
        assertSame(stream, atOnce, inTestEngine(defaultBatches(), stream, Cadence.ROW_BY_ROW));
        assertSame(stream, atOnce, inTestEngine(Engines.SMALL, stream, new Cadence(1, 5)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void oddBatchesAreAsOneBatch(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.of(seed);
        Answer atOnce = inTestEngine(defaultBatches(), stream, Cadence.AT_ONCE);
        for (int rows : new int[] {1, 2, 3, 7, 64}) {
            EngineConfig odd = Engines.SMALL.withBatchRows(rows);
            assertSame(stream, atOnce, inTestEngine(odd, stream, Cadence.AT_ONCE));
            assertSame(stream, atOnce, inTestEngine(odd, stream, new Cadence(1, 3)));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void dataAreasThatHoldOneRowAreAsLargeOnes(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.of(seed);
        Answer atOnce = inTestEngine(defaultBatches(), stream, Cadence.AT_ONCE);
        assertSame(stream, atOnce, inTestEngine(Engines.SMALL.withBatchDataBytes(56), stream, Cadence.AT_ONCE));
        assertSame(stream, atOnce, inTestEngine(Engines.SMALL.withBatchDataBytes(57), stream, new Cadence(1, 2)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void vectorKernelsAreAsPlainOnes(long seed) throws InterruptedException {
        assumeTrue(VectorSupport.available(), VectorSupport.reason());
        RandomStream stream = RandomStream.of(seed);
        KernelOptions best = KernelOptions.best();
        for (int rows : new int[] {5, 64, 4096}) {
            EngineConfig sized = Engines.SMALL.withBatchRows(rows);
            assertSame(
                    stream,
                    inTestEngine(sized.withKernels(best.withVector(false)), stream, Cadence.AT_ONCE),
                    inTestEngine(sized.withKernels(best.withVector(true)), stream, Cadence.AT_ONCE));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void threeLanesAreAsOneWhereNoRowIsLate(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.withoutLateRows(seed);
        Answer one = inTestEngine(Engines.SMALL, stream, Cadence.AT_ONCE);
        assertEquals(0, one.lost().lateRows());
        assertSame(stream, new NaiveWindows(stream).answer(), one);
        assertSame(stream, one, inTestEngine(Engines.SMALL, stream, new Cadence(3, 0)));
        assertSame(stream, one, inTestEngine(Engines.SMALL, stream, new Cadence(3, 1)));
        assertSame(stream, one, inTestEngine(Engines.SMALL.withBatchRows(3), stream, new Cadence(3, 4)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void threadsAreAsTheTestsOwnThread(long seed) throws InterruptedException {
        RandomStream late = RandomStream.withoutClock(seed);
        Answer alone = inTestEngine(Engines.SMALL, late, Cadence.AT_ONCE);
        for (int rows : new int[] {1, 7, 64}) {
            EngineConfig tight = Engines.SMALL.withLaneBatches(2).withBatchRows(rows);
            assertSame(late, alone, StreamRun.in(engines.start(tight), late, 1).answer());
        }
        RandomStream onTime = RandomStream.withoutLateRows(seed);
        Answer expected = inTestEngine(Engines.SMALL, onTime, Cadence.AT_ONCE);
        for (int rows : new int[] {1, 7, 64}) {
            EngineConfig tight = Engines.SMALL.withLaneBatches(2).withBatchRows(rows);
            assertSame(
                    onTime,
                    expected,
                    StreamRun.in(engines.start(tight), onTime, 3).answer());
        }
    }

    private Answer inTestEngine(EngineConfig config, RandomStream stream, Cadence cadence) throws InterruptedException {
        return StreamRun.in(engines.test(config), stream, cadence).answer();
    }

    /// As users get them, but without their megabyte for each text column.
    private static EngineConfig defaultBatches() {
        return Engines.SMALL.withBatchRows(EngineConfig.defaults().batchRows()).withBatchDataBytes(1 << 16);
    }

    private static void assertSame(RandomStream stream, Answer expected, Answer actual) {
        assertEquals(expected.toString(), actual.toString(), stream::toString);
    }
}
