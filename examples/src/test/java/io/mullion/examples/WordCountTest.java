package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Word count from end to end, over a socket. A window is twice as long as its slide, so each word is counted in two of
/// them, whenever it came.
@Timeout(120)
class WordCountTest {
    private static final String HEADING = "window_start,window_end,word,count\n";
    /// Two spaces, a line end of each kind, characters of one to four bytes, and no line end at the end.
    private static final String MIXED_TEXT = "to be  or not to be\n" + " naïve café \r\n" + "\n" + "\r\n" + "   \n"
            + "日本 語 日本\n" + "🜁 🜂 🜁 a\tb\n" + "to be";

    @Test
    void everyWordIsCountedInEachOfItsWindows() throws Exception {
        requireExact(bytes("the quick brown fox jumps over the lazy dog\nthe end\n"));
    }

    @Test
    void lineEndsSpacesAndWideCharactersAreToldApart() throws Exception {
        requireExact(bytes(MIXED_TEXT));
    }

    @Test
    void aSenderOfSingleBytesLosesNothing() throws Exception {
        byte[] text = bytes(MIXED_TEXT);
        int insideCharacter =
                MIXED_TEXT.substring(0, MIXED_TEXT.indexOf("本")).getBytes(StandardCharsets.UTF_8).length + 1;
        Output output = count(new LineServer(out -> {
            for (int i = 0; i < text.length; i++) {
                // Longer than a slide: windows fire while the character is incomplete.
                Thread.sleep(i == insideCharacter ? 300 : i % 16 == 0 ? 5 : 0);
                out.write(text[i]);
                out.flush();
            }
        }));
        requireExact(NaiveCount.of(text), output);
    }

