package io.mullion.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A page in Markdown of which one part is generated and the rest written by a person.
public final class Page {
    private static final String BEGIN = "<!-- results -->\n";
    private static final String END = "<!-- end of results -->\n";

    private Page() {}

    /// Puts `results` between the two marks of the page.
    public static void replaceResults(Path page, String results) throws IOException {
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(
                    "no place for results between '" + BEGIN.strip() + "' and '" + END.strip() + "' in " + page);
        }
        Files.writeString(page, text.substring(0, begin) + BEGIN + "\n" + results + text.substring(end));
    }
}
