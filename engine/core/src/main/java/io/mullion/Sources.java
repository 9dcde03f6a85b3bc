package io.mullion;

import io.mullion.io.SocketTextSource;
import io.mullion.io.Source;

/// The sources that come with the engine.
public final class Sources {
    private Sources() {}

    /// Lines of text from a TCP server: one utf8 column, `line`. The input ends when the server closes the connection.
    public static Source socketText(String host, int port) {
        return new SocketTextSource(host, port);
    }
}
