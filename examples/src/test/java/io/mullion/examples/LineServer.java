package io.mullion.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A TCP server on this machine that does for its one client what a test says, and hangs up.
final class LineServer implements AutoCloseable {
    /// What the client gets.
    interface Script {
        void write(OutputStream out) throws Exception;
    }

    private final ServerSocket listening;
    private final Thread thread;
    private volatile Exception failure;

    LineServer(Script script) throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        thread = Thread.ofVirtual().start(() -> serve(script));
    }

    static LineServer of(byte[] bytes) throws IOException {
        return new LineServer(out -> out.write(bytes));
    }

    String port() {
        return String.valueOf(listening.getLocalPort());
    }

    /// @throws IllegalStateException if not everything could be written
    @Override
    public void close() throws IOException {
        listening.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IllegalStateException("the server failed", failure);
        }
    }

    private void serve(Script script) {
        try (Socket client = listening.accept()) {
            // What is written goes out at once, however little it is.
            client.setTcpNoDelay(true);
            script.write(client.getOutputStream());
        } catch (Exception e) {
            failure = e;
        }
    }
}
