package io.mullion.examples.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRowsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesEndInAnyWay(String end) throws IOException {
        String file = String.join(end, "a,b", "1,2", "", "3,\"x" + end + "y\"", "5,6");
        assertEquals(List.of("2: 1|2", "4: 3|x" + end + "y", "6: 5|6"), rows(file, "a", "b"));
        assertEquals(List.of("2: 1|2", "4: 3|x" + end + "y", "6: 5|6"), rows(file + end, "a", "b"));
    }

    @Test
    void onlyTheColumnsAskedForAreGivenInTheOrderOfTheAsking() throws IOException {
        assertEquals(List.of("2: 3|1"), rows("a,b,c\n1,2,3\n", "c", "a"));
    }

    @Test
    void quotesWithinQuotesAreDoubled() throws IOException {
        assertEquals(List.of("2: say \"hi\", you|"), rows("a,b\n\"say \"\"hi\"\", you\",\n", "a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void whateverIsWrongWithALineTheNextOnesAreRead(String end) throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            StringBuilder file = new StringBuilder("a,b").append(end);
            List<String> expected = new ArrayList<>();
            // Enough for many pieces of the reader; a quote that stays open closes at the next one.
            for (int line = 2; line < 4_000; line++) {
                switch (random.nextInt(20)) {
                    case 0 -> expected.add(broken(file, line, "1,\"open"));
                    case 1 -> expected.add(broken(file, line, "\"1\"x,2"));
                    case 2 -> expected.add(broken(file, line, "1"));
                    case 3 -> expected.add(broken(file, line, "1,2,3"));
                    default -> {
                        file.append(line).append(",é").append("-".repeat(random.nextInt(9)));
                        expected.add(line + ": "
                                + file.substring(file.length() - last(file)).replaceFirst(",", "|"));
                    }
                }
                file.append(end);
            }
            assertEquals(expected, rows(file.toString(), "a", "b"), "seed=" + seed);
        }
    }

    @Test
    void columnsThatAreMissingOrDoubleAreNamed() {
        assertMessage("no column named z: the columns are a, b, b", "z");
        assertMessage("two columns are named b", "b");
    }

    private void assertMessage(String expected, String wanted) {
        CsvException refusal = assertThrows(CsvException.class, () -> rows("a, b,\"b\"\n1,2,3\n", wanted));
        assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
    }

    private static String broken(StringBuilder file, int line, String text) {
        file.append(text);
        return line + ": broken";
    }

    /// How many characters the unfinished line at the end has.
    private static int last(StringBuilder file) {
        return file.length() - 1 - Math.max(file.lastIndexOf("\n"), file.lastIndexOf("\r"));
    }

    private List<String> rows(String content, String... wanted) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.csv"), content);
        List<String> rows = new ArrayList<>();
        try (CsvRows csv = CsvRows.open(file, List.of(wanted))) {
            while (csv.next()) {
                StringBuilder row = new StringBuilder().append(csv.line()).append(": ");
                for (int i = 0; i < wanted.length && csv.defect() == null; i++) {
                    row.append(i == 0 ? "" : "|").append(CsvRows.text(csv.cell(i)));
                }
                rows.add(csv.defect() == null ? row.toString() : row + "broken");
            }
        }
        return rows;
    }
}
