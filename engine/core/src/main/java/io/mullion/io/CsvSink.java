package io.mullion.io;

import io.mullion.expr.Schema;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/// Writes rows as comma-separated values.
///
/// A value with a comma, a quote or a line break is quoted and its quotes are doubled; a null is empty and an empty
/// text is `""`, so that they differ. *Source*: RFC 4180, but lines end with `\n`.
public final class CsvSink implements Sink {
    private final Writer out;
    private final boolean closes;

    /// @param closes whether the stream is closed with the sink
    public CsvSink(OutputStream out, boolean closes) {
        this.out = new OutputStreamWriter(new BufferedOutputStream(out, 1 << 16), StandardCharsets.UTF_8);
        this.closes = closes;
    }

    @Override
    public void open(Schema schema) throws IOException {
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
        out.flush();
        if (closes) {
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
