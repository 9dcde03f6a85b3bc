package io.mullion.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What an example wrote, and how it ended.
record Output(int exitCode, String out, String err) {
    /// An example's `run`.
    interface Example {
        int run(PrintStream out, PrintStream err, String... args);
    }

    static Output of(Example example, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = example.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
        return new Output(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// The counts of each word ([#label]), summed over all windows of word count's CSV.
    Map<String, Long> sumsByWord() {
        Map<String, Long> sums = new HashMap<>();
        String[] lines = out.split("\n");
        for (int i = 1; i < lines.length; i++) {
            int word = lines[i].indexOf(',', lines[i].indexOf(',') + 1) + 1;
            int count = lines[i].lastIndexOf(',') + 1;
            sums.merge(
                    label(unquoted(lines[i].substring(word, count - 1))),
                    Long.valueOf(lines[i].substring(count)),
                    Long::sum);
        }
        return sums;
    }

    List<String> deadLetters() {
        return err.lines().filter(line -> line.startsWith("dead letter: ")).toList();
    }

    /// A word, or, of one that would fill pages when a test fails, what tells it from others.
    static String label(String word) {
        return word.length() <= 100
                ? word
                : word.substring(0, 20) + "... (" + word.length() + " characters, hash " + word.hashCode() + ")";
    }

    private static String unquoted(String cell) {
        return cell.startsWith("\"") ? cell.substring(1, cell.length() - 1).replace("\"\"", "\"") : cell;
    }
}
