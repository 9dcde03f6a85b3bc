package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void theBarMakesRoomForWhatIsWritten() throws InterruptedException {
        try (ProgressLine progress = new ProgressLine(err, true, 200)) {
            while (bytes.size() == 0) {
                progress.show("reading", 50);
                Thread.sleep(1);
            }
            progress.note("line 7: \u001b[2J");
        }
        String bar = "\r\u001b[Kreading [" + "#".repeat(10) + ".".repeat(30) + "] 25 %";
        assertEquals(bar + "\r\u001b[Kline 7: \\x1b[2J\n", bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void withoutATerminalThereIsNoBar() throws InterruptedException {
        try (ProgressLine progress = new ProgressLine(err, false, 200)) {
            Thread.sleep(150);
            progress.show("reading", 50);
            progress.note("line 7");
        }
        assertEquals("line 7\n", bytes.toString(StandardCharsets.UTF_8));
    }
}
