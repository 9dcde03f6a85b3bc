package io.mullion.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engine;
import io.mullion.Engines;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Lines from a loopback server, through an engine.
class SocketTextSourceTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /// What a server does with its one client.
    private interface Conversation {
        void with(OutputStream client) throws Exception;
    }

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private final List<DeadLetter> deadLetters = new ArrayList<>();

    @Test
    void theEndOfTheConnectionDrainsTheJob() throws Exception {
        serve(client -> {
            for (int i = 0; i < 10_000; i++) {
                client.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
        assertEquals(10_000, collected.rows.size());
        assertEquals(List.of("line 9999"), collected.rows.getLast());
    }

    @Test
    void linesAreWhatIsBetweenLineEnds() throws Exception {
        serve(bytes("one\n\ntwo\r\nthr\ree\n\r\nlast"));
        assertEquals(List.of("one", "", "two", "thr\ree", "", "last"), collected.column("line"));
    }

    @Test
    void whereTheServerCutsDoesNotMatter() throws Exception {
        byte[] text = bytes("äöü \uD83D\uDE00\r\nsecond\n");
        serve(client -> {
            for (byte one : text) {
                client.write(one);
                client.flush();
            }
        });
        assertEquals(List.of("äöü \uD83D\uDE00", "second"), collected.column("line"));
    }

    @Test
    void malformedAndEndlessLinesAreDeadLettersAndTheNextOnesGoOn() throws Exception {
        byte[] malformed = {'a', (byte) 0xFF, '\n'};
        serve(client -> {
            client.write(bytes("first\n"));
            client.write(malformed);
            client.write(bytes("x".repeat(2000) + "\n"));
            client.write(bytes("y".repeat(3 << 20) + "\n"));
            client.write(bytes("nul \u0000 here\n"));
        });
        assertEquals(List.of("first", "nul \u0000 here"), collected.column("line"));
        assertEquals(3, deadLetters.size());
        assertTrue(deadLetters.get(0).reason().contains("malformed UTF-8 at byte 1"), deadLetters::toString);
        assertTrue(deadLetters.get(1).reason().contains("it has 2000"), deadLetters::toString);
        assertTrue(deadLetters.get(2).reason().contains("it has " + (3 << 20)), deadLetters::toString);
        deadLetters.forEach(letter -> assertTrue(letter.row().length() < 300));
    }

    @Test
    void anEmptyInputEndsAtOnce() throws Exception {
        serve(_ -> {});
        assertEquals(List.of(), collected.rows);
    }

    @Test
    void aRefusedConnectionIsKnownWhenTheJobStarts() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Engine engine = engines.start();
        Pipeline pipeline = Pipeline.create();
        pipeline.from(new SocketTextSource("localhost", port)).to(collected);
        MullionException refused = assertThrows(MullionException.class, () -> engine.run(pipeline));
        assertEquals(Reason.SOURCE, refused.reason());
        assertTrue(refused.getMessage().contains("socket localhost:" + port), refused::getMessage);
        assertEquals(1, collected.closes);
    }

    @Test
    void stopWakesASourceThatWaitsForData() throws Exception {
        endWhileItWaits(Job::stop, JobState.STOPPED);
    }

    @Test
    void drainWakesASourceThatWaitsForData() throws Exception {
        endWhileItWaits(Job::drain, JobState.FINISHED);
        assertEquals(List.of("one"), collected.column("line"));
    }

    private void endWhileItWaits(Consumer<Job> end, JobState state) throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread serving = serving(server, client -> {
                client.write(bytes("one\n"));
                over.await();
            });
            Engine engine = engines.start();
            Pipeline pipeline = Pipeline.create();
            DataStream stream = pipeline.from(
                    new SocketTextSource(server.getInetAddress().getHostAddress(), server.getLocalPort()));
            stream.to(collected);
            stream.to(Sinks.forEachRow(_ -> seen.countDown()));
            Job job = engine.run(pipeline);
            seen.await();
            end.accept(job);
            assertTrue(job.await(LONG));
            assertEquals(state, job.state());
            over.countDown();
            serving.join();
        }
    }

    private void serve(byte[] bytes) throws Exception {
        serve(client -> client.write(bytes));
    }

    /// Runs a job over what the server says until it hangs up.
    private void serve(Conversation conversation) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread serving = serving(server, conversation);
            Engine engine = engines.start();
            Pipeline pipeline = Pipeline.create().deadLetters(deadLetters::add);
            pipeline.from(new SocketTextSource(server.getInetAddress().getHostAddress(), server.getLocalPort()))
                    .to(collected);
            Job job = engine.run(pipeline);
            assertTrue(job.await(LONG));
            assertEquals(JobState.FINISHED, job.state());
            serving.join();
        }
    }

    private static Thread serving(ServerSocket server, Conversation conversation) {
        return Thread.ofPlatform().start(() -> {
            try (Socket client = server.accept();
                    OutputStream out = client.getOutputStream()) {
                conversation.with(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
