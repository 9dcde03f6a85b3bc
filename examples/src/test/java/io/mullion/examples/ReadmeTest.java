package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The README's program is the one that is compiled and run here.
class ReadmeTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void readmeShowsTheQuickStartAsItIsCompiled() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        List<String> source =
                Files.readAllLines(Path.of("src", "main", "java", "io", "mullion", "examples", "QuickStart.java"));
        int record = source.indexOf(source.stream()
                .filter(line -> line.contains("record Trade"))
                .findFirst()
                .orElseThrow());
        String program = source.subList(record, source.size() - 1).stream()
                .map(line -> line.startsWith("    ") ? line.substring(4) : line)
                .collect(Collectors.joining("\n"));
        assertTrue(readme.contains("```java\n" + program + "\n```"), () -> "README.md does not show:\n" + program);
    }

    @Test
    void quickStartPrintsTheVwapOfEachSymbolForEachWindow() throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stdout = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            QuickStart.main(new String[0]);
        } finally {
            System.setOut(stdout);
        }
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        // Five windows of 60 s every 20 s touch the first minute, each with both symbols.
        assertEquals(10, lines.size());
        // The first window ends at 20 s: ABC at the even seconds 0 to 18, prices 10 to 28.
        assertEquals("20000 ABC 19.0", lines.getFirst());
        // The last one ends at 100 s: XYZ at the odd seconds 41 to 59.
        assertEquals("100000 XYZ 60.0", lines.getLast());
    }
}
