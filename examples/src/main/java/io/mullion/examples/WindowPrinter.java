package io.mullion.examples;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.CellText;
import java.io.StringWriter;
import java.util.Locale;

/// How results become lines of text.
sealed interface WindowPrinter {
    /// The text of a value, or null for a null.
    String cell(BatchView batch, int column, int row);

    /// The heading, once and first.
    void heading(Schema schema);

    void row(String[] cells);

    /// What has been printed since the last time.
    String take();

    /// How much [#take] would return.
    int length();

    /// Comma-separated values with all digits. A null is empty and an empty text is `""`, so that they differ, as
    /// [io.mullion.Sinks#csv] has it.
    final class Csv implements WindowPrinter {
        private final StringWriter text = new StringWriter();
        private final CsvWriter csv = CsvWriter.builder()
                .lineDelimiter(LineDelimiter.LF)
                .quoteStrategy(QuoteStrategies.EMPTY)
                .bufferSize(0)
                .build(text);

        @Override
        public String cell(BatchView batch, int column, int row) {
            return CellText.of(batch, column, row, null);
        }

        @Override
        public void heading(Schema schema) {
            csv.writeRecord(schema.fields().stream().map(field -> field.name()).toList());
        }

        @Override
        public void row(String[] cells) {
            csv.writeRecord(cells);
        }

        @Override
        public String take() {
            String taken = text.toString();
            text.getBuffer().setLength(0);
            return taken;
        }

        @Override
        public int length() {
            return text.getBuffer().length();
        }
    }

    /// Columns under each other, numbers to the right. A column is as wide as its heading and what is known of its
    /// values, and becomes wider where a value needs it.
    final class Table implements WindowPrinter {
        private static final int MAX_TEXT = 40;
        private static final int NUMBER_WIDTH = 10;
        private static final int TIME_WIDTH = "2013-01-01T00:00:00Z".length();

        private final int[] keyWidths;
        private final StringBuilder text = new StringBuilder();
        private int[] widths;
        private boolean[] toTheRight;

        /// @param keyWidths the longest values of the keys, which are the columns behind start and end
        Table(int[] keyWidths) {
            this.keyWidths = keyWidths;
        }

        @Override
        public String cell(BatchView batch, int column, int row) {
            if (batch.isNull(column, row)) {
                return "null";
            }
            return switch (batch.schema().field(column).type()) {
                case DataType.Float32 _, DataType.Float64 _ -> readable(batch.float64(column, row));
                default -> PlainText.cut(PlainText.of(CellText.of(batch, column, row, "")), MAX_TEXT);
            };
        }

        @Override
        public void heading(Schema schema) {
            widths = new int[schema.size()];
            toTheRight = new boolean[schema.size()];
            String[] names = new String[schema.size()];
            for (int column = 0; column < names.length; column++) {
                names[column] = PlainText.of(schema.field(column).name());
                toTheRight[column] = schema.field(column).type().numeric();
                widths[column] = Math.max(names[column].length(), width(schema, column));
            }
            row(names);
        }

        @Override
        public void row(String[] cells) {
            for (int column = 0; column < cells.length; column++) {
                int length = cells[column].codePointCount(0, cells[column].length());
                widths[column] = Math.max(widths[column], length);
                int padding = widths[column] - length;
                text.append(column == 0 ? "" : "  ");
                text.repeat(' ', toTheRight[column] ? padding : 0).append(cells[column]);
                text.repeat(' ', toTheRight[column] || column == cells.length - 1 ? 0 : padding);
            }
            text.append('\n');
        }

        @Override
        public String take() {
            String taken = text.toString();
            text.setLength(0);
            return taken;
        }

        @Override
        public int length() {
            return text.length();
        }

        /// Four digits behind the point, so that points stand under each other; very small and very large numbers with
        /// an exponent.
        private static String readable(double value) {
            double size = Math.abs(value);
            boolean plain = size == 0 || size >= 1e-3 && size < 1e12 || !Double.isFinite(value);
            return String.format(Locale.ROOT, plain ? "%.4f" : "%.4e", value);
        }

        private int width(Schema schema, int column) {
            if (schema.field(column).type() instanceof DataType.Timestamp) {
                return TIME_WIDTH;
            }
            boolean key = column >= 2 && column < 2 + keyWidths.length;
            return key ? Math.min(keyWidths[column - 2], MAX_TEXT) : NUMBER_WIDTH;
        }
    }
}
