package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.EngineConfig;
import io.mullion.Engines;
import io.mullion.TestEngine;
import io.mullion.codegen.KernelOptions;
import io.mullion.routine.VectorSupport;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sums of int64 that begin with one lane each and get two when numbers grow, anywhere in the stream, against a
/// recomputation from lists. `-Dmullion.schedule.seeds=N` asks for more streams, `-Dmullion.seed=S` for others.
@Tag("schedule")
class NarrowSumsOracleTest {
    private static final String ONE = ": one now";
    private static final String TWO = ": two now";

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    static LongStream seeds() {
        long first = Long.getLong("mullion.seed", 30_001);
        return LongStream.range(first, first + 12L * Integer.getInteger("mullion.schedule.seeds", 12));
    }

    /// Checkpoints take their time.
    static LongStream fewSeeds() {
        return seeds().filter(seed -> seed % 8 == 0);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void formsOfRowsDoNotShow(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.ofSums(seed);
        try (TestEngine engine = TestEngine.create(config(seed))) {
            StreamRun run = StreamRun.in(engine, stream, new Cadence(1, (int) (seed % 7)));
            assertEquals(
                    new NaiveWindows(stream).answer().toString(), run.answer().toString(), stream::toString);
            assertEquals(0, engine.memoryBytesInUse(), "bytes in use at the end");
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("fewSeeds")
    void formsOfRowsDoNotShowAfterDeaths(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.ofSums(seed);
        StreamRun died =
                StreamRun.withDeaths(engines.test(config(seed)), stream, new Cadence(1, (int) (seed % 7)), folder, 1);
        assertEquals(new NaiveWindows(stream).answer().toString(), died.answer().toString(), stream::toString);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("fewSeeds")
    void formsOfRowsDoNotShowOverSeveralWorkers(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.ofSums(seed);
        Cadence cadence = new Cadence(1, (int) (seed % 7));
        String one = StreamRun.in(engines.test(), stream, cadence)
                .answer()
                .ofSeveralWorkers()
                .toString();
        StreamRun three = StreamRun.in(engines.test(Engines.SMALL), stream, cadence, 2 + (int) (seed % 2));
        assertEquals(one, three.answer().ofSeveralWorkers().toString(), stream::toString);
        StreamRun died = StreamRun.withDeaths(engines.test(Engines.SMALL), stream, cadence, folder, 3);
        assertEquals(one, died.answer().ofSeveralWorkers().toString(), stream::toString);
    }

    /// Lest the streams ask nothing of what is tested here.
    @Test
    void someStreamsStayNarrowAndOthersDoNot() throws InterruptedException {
        int narrow = 0;
        int widened = 0;
        int retracting = 0;
        for (long seed = 30_001; seed < 30_101; seed++) {
            RandomStream stream = RandomStream.ofSums(seed);
            try (TestEngine engine = TestEngine.create(config(seed))) {
                String plan = StreamRun.in(engine, stream, Cadence.AT_ONCE).explain();
                narrow += plan.contains(ONE) ? 1 : 0;
                widened += plan.contains(TWO) ? 1 : 0;
                retracting += plan.contains(TWO) && plan.contains("are retracted") ? 1 : 0;
            }
        }
        String counts = narrow + " narrow, " + widened + " widened, " + retracting + " of them retracting";
        assertTrue(narrow > 25 && widened > 25 && retracting > 5, counts);
    }

    private static EngineConfig config(long seed) {
        Random random = new Random(seed);
        int[] sizes = {1, 7, 64, 256};
        return Engines.SMALL
                .withBatchRows(sizes[random.nextInt(sizes.length)])
                .withKernels(KernelOptions.best().withVector(random.nextBoolean() && VectorSupport.available()));
    }
}
