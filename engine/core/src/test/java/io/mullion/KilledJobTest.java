package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A JVM that is killed at random instants and started again, until its input ends, leaves what one leaves that nobody
/// killed, whatever the numbers of their workers.
class KilledJobTest {
    @TempDir
    private Path folder;

    @Test
    void fiftyDeathsDoNotShow() throws IOException, InterruptedException {
        deathsDoNotShow(50);
    }

    @Test
    @Tag("long")
    void aThousandDeathsDoNotShow() throws IOException, InterruptedException {
        deathsDoNotShow(Integer.getInteger("mullion.deaths", 1_000));
    }

    private void deathsDoNotShow(int deaths) throws IOException, InterruptedException {
        long rows = 40_000L * deaths;
        long seed = Long.getLong("mullion.seed", System.nanoTime());
        Random random = new Random(seed);
        Path alive = Files.createDirectory(folder.resolve("alive"));
        Path killed = Files.createDirectory(folder.resolve("killed"));
        run(DyingJob.class, alive, Long.MAX_VALUE, rows, 0, 1);
        int died = 0;
        while (died < deaths
                && run(DyingJob.class, killed, random.nextInt(200), rows, 200_000, 1 + random.nextInt(3))) {
            died++;
        }
        assertTrue(died > deaths / 2, died + " deaths before the input ended, seed=" + seed);
        run(DyingJob.class, killed, Long.MAX_VALUE, rows, 0, 2);
        for (String results : DyingJob.FILES) {
            assertSame(
                    DyingJob.lines(alive.resolve(results)),
                    DyingJob.lines(killed.resolve(results)),
                    results + ", seed=" + seed);
        }
    }

    /// There may be a million lines: what is shown is where they part.
    private static void assertSame(List<String> expected, List<String> lines, String what) {
        assertTrue(expected.size() > 1, what);
        for (int line = 0; line < Math.min(expected.size(), lines.size()); line++) {
            assertEquals(expected.get(line), lines.get(line), what + ", sorted line=" + line);
        }
        assertEquals(expected.size(), lines.size(), what);
    }

    /// @param main begins the job; its first argument is the folder
    /// @param millis for which the job runs before it is killed
    /// @param arguments behind the folder
    /// @return whether it was killed
    static boolean run(Class<?> main, Path folder, long millis, long... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                folder.toString()));
        LongStream.of(arguments).mapToObj(Long::toString).forEach(command::add);
        Path running = folder.resolve("running");
        Files.deleteIfExists(running);
        File output = folder.resolve("output.txt").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        while (process.isAlive() && !Files.exists(running)) {
            Thread.sleep(1);
        }
        if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            assertEquals(0, process.exitValue(), () -> read(output));
            return false;
        }
        process.destroyForcibly().waitFor();
        return true;
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
