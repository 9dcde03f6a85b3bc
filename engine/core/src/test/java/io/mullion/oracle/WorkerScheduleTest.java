package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.EngineConfig;
import io.mullion.Engines;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same rows give the same answer over however many workers. `-Dmullion.schedule.seeds=N` asks for more streams,
/// `-Dmullion.seed=S` for others.
@Tag("schedule")
class WorkerScheduleTest {
    @RegisterExtension
    final Engines engines = new Engines();

    static LongStream seeds() {
        long first = Long.getLong("mullion.seed", 20_001);
        return LongStream.range(first, first + Integer.getInteger("mullion.schedule.seeds", 12));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rowsOfOneProducerAreAsWithOneWorker(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.of(seed);
        Answer one = inTestEngine(Engines.SMALL, stream, Cadence.AT_ONCE, 1);
        for (int workers = 2; workers <= 3; workers++) {
            assertSame(stream, one, inTestEngine(Engines.SMALL, stream, Cadence.AT_ONCE, workers));
            assertSame(stream, one, inTestEngine(Engines.SMALL, stream, Cadence.ROW_BY_ROW, workers));
            assertSame(stream, one, inTestEngine(Engines.SMALL.withBatchRows(2), stream, new Cadence(1, 3), workers));
            assertSame(
                    stream, one, inTestEngine(Engines.SMALL.withBatchDataBytes(56), stream, Cadence.AT_ONCE, workers));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rowsOfThreeProducersAreAsOfOneWhereNoneIsLate(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.withoutLateRows(seed);
        Answer one = inTestEngine(Engines.SMALL, stream, Cadence.AT_ONCE, 1);
        for (int workers = 2; workers <= 3; workers++) {
            assertSame(stream, one, inTestEngine(Engines.SMALL, stream, new Cadence(3, 0), workers));
            assertSame(stream, one, inTestEngine(Engines.SMALL, stream, new Cadence(3, 1), workers));
            assertSame(stream, one, inTestEngine(Engines.SMALL.withBatchRows(3), stream, new Cadence(2, 4), workers));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void threadsAreAsTheTestsOwnThread(long seed) throws InterruptedException {
        RandomStream late = RandomStream.withoutClock(seed);
        Answer alone = inTestEngine(Engines.SMALL, late, Cadence.AT_ONCE, 1);
        RandomStream onTime = RandomStream.withoutLateRows(seed);
        Answer expected = inTestEngine(Engines.SMALL, onTime, Cadence.AT_ONCE, 1);
        for (int rows : new int[] {1, 7, 64}) {
            EngineConfig tight = Engines.SMALL.withLaneBatches(2).withBatchRows(rows);
            for (int workers = 2; workers <= 3; workers++) {
                assertSame(
                        late,
                        alone,
                        StreamRun.in(engines.start(tight), late, 1, workers).answer());
                assertSame(
                        onTime,
                        expected,
                        StreamRun.in(engines.start(tight), onTime, 3, workers).answer());
            }
        }
    }

    private Answer inTestEngine(EngineConfig config, RandomStream stream, Cadence cadence, int workers)
            throws InterruptedException {
        return StreamRun.in(engines.test(config), stream, cadence, workers).answer();
    }

    private static void assertSame(RandomStream stream, Answer expected, Answer actual) {
        assertEquals(
                expected.ofSeveralWorkers().toString(),
                actual.ofSeveralWorkers().toString(),
                stream::toString);
    }
}
