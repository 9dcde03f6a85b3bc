package io.mullion.io;

import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// Writes rows as JSON, an object a line: numbers and bools as such, NaN and the infinities as text, decimals with all
/// digits of their scale, all else as the text of [CellText]; nulls are null, lists arrays. *Source*: RFC 8259.
public final class JsonLinesSink implements Sink {
    private final OutputStream stream;
    private Writer out;

    /// Writes to a stream that stays the caller's.
    public JsonLinesSink(OutputStream stream) {
        this.stream = stream;
    }

    @Override
    public void open(Schema schema) {
        out = new OutputStreamWriter(new BufferedOutputStream(stream, 1 << 16), StandardCharsets.UTF_8);
    }

    @Override
    public void accept(BatchView batch) throws IOException {
        for (int row = 0; row < batch.rowCount(); row++) {
            for (int column = 0; column < batch.schema().size(); column++) {
                out.append(column == 0 ? "{" : ",")
                        .append(quoted(batch.schema().field(column).name()))
                        .append(':')
                        .append(value(batch, column, row));
            }
            out.append("}\n");
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.flush();
        }
    }

    private static String value(BatchView batch, int column, int row) {
        if (batch.isNull(column, row)) {
            return "null";
        }
        DataType type = batch.schema().field(column).type();
        if (type instanceof DataType.ListOf) {
            return list(batch.list(column, row));
        }
        if (type instanceof DataType.Float32 || type instanceof DataType.Float64) {
            String number = CellText.of(batch, column, row, "");
            return Double.isFinite(batch.float64(column, row)) ? number : quoted(number);
        }
        String text = CellText.of(batch, column, row, "");
        return type.numeric() || type instanceof DataType.Bool ? text : quoted(text);
    }

    private static String list(List<Object> elements) {
        return String.join(",", elements.stream().map(JsonLinesSink::element).toList())
                .transform(all -> '[' + all + ']');
    }

    private static String element(Object element) {
        return switch (element) {
            case Double number -> Double.isFinite(number) ? number.toString() : quoted(number.toString());
            case BigDecimal number -> number.toPlainString();
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            case byte[] bytes -> quoted(HexFormat.of().formatHex(bytes));
            default -> quoted(element.toString());
        };
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
