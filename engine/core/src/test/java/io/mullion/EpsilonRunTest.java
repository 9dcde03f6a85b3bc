package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A keyed sliding query in a JVM whose collector frees nothing, with a heap of 256 MB: it gives the right answer and
/// comes to need no more heap, however many rows there are.
class EpsilonRunTest {
    private static final long MOST_GROWTH = 1 << 20;
    private static final int KEYS = 1000;
    private static final int SIZE_SECONDS = 60;
    private static final long ROWS_PER_SECOND = 100_000;

    @Test
    void fiftyMillionRowsLeaveNoGarbage() throws IOException, InterruptedException {
        leaveNoGarbage(50_000_000);
    }

    @Test
    @Tag("long")
    void fiveBillionRowsLeaveNoGarbage() throws IOException, InterruptedException {
        leaveNoGarbage(5_000_000_000L);
    }

    private static void leaveNoGarbage(long rows) throws IOException, InterruptedException {
        String output = run(rows);
        Map<String, Long> figures = Arrays.stream(output.lines()
                        .filter(line -> line.startsWith("rows="))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(output))
                        .split(" "))
                .map(figure -> figure.split("="))
                .collect(Collectors.toMap(figure -> figure[0], figure -> Long.valueOf(figure[1])));
        assertEquals(rows, figures.get("rows"));
        // One window more for each second of its length: those at the end that are not full.
        assertEquals((rows / ROWS_PER_SECOND + SIZE_SECONDS - 1) * KEYS, figures.get("results"));
        assertEquals(0, figures.get("wrong"));
        assertTrue(figures.get("heapAtEnd") - figures.get("heapSettled") < MOST_GROWTH, output);
    }

    private static String run(long rows) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What modules there are and may do, as in this JVM.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC", "-Xms256m", "-Xmx256m"));
        // SIMD kernels make objects until C2 has compiled them. Where that happens beside them it may be any number, so
        // they wait for it.
        command.addAll(List.of("-Xbatch", "-XX:-TieredCompilation"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EpsilonRun.class.getName()));
        command.add(Long.toString(rows));
        File output = File.createTempFile("epsilon", ".txt");
        try {
            int exit = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start()
                    .waitFor();
            String text = Files.readString(output.toPath(), StandardCharsets.UTF_8);
            assertEquals(0, exit, text);
            return text;
        } finally {
            assertTrue(output.delete());
        }
    }
}
