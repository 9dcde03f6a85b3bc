package io.mullion.examples;

import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.io.Producer;
import io.mullion.spec.Window;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WordTableTest {
    private record Word(String word) {}

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void theWordThatCameMostOftenStandsFirstAndTiesAreAlphabetical() {
        show(screen(false), "to", "be", "or", "not", "to", "be", "to");
        assertEquals("""
                00:00:00 - 00:00:10 UTC   7 words, 4 different

                  to                     3  ███
                  be                     2  ██
                  not                    1  █
                  or                     1  █

                """, text(out));
    }

    @Test
    void tenWordsAreShownAndAllAreCounted() {
        show(screen(false), "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
        assertTrue(text(out).contains("12 words, 12 different"), text(out));
        assertTrue(text(out).contains("  j  "), text(out));
        assertTrue(!text(out).contains("  k  "), text(out));
    }

    @Test
    void barsShrinkWhenTheyWouldBeTooLong() {
        String[] words = new String[400];
        for (int i = 0; i < words.length; i++) {
            words[i] = i < 300 ? "often" : i < 399 ? "less" : "once";
        }
        show(screen(false), words);
        assertTrue(text(out).contains("  300  " + "█".repeat(40) + "\n"), text(out));
        assertTrue(text(out).contains("   99  " + "█".repeat(13) + "\n"), text(out));
        assertTrue(text(out).contains("    1  █\n"), text(out));
    }

    @Test
    void wordsThatWouldUpsetATerminalAreSpelledOutAndLongOnesCut() {
        show(screen(false), "\u001b[31mred", "a\0b", "abcdefghijklmnopqrstuvwxyz");
        assertTrue(text(out).contains("  \\x1b[31mred  "), text(out));
        assertTrue(text(out).contains("  a\\x00b  "), text(out));
        assertTrue(text(out).contains("  abcdefghijklm...  "), text(out));
    }

    @Test
    void aTerminalWithoutBlocksGetsNumberSigns() {
        Screen ascii = new Screen(new PrintStream(out, true, StandardCharsets.US_ASCII), new PrintStream(err), false);
        show(ascii, "a", "a");
        assertTrue(text(out).contains("  2  ##\n"), text(out));
    }

    @Test
    void inPlaceATableTakesThePlaceOfTheOneBefore() {
        Screen screen = screen(true);
        screen.show("one\ntwo\n");
        screen.show("three\n");
        assertEquals("one\ntwo\n" + "\r\u001b[2A\u001b[J" + "three\n", text(out));
    }

    @Test
    void inPlaceANoteStandsAboveTheTable() {
        Screen screen = screen(true);
        screen.note("before");
        screen.show("one\ntwo\n");
        screen.note("a\nb");
        assertEquals("one\ntwo\n" + "\r\u001b[2A\u001b[J" + "one\ntwo\n", text(out));
        assertEquals("before\na\\x0ab\n", text(err));
    }

    private void show(Screen screen, String... words) {
        try (TestEngine engine = TestEngine.create()) {
            Pipeline pipeline = Pipeline.create();
            Input<Word> input = pipeline.input("words", Word.class);
            input.stream()
                    .keyBy("word")
                    .window(Window.tumbling(Duration.ofSeconds(10)))
                    .aggregate(count().as("count"))
                    .to(new WordTable(screen));
            Job job = engine.run(pipeline);
            try (Producer<Word> feed = job.producer(input)) {
                for (String word : words) {
                    feed.offer(new Word(word));
                }
            }
            engine.advanceTo(Duration.ofSeconds(20));
            job.stop();
        }
    }

    private Screen screen(boolean inPlace) {
        return new Screen(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                inPlace);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
