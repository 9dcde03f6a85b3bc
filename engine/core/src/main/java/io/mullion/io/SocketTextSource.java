package io.mullion.io;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Connects to a TCP server and reads lines.
///
/// A line ends with `\n` or `\r\n`, neither of which belongs to it; what stands behind the last one when the server
/// closes is a line, too, unless it is empty. Lines longer than 1 MiB, and longer than the engine's batches take, and
/// malformed UTF-8 are dead letters; the lines after them go on.
public final class SocketTextSource implements Source {
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int READ_BYTES = 1 << 16;
    private static final int MAX_LINE_BYTES = 1 << 20;
    private static final int SHOWN_BYTES = 200;
    private static final Schema SCHEMA = Schema.of(Field.of("line", DataType.UTF8));

    private final String host;
    private final int port;
    private volatile Socket socket;
    /// The beginning of a line whose end has not come yet.
    private byte[] line = new byte[1 << 12];

    private int lineBytes;
    /// All bytes of the present line, those that were not kept among them.
    private long lineBytesSeen;

    public SocketTextSource(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public Schema schema() {
        return SCHEMA;
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
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            if (!take(chunk, count, producer)) {
                return;
            }
        }
        if (lineBytesSeen > 0) {
            endLine(producer);
        }
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

    /// @return whether the producer still takes rows
    private boolean take(byte[] chunk, int count, Producer<?> producer) {
        int start = 0;
        for (int i = 0; i < count; i++) {
            if (chunk[i] == '\n') {
                keep(chunk, start, i - start);
                if (endLine(producer) == Offer.CLOSED) {
                    return false;
                }
                start = i + 1;
            }
        }
        keep(chunk, start, count - start);
        return true;
    }

    private void keep(byte[] bytes, int offset, int length) {
        lineBytesSeen += length;
        // One byte more than a line may have, so that a carriage return at its end does not count.
        int kept = Math.min(length, MAX_LINE_BYTES + 1 - lineBytes);
        if (lineBytes + kept > line.length) {
            line = Arrays.copyOf(line, Math.max(lineBytes + kept, 2 * line.length));
        }
        System.arraycopy(bytes, offset, line, lineBytes, kept);
        lineBytes += kept;
    }

    private Offer endLine(Producer<?> producer) {
        int length = lineBytes;
        long seen = lineBytesSeen;
        lineBytes = 0;
        lineBytesSeen = 0;
        if (length == seen && length > 0 && line[length - 1] == '\r') {
            length--;
            seen--;
        }
        if (seen > MAX_LINE_BYTES) {
            String shown = new String(line, 0, SHOWN_BYTES, StandardCharsets.UTF_8);
            return producer.reject(
                    "line longer than " + MAX_LINE_BYTES + " bytes, it has " + seen,
                    shown + "... (" + seen + " bytes)");
        }
        return producer.row().setUtf8(0, line, 0, length).commit();
    }
}
