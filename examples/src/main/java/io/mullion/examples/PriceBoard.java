package io.mullion.examples;

import io.mullion.expr.TimeUnit;
import io.mullion.io.RowView;
import java.io.PrintStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Prints a line for each symbol and a heading for each window. *Thread*: one at a time.
final class PriceBoard {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final PrintStream out;
    private long shownWindow = Long.MIN_VALUE;

    PriceBoard(PrintStream out) {
        this.out = out;
    }

    /// @param row good only during the call: what is to be kept is read from it now
    void show(RowView row) {
        long windowEnd = row.int64("window_end");
        if (windowEnd != shownWindow) {
            shownWindow = windowEnd;
            out.printf(
                    Locale.ROOT,
                    "%n%s - %s UTC %12s %10s %10s %10s%n",
                    clockTime(row.int64("window_start")),
                    clockTime(windowEnd),
                    "vwap",
                    "low",
                    "high",
                    "trades");
        }
        out.printf(
                Locale.ROOT,
                "  %-21s %12.4f %10.2f %10.2f %10d%n",
                row.utf8("symbol"),
                row.float64("vwap"),
                row.float64("low"),
                row.float64("high"),
                row.int64("trades"));
    }

    private static String clockTime(long micros) {
        return CLOCK.format(TimeUnit.MICROS.toInstant(micros).atOffset(ZoneOffset.UTC));
    }
}
