package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.mullion.EngineConfig;
import io.mullion.Engines;
import io.mullion.TestEngine;
import io.mullion.codegen.KernelOptions;
import io.mullion.routine.VectorSupport;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random streams against a recomputation from lists. `-Dmullion.seeds=N` asks for more of them (the profile `oracle`
/// for 100,000), `-Dmullion.seed=S` for others; a failure names its seed and shows the smallest stream that fails
/// alike.
@Tag("oracle")
class OracleTest {
    static LongStream seeds() {
        long first = Long.getLong("mullion.seed", 1);
        return LongStream.range(first, first + Integer.getInteger("mullion.seeds", 2000));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void windowsEqualARecomputationFromLists(long seed) throws InterruptedException {
        RandomStream stream = RandomStream.of(seed);
        if (failure(stream).isPresent()) {
            fail(new Shrinking(this::failure).smallest(stream));
        }
    }

    /// Lest the questions stand beside each other and have nothing in common.
    @Test
    void manyOfTheQuestionsShareTheirPanes() throws InterruptedException {
        int alone = 0;
        int sharing = 0;
        int coarser = 0;
        for (long seed = 1; seed <= 300; seed++) {
            RandomStream stream = RandomStream.of(seed).with(List.of());
            try (TestEngine engine = TestEngine.create(config(seed))) {
                String plan = StreamRun.in(engine, stream, Cadence.AT_ONCE).explain();
                alone += plan.contains("shares nothing with") ? 1 : 0;
                sharing += plan.contains("windows share groups and panes") ? 1 : 0;
                coarser += plan.contains("its panes are made of those of") ? 1 : 0;
            }
        }
        String counts = alone + " alone, " + sharing + " sharing, " + coarser + " with coarser panes";
        assertTrue(alone > 15 && sharing > 30 && coarser > 15, counts);
    }

    private Optional<String> failure(RandomStream stream) throws InterruptedException {
        List<RandomStream> questions = stream.questions();
        List<NaiveWindows> naives = questions.stream().map(NaiveWindows::new).toList();
        NaiveWindows naive = naives.getFirst();
        long seed = stream.seed();
        try (TestEngine engine = TestEngine.create(config(seed))) {
            StreamRun run = StreamRun.in(engine, stream, new Cadence(1, (int) (seed % 7)));
            assertEquals(naive.answer().toString(), run.answer().toString());
            for (int i = 0; i < questions.size(); i++) {
                if (questions.get(i).lateness() > 0) {
                    run.results(i).requireSomeOf(naives.get(i).results());
                }
            }
            if (naive.inOrder() && stream.filter() == null) {
                requireFewPanesCombined(naives, run);
            }
            assertEquals(0, engine.memoryBytesInUse(), "bytes in use at the end");
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(e.toString());
        }
    }

    /// However long the windows: twice as many where a slide is two panes, and each pane once more for each question
    /// that shares those of another.
    private static void requireFewPanesCombined(List<NaiveWindows> naives, StreamRun run) {
        long most = 0;
        for (NaiveWindows naive : naives) {
            long fired = naive.windowsFired();
            most += fired
                    * switch (naive.stream().shape()) {
                        case Shape.Sliding(long size, long slide, long _) ->
                            (naive.stream().asked().stream().allMatch(Asked::retractable) ? 2 : 5)
                                    * (size % slide == 0 ? 1L : 2L);
                        case Shape.Cumulating _ -> 1;
                        case Shape.Sessions _, Shape.RowSessions _ -> 0;
                    };
            most += 2 * fired * (naives.size() - 1);
        }
        long allowed = most;
        assertTrue(run.combinedPanes() <= allowed, () -> run.combinedPanes() + " panes, and not " + allowed);
    }

    private static EngineConfig config(long seed) {
        Random random = new Random(seed);
        int[] sizes = {1, 2, 3, 7, 64, 256};
        return Engines.SMALL
                .withBatchRows(sizes[random.nextInt(sizes.length)])
                .withBatchDataBytes(random.nextBoolean() ? 64 : 1 << 10)
                .withKernels(KernelOptions.best().withVector(random.nextBoolean() && VectorSupport.available()));
    }
}
