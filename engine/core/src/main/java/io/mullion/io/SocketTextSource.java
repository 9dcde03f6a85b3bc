package io.mullion.io;

import io.mullion.expr.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// Connects to a TCP server and reads lines.
///
/// A line ends with `\n` or `\r\n`, neither of which belongs to it; what stands behind the last one when the server
/// closes is a line, too, unless it is empty. Lines longer than 1 MiB, and longer than the engine's batches take, and
/// malformed UTF-8 are dead letters; the lines after them go on.
public final class SocketTextSource implements Source {
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int READ_BYTES = 1 << 16;

    private final String host;
    private final int port;
    private volatile Socket socket;

    public SocketTextSource(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public Schema schema() {
        return TextLines.SCHEMA;
    }

    @Override
    public void open() throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("unknown host " + host);
        }
        Socket connecting = new Socket();
        try {
            connecting.connect(address, CONNECT_TIMEOUT_MILLIS);
        } catch (IOException e) {
            connecting.close();
            throw e;
        }
        socket = connecting;
    }

    @Override
    public void run(Producer<?> producer) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] chunk = new byte[READ_BYTES];
        TextLines lines = new TextLines(producer);
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            if (!lines.take(chunk, count)) {
                return;
            }
        }
        lines.end();
    }

    @Override
    public void stop() {
        // Reading throws on the source's thread; the runner knows why.
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        Socket open = socket;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public String name() {
        return "socket " + host + ":" + port;
    }
}
