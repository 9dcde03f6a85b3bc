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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    void readmesWindowsCommandRunsFromTheRootOfTheRepository() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        Matcher command =
                Pattern.compile("    examples/run windows (.+?)\\\\\n +(.+)\n").matcher(readme);
        assertTrue(command.find(), "README.md shows no command of windows");
        String[] arguments = Stream.of((command.group(1) + command.group(2)).split(" +"))
                .map(argument -> argument.startsWith("examples/")
                        ? ROOT.resolve(argument).toString()
                        : argument)
                .map(argument -> argument.replace("\"", ""))
                .toArray(String[]::new);

        Output output = Output.of(Windows::run, arguments);
        assertEquals("""
                window_start          window_end            airport     count()   avg(temp)  max(wind_gust)
                2013-06-30T23:00:00Z  2013-07-01T01:00:00Z  EWR               1     72.0000            null
                2013-06-30T23:00:00Z  2013-07-01T01:00:00Z  JFK               1     73.9000         25.3000
                2013-07-01T00:00:00Z  2013-07-01T02:00:00Z  EWR               2     71.5500         17.3000
                2013-07-01T00:00:00Z  2013-07-01T02:00:00Z  JFK               2     73.9000         25.3000
                2013-07-01T01:00:00Z  2013-07-01T03:00:00Z  EWR               2     70.6500         20.7000
                2013-07-01T01:00:00Z  2013-07-01T03:00:00Z  JFK               2     72.5000         21.9000
                2013-07-01T02:00:00Z  2013-07-01T04:00:00Z  EWR               1     70.2000         20.7000
                2013-07-01T02:00:00Z  2013-07-01T04:00:00Z  JFK               2     72.0500            null
                2013-07-01T03:00:00Z  2013-07-01T05:00:00Z  EWR               1     69.4000            null
                2013-07-01T03:00:00Z  2013-07-01T05:00:00Z  JFK               1     71.6000            null
                2013-07-01T04:00:00Z  2013-07-01T06:00:00Z  EWR               1     69.4000            null
                """, output.out());
        assertEquals("8 rows in, 0 broken, 0 late; 11 rows out, 0 dead letters\n", output.err());
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
