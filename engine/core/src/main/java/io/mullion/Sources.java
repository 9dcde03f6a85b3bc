package io.mullion;

import io.mullion.expr.Schema;
import io.mullion.io.GeneratorSource;
import io.mullion.io.SocketTextSource;
import io.mullion.io.Source;
import io.mullion.io.TextFilesSource;
import java.nio.file.Path;

/// The sources that come with the engine.
public final class Sources {
    private Sources() {}

    /// Lines of text from a TCP server: one utf8 column, `line`. The input ends when the server closes the connection.
    public static Source socketText(String host, int port) {
        return new SocketTextSource(host, port);
    }

    /// Lines of the text files that appear in a folder from now on: one utf8 column, `line`. A file must be whole when
    /// it appears, as one is that is moved there.
    public static Source textFiles(Path folder) {
        return new TextFilesSource(folder, true);
    }

    /// Lines of the text files that are in a folder, and of those that appear there.
    public static Source allTextFiles(Path folder) {
        return new TextFilesSource(folder, false);
    }

    /// Rows made at a steady rate.
    ///
    /// @param rows writes the cells of each, by its number
    public static Source generator(Schema schema, long rowsPerSecond, GeneratorSource.Rows rows) {
        return new GeneratorSource(schema, rowsPerSecond, rows);
    }
}
