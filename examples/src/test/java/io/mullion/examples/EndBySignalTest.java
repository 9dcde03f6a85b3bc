package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A process of its own is asked to end while its input goes on. It runs without a single flag.
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there a process is killed, not asked")
class EndBySignalTest {
    @TempDir
    private Path folder;

    @Test
    void allThatWasReadIsWrittenBeforeTheProcessEnds() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (LineServer server = new LineServer(out -> {
            out.write("to be or\nnot to be\n".getBytes(StandardCharsets.UTF_8));
            // Once this one is reported, the lines before it are in the engine.
            out.write(new byte[] {(byte) 0xff, '\n'});
            gone.await();
        })) {
            // No window ends by itself during the test, unless it stands on the full hour: then there is one more, and
            // the sums are the same.
            Path csv = folder.resolve("out.csv");
            Process process =
                    start(csv, "--host", "127.0.0.1", "--port", server.port(), "--window", "2h", "--slide", "1h");
            List<String> err = new ArrayList<>();
            try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    err.add(line);
                    if (line.startsWith("dead letter: ")) {
                        // Not Process.destroy, which closes the streams, too.
                        process.toHandle().destroy();
                    }
                }
            }
            gone.countDown();
            int exitCode = process.waitFor();

            assertEquals(128 + 15, exitCode, err.toString());
            Output output = new Output(exitCode, Files.readString(csv), "");
            assertEquals(Map.of("to", 4L, "be", 4L, "or", 2L, "not", 2L), output.sumsByWord(), err.toString());
            assertTrue(err.contains("2 lines counted, 1 dead letters"), err.toString());
        }
    }

    private static Process start(Path csv, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WordCount.class.getName(),
                "--format",
                "csv"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectOutput(csv.toFile()).start();
    }
}
