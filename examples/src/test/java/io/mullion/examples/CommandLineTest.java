package io.mullion.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class CommandLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --frequency 1s               | --frequency
            extra                        | extra
            --window                     | --window
            --window 10x                 | 10x
            --window 1.5s                | 1.5s
            --window -5s                 | -5s
            --window 0s                  | must be positive
            --window 99999999999999999h  | 99999999999999999h
            --window 9999999999h         | PT9999999999H
            --slide 0ms                  | must be positive
            --duration soon              | soon
            --format xml                 | xml
            --host localhost             | --host and --port
            --port 9999                  | --host and --port
            --host localhost --port 0    | 1 to 65535
            --host localhost --port 99999| 1 to 65535
            --host localhost --port http | http
            --window 1s --window 2s      | --window
            """)
    void aCommandLineThatWordCountCannotFollowIsOneLineAndExitCodeTwo(String arguments, String expected) {
        requireOneLine("wordcount", expected, Output.of(WordCount::run, arguments.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --duration 10                | 10
            --symbols 0                  | --symbols
            --symbols many               | many
            --rate -1                    | --rate
            --volume 3                   | --volume
            """)
    void aCommandLineThatTradesCannotFollowIsOneLineAndExitCodeTwo(String arguments, String expected) {
        requireOneLine("trades", expected, Output.of(Trades::run, arguments.split(" ")));
    }

    @Test
    void aServerThatIsNotThereIsOneLineAndExitCodeTwo() throws Exception {
        int port;
        try (ServerSocket closedAgain = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = closedAgain.getLocalPort();
        }
        Output output = Output.of(WordCount::run, "--host", "127.0.0.1", "--port", String.valueOf(port));
        requireOneLine("wordcount", "127.0.0.1:" + port + ": Connection refused", output);
    }

    @Test
    void helpNamesEveryOption() {
        Output output = Output.of(WordCount::run, "--help");
        assertEquals(0, output.exitCode());
        assertEquals("", output.err());
        for (String option : new String[] {"--host", "--port", "--window", "--slide", "--duration", "--format"}) {
            assertTrue(output.out().contains(option), output.out());
        }
    }

    private static void requireOneLine(String name, String expected, Output output) {
        assertEquals(2, output.exitCode(), output.err());
        assertEquals("", output.out());
        assertEquals(1, output.err().lines().count(), output.err());
        assertTrue(output.err().startsWith(name + ": "), output.err());
        assertTrue(output.err().contains(expected), output.err());
    }
}
