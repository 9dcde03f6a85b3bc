package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A JVM whose producers feed a logged input is killed at random instants; started again, producers go on behind what
/// is safe. What is left is what one leaves that nobody killed.
class KilledProducerTest {
    @TempDir
    private Path folder;

    @Test
    void deathsOfAProducerWithLateRowsDoNotShow() throws IOException, InterruptedException {
        deathsDoNotShow(10, 1, 1);
    }

    @Test
    void deathsOfTwoProducersDoNotShow() throws IOException, InterruptedException {
        deathsDoNotShow(10, 2, 3);
    }

    @Test
    @Tag("long")
    void manyDeathsDoNotShow() throws IOException, InterruptedException {
        deathsDoNotShow(100, 1, 1);
        deathsDoNotShow(100, 3, 3);
    }

    private void deathsDoNotShow(int deaths, int producers, int mostWorkers) throws IOException, InterruptedException {
        long rows = 40_000L * deaths;
        long seed = Long.getLong("mullion.seed", System.nanoTime());
        Random random = new Random(seed);
        Path alive = Files.createDirectory(folder.resolve("alive " + producers));
        Path killed = Files.createDirectory(folder.resolve("killed " + producers));
        KilledJobTest.run(DyingProducer.class, alive, Long.MAX_VALUE, rows, 0, producers, 1);
        int died = 0;
        while (died < deaths
                && KilledJobTest.run(
                        DyingProducer.class,
                        killed,
                        random.nextInt(300),
                        rows,
                        150_000 / producers,
                        producers,
                        1 + random.nextInt(mostWorkers))) {
            died++;
        }
        assertTrue(died > deaths / 2, died + " deaths before the input ended, seed=" + seed);
        KilledJobTest.run(DyingProducer.class, killed, Long.MAX_VALUE, rows, 0, producers, mostWorkers);
        assertEquals(
                DyingJob.lines(alive.resolve("sliding.csv")),
                DyingJob.lines(killed.resolve("sliding.csv")),
                () -> "seed=" + seed);
    }
}
