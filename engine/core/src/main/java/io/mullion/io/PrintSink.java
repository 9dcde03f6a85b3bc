package io.mullion.io;

import io.mullion.expr.Schema;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Prints rows as a table that people read: what belongs together (a window) under one heading, numbers to the right.
public final class PrintSink implements Sink {
    /// More rows than this are printed in tables of this size.
    private static final int MAX_TABLE_ROWS = 1000;

    private final PrintStream out;
    private final List<String[]> rows = new ArrayList<>();
    private Schema schema;

    public PrintSink(PrintStream out) {
        this.out = out;
    }

    @Override
    public void open(Schema schema) {
        this.schema = schema;
    }

    @Override
    public void accept(BatchView batch) {
        for (int row = 0; row < batch.rowCount(); row++) {
            String[] cells = new String[schema.size()];
            for (int column = 0; column < cells.length; column++) {
                cells[column] = CellText.of(batch, column, row, "null");
            }
            rows.add(cells);
            if (rows.size() == MAX_TABLE_ROWS) {
                print();
            }
        }
    }

    @Override
    public void flush() {
        print();
    }

    @Override
    public void close() {
        print();
    }

    private void print() {
        if (rows.isEmpty()) {
            return;
        }
        String[] heading = schema.fields().stream().map(field -> field.name()).toArray(String[]::new);
        int[] widths = new int[heading.length];
        measure(heading, widths);
        rows.forEach(row -> measure(row, widths));
        StringBuilder text = new StringBuilder();
        append(text, heading, widths);
        rows.forEach(row -> append(text, row, widths));
        out.println(text);
        out.flush();
        rows.clear();
    }

    private static void measure(String[] cells, int[] widths) {
        for (int column = 0; column < cells.length; column++) {
            widths[column] = Math.max(widths[column], cells[column].length());
        }
    }

    private void append(StringBuilder text, String[] cells, int[] widths) {
        for (int column = 0; column < cells.length; column++) {
            boolean number = schema.field(column).type().numeric();
            int padding = widths[column] - cells[column].length();
            text.append(column == 0 ? "" : "  ");
            text.repeat(' ', number ? padding : 0).append(cells[column]);
            text.repeat(' ', number || column == cells.length - 1 ? 0 : padding);
        }
        text.append('\n');
    }
}