    @Test
    void malformedLinesAreDeadLettersAndTheOthersCount() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(bytes("good before\n"));
        text.writeBytes(new byte[] {'a', ' ', (byte) 0xff, ' ', 'b', '\n'});
        text.writeBytes(new byte[] {(byte) 0x80, '\n'}); // a continuation of nothing
        text.writeBytes(new byte[] {(byte) 0xc0, (byte) 0xaf, '\n'}); // a slash, too long
        text.writeBytes(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80, '\n'}); // half of a surrogate pair
        text.writeBytes(new byte[] {'x', (byte) 0xe6, (byte) 0x97, '\n'}); // two bytes of three
        text.writeBytes(bytes("good between\n"));
        text.writeBytes(new byte[] {'e', 'n', 'd', (byte) 0xf0});

        Output output = requireExact(text.toByteArray());

        assertEquals(6, output.deadLetters().size(), output.err());
        for (String letter : output.deadLetters()) {
            assertTrue(letter.contains("malformed UTF-8 at byte"), letter);
        }
        assertTrue(output.err().endsWith("2 lines counted, 6 dead letters\n"), output.err());
    }

    @Test
    void aLineOfTenMegabytesIsADeadLetterAndTheOthersCount() throws Exception {
        byte[] huge = new byte[10 << 20];
        Arrays.fill(huge, (byte) 'x');

        Output output = requireExact(joined(bytes("before\n"), huge, bytes("\nafter\n")));

        assertEquals(1, output.deadLetters().size(), output.err());
        assertTrue(output.deadLetters().getFirst().contains("it has 10485760"), output.err());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void theLongestWordThatIsTakenIsTheLongestLine(int longer) throws Exception {
        byte[] word = new byte[NaiveCount.LONGEST_LINE + longer];
        Arrays.fill(word, (byte) 'x');

        Output output = requireExact(joined(bytes("before\n"), word, bytes("\r\nafter\n"), word, bytes("\nend\n")));

        assertEquals(longer > 0 ? 2 : 0, output.deadLetters().size());
    }

    @Test
    void aLineOfAsManyWordsAsFitIsCounted() throws Exception {
        byte[] letters = new byte[NaiveCount.LONGEST_LINE];
        Arrays.fill(letters, (byte) ' ');
        for (int i = 0; i < letters.length; i += 2) {
            letters[i] = (byte) ('a' + i % 26);
        }
        requireExact(joined(letters, bytes("\nafter\n")));
    }

    @Test
    void manyLongWordsOfOneWindowAreAllEmitted() throws Exception {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.repeat('a' + i % 26, 100_000 + random.nextInt(200_000))
                    .append(i)
                    .append('\n');
        }
        requireExact(bytes(text.toString()));
    }

    @Test
    void nulBytesArePartOfWords() throws Exception {
        Output output = requireExact(new byte[] {'a', 0, 'b', ' ', 0, ' ', 0, '\n', 0, 0, '\n', 'c'});
        assertEquals(4L, output.sumsByWord().get("\0"));
    }

    @Test
    void carriageReturnsInsideOfALineArePartOfWords() throws Exception {
        requireExact(bytes("a\rb \r c\r\r\nd\r"));
    }

    @Test
    void commasAndQuotesSurviveCsv() throws Exception {
        requireExact(bytes("he said, \"to be, or\" ,, \"\" , and \",\"\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n\n\n", "     "})
    void inputWithoutWordsGivesTheHeadingOnly(String text) throws Exception {
        Output output = requireExact(bytes(text));
        assertEquals(HEADING, output.out());
    }

    @Test
    void windowsAreInstantsOnTheGridOfTheSlideInOrderOfTheirEnd() throws Exception {
        Output output = requireExact(bytes("a b c\n"));
        Instant last = Instant.MIN;
        for (String row : output.out().substring(HEADING.length()).split("\n")) {
            String[] cells = row.split(",");
            Instant start = Instant.parse(cells[0]);
            Instant end = Instant.parse(cells[1]);
            assertEquals(Duration.ofMillis(400), Duration.between(start, end), row);
            assertEquals(0, start.toEpochMilli() % 200, row);
            assertFalse(end.isBefore(last), row);
            last = end;
        }
    }

    @Test
    void aFileOfPlaysIsCountedExactly() throws Exception {
        byte[] plays = plays();
        Output output = requireExact(plays);
        assertEquals(List.of(), output.deadLetters());
    }

    @Test
    void aFileOfPlaysInOddPiecesIsCountedExactly() throws Exception {
        byte[] plays = plays();
        Random random = new Random(11);
        Output output = count(new LineServer(out -> {
            for (int from = 0; from < plays.length; ) {
                int length = Math.min(plays.length - from, 1 + random.nextInt(997));
                out.write(plays, from, length);
                from += length;
            }
        }));
        requireExact(NaiveCount.of(plays), output);
    }

    @Test
    void itsOwnTextIsServedUntilTheTimeIsUp() {
        Output output = Output.of(
                WordCount::run, "--window", "400ms", "--slide", "200ms", "--format", "csv", "--duration", "600ms");
        assertEquals(0, output.exitCode(), output.err());
        assertTrue(output.sumsByWord().get("river") >= 2, output.out());
    }

    @Test
    void aServerThatNeverHangsUpIsLeftWhenTheTimeIsUp() throws Exception {
        try (LineServer server = new LineServer(out -> {
            out.write(bytes("first\n"));
            writeUntilTheClientHasGone(out);
        })) {
            Output output = Output.of(WordCount::run, arguments(server, "--duration", "700ms"));
            assertEquals(0, output.exitCode(), output.err());
            assertEquals(2L, output.sumsByWord().get("first"));
        }
    }

    @Test
    void whenNobodyReadsTheOutputTheExampleEnds() throws Exception {
        try (LineServer server = new LineServer(WordCountTest::writeUntilTheClientHasGone)) {
            OutputStream closedPipe = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("Broken pipe");
                }
            };
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int exitCode = WordCount.run(new PrintStream(closedPipe), new PrintStream(err), arguments(server));
            assertEquals(0, exitCode, err.toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aConnectionThatBreaksIsOneLineAndExitCodeOne() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread server = Thread.ofVirtual().start(() -> {
                try (Socket client = listening.accept()) {
                    // More than the sockets hold: when it is written, the client is reading.
                    client.getOutputStream().write(bytes("to be or not to be\n".repeat(1_000_000)));
                    // Closing becomes a reset.
                    client.setSoLinger(true, 0);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Output output = Output.of(
                    WordCount::run, "--host", "127.0.0.1", "--port", String.valueOf(listening.getLocalPort()));
            server.join();
            assertEquals(1, output.exitCode(), output.err());
            assertEquals(1, output.err().lines().count(), output.err());
            assertTrue(output.err().startsWith("wordcount: source failed: socket 127.0.0.1:"), output.err());
        }
    }

    private static void writeUntilTheClientHasGone(OutputStream out) throws InterruptedException {
        while (true) {
            try {
                out.write(bytes("a b\n"));
            } catch (IOException e) {
                return;
            }
            Thread.sleep(50);
        }
    }

    private static byte[] plays() throws IOException {
        Path file = Path.of(System.getProperty("mullion.data.dir", "../../shared/data"), "shakespeare.txt");
        assumeTrue(Files.isRegularFile(file), "no such file: " + file);
        return Files.readAllBytes(file);
    }

    private static Output requireExact(byte[] text) throws Exception {
        Output output = count(LineServer.of(text));
        requireExact(NaiveCount.of(text), output);
        return output;
    }

    private static void requireExact(NaiveCount expected, Output output) {
        assertEquals(0, output.exitCode(), output.err());
        assertTrue(output.out().startsWith(HEADING), "no heading");
        assertEquals(expected.times(2), output.sumsByWord());
        assertEquals(expected.deadLines(), output.deadLetters().size(), output.err());
        assertTrue(
                output.err().endsWith(expected.lines() + " lines counted, " + expected.deadLines() + " dead letters\n"),
                output.err());
    }

    private static Output count(LineServer server) throws Exception {
        try (server) {
            return Output.of(WordCount::run, arguments(server));
        }
    }

    private static String[] arguments(LineServer server, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--host",
                "127.0.0.1",
                "--port",
                server.port(),
                "--window",
                "400ms",
                "--slide",
                "200ms",
                "--format",
                "csv"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
