package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TradesTest {
    @Test
    void everyPriceLiesBetweenTheLowestAndTheHighestAndNoTradeIsLost() {
        Output output = Output.of(Trades::run, "--duration", "700ms", "--rate", "5000", "--symbols", "3");

        assertEquals(0, output.exitCode(), output.err());
        List<String> rows =
                output.out().lines().filter(line -> line.startsWith("  ")).toList();
        Set<String> symbols = new HashSet<>();
        long counted = 0;
        for (String row : rows) {
            String[] cells = row.trim().split(" +");
            double vwap = Double.parseDouble(cells[1]);
            assertTrue(Double.parseDouble(cells[2]) <= vwap && vwap <= Double.parseDouble(cells[3]), row);
            symbols.add(cells[0]);
            counted += Long.parseLong(cells[4]);
        }
        assertEquals(Set.of("ASH", "BIRCH", "CEDAR"), symbols);
        // A trade is in five windows, or, one in fifty, cancelled.
        assertEquals(0, counted % 5, output.out());
        long offered = counter(output.err(), "rowsIn");
        assertTrue(counted / 5 <= offered && counted / 5 > offered * 9 / 10, counted / 5 + " of " + offered);
        assertEquals(0, counter(output.err(), "lateRows"));
        assertEquals(0, counter(output.err(), "deadLetters"));
        assertEquals(rows.size(), counter(output.err(), "rowsOut"));
    }

    private static long counter(String text, String name) {
        String rest = text.substring(text.indexOf(name + "=") + name.length() + 1);
        return Long.parseLong(rest.split("[^0-9]", 2)[0]);
    }
}
