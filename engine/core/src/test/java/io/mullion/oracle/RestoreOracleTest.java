package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.Engines;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A job that dies again and again, and goes on from its last checkpoint, gives the answer of one that does not.
/// `-Dmullion.schedule.seeds=N` asks for more streams, `-Dmullion.seed=S` for others.
@Tag("schedule")
class RestoreOracleTest {
    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    static LongStream seeds() {
        long first = Long.getLong("mullion.seed", 20_001);
        return LongStream.range(first, first + 8L * Integer.getInteger("mullion.schedule.seeds", 6));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void deathsDoNotShow(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.of(seed);
        Cadence cadence = new Cadence(1, (int) (seed % 7));
        StreamRun died = StreamRun.withDeaths(engines.test(), stream, cadence, folder, 1);
        assertEquals(
                StreamRun.in(engines.test(), stream, cadence).answer().toString(),
                died.answer().toString(),
                stream::toString);
        assertEquals(new NaiveWindows(stream).answer().toString(), died.answer().toString(), stream::toString);
    }

    /// Each of the jobs has another number of workers.
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void deathsDoNotShowWhereWorkersComeAndGo(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.of(seed);
        Cadence cadence = new Cadence(1, (int) (seed % 7));
        StreamRun died = StreamRun.withDeaths(engines.test(Engines.SMALL), stream, cadence, folder, 3);
        assertEquals(
                StreamRun.in(engines.test(), stream, cadence)
                        .answer()
                        .ofSeveralWorkers()
                        .toString(),
                died.answer().ofSeveralWorkers().toString(),
                stream::toString);
    }
}
