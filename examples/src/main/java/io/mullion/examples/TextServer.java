package io.mullion.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Serves a text to one client, at a pace at which a person can see the counts move, some times over, and then hangs
/// up.
///
/// Only this machine can reach it. *Thread*: has one of its own, which does not keep the JVM alive.
final class TextServer implements AutoCloseable {
    private static final int ROUNDS = 5;
    private static final int MILLIS_PER_LINE = 250;
    private static final String TEXT = """
            the river comes down from the hills at night
            the night is long and the river is cold
            a miller counts the sacks of grain by the door
            one sack for the road and one sack for the town
            the wheel turns and the stone turns with the wheel
            what the river gives the wheel takes and gives on
            a boat goes by with a lamp and nobody in it
            the miller counts the boat and counts the lamp
            some count the days and some count the grain
            the river does not count and the river does not stop
            morning comes over the hills and over the town
            the road is full of carts and the carts are full of grain
            nobody asks the wheel how often it has turned
            the miller knows and the miller does not tell
            by noon the stone is warm and the door is open
            the river comes down from the hills all day
            """;

    private final ServerSocket listening;

    private TextServer(ServerSocket listening) {
        this.listening = listening;
    }

    static TextServer start() throws IOException {
        TextServer server = new TextServer(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
        Thread.ofVirtual().name("text-server").start(server::serve);
        return server;
    }

    String host() {
        return listening.getInetAddress().getHostAddress();
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Hangs up before the client comes, if it has not come.
    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void serve() {
        try (Socket client = listening.accept()) {
            OutputStream out = client.getOutputStream();
            for (int round = 0; round < ROUNDS; round++) {
                for (String line : TEXT.lines().toList()) {
                    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                    Thread.sleep(MILLIS_PER_LINE);
                }
            }
        } catch (IOException e) {
            // The client has heard enough, or never came: there is nobody left to serve, and nobody to tell.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
