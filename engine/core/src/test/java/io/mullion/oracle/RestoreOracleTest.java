package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mullion.Engines;
import io.mullion.TestEngine;
import io.mullion.spec.MullionException;
import java.io.IOException;
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
    void deathsDoNotShow(long seed) throws InterruptedException, IOException {
        RandomStream stream = RandomStream.of(seed);
        TestEngine engine = engines.test();
        String expected = new NaiveWindows(stream).answer().toString();
        String died;
        try {
            died = StreamRun.withDeaths(engines.test(), stream, new Cadence(1, (int) (seed % 7)), folder)
                    .answer()
                    .toString();
        } catch (MullionException e) {
            if (!e.getMessage().startsWith("checkpoints do not cover")) throw e;
            assumeTrue(false);
            return;
        }
        assertEquals(
                StreamRun.in(engine, stream, new Cadence(1, (int) (seed % 7)))
                        .answer()
                        .toString(),
                died,
                stream::toString);
        assertEquals(expected, died, stream::toString);
    }
}
