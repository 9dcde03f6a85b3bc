package io.mullion.io;

import io.mullion.expr.Schema;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes rows as comma-separated values.
///
/// A value with a comma, a quote or a line break is quoted and its quotes are doubled; a null is empty and an empty
/// text is `""`, so that they differ. *Source*: RFC 4180, but lines end with `\n`.
public final class CsvSink implements Sink {
    private final Path file;
    private OutputStream stream;
    private Writer out;

    /// Writes to a stream that stays the caller's.
    public CsvSink(OutputStream stream) {
        this.file = null;
        this.stream = stream;
    }

    /// Writes to a file that is made anew when the job starts, and closed with the sink.
    public CsvSink(Path file) {
        this.file = file;
    }

    @Override
    public void open(Schema schema) throws IOException {
        if (file != null) {
            stream = Files.newOutputStream(file);
        }
        out = new OutputStreamWriter(new BufferedOutputStream(stream, 1 << 16), StandardCharsets.UTF_8);
        for (int column = 0; column < schema.size(); column++) {
            out.append(column == 0 ? "" : ",")
                    .append(quoted(schema.field(column).name()));
        }
        out.append('\n');
        out.flush();
    }

    @Override
    public void accept(BatchView batch) throws IOException {
        for (int row = 0; row < batch.rowCount(); row++) {
            for (int column = 0; column < batch.schema().size(); column++) {
                out.append(column == 0 ? "" : ",");
                if (!batch.isNull(column, row)) {
                    out.append(quoted(CellText.of(batch, column, row, "")));
                }
            }
            out.append('\n');
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (out == null) {
            return;
        }
        out.flush();
        if (file != null) {
            out.close();
        }
    }

    private static String quoted(String value) {
        boolean plain = !value.isEmpty();
        for (int i = 0; plain && i < value.length(); i++) {
            char c = value.charAt(i);
            plain = c != ',' && c != '"' && c != '\n' && c != '\r';
        }
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }
}
