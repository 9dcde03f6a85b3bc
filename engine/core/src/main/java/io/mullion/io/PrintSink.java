package io.mullion.io;

import io.mullion.expr.Schema;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Prints rows as a table that people read: what belongs together (a window) under one heading, numbers to the right.
public final class PrintSink implements Sink {
    private static final String RULE = "-".repeat(43);

    /// More rows than this are printed in tables of this size.
    private static final int MAX_TABLE_ROWS = 1000;

    private final PrintStream out;
    private final List<String[]> rows = new ArrayList<>();
    /// Of a micro-batch, or -1 where all rows are printed.
    private final long most;
    /// Rows of the batch so far.
    private long count;

    private Schema schema;

    public PrintSink(PrintStream out) {
        this(out, -1);
    }

    private PrintSink(PrintStream out, long most) {
        this.out = out;
        this.most = most;
    }

    /// Prints the time of each micro-batch, as Spark Streaming does, and its first rows.
    ///
    /// @param rows at most
    public static PrintSink firstOfBatch(PrintStream out, long rows) {
        return new PrintSink(out, rows);
    }

    @Override
    public void open(Schema schema) {
        this.schema = schema;
    }

    @Override
    public void accept(BatchView batch) {
        long printed = most < 0 ? batch.rowCount() : Math.min(batch.rowCount(), Math.max(0, most - count));
        count += batch.rowCount();
        for (int row = 0; row < printed; row++) {
            String[] cells = new String[schema.size()];
            for (int column = 0; column < cells.length; column++) {
                cells[column] = CellText.of(batch, column, row, "null");
            }
            rows.add(cells);
            if (most < 0 && rows.size() == MAX_TABLE_ROWS) {
                print();
            }
        }
    }

    @Override
    public void flush() {
        if (most < 0) {
            print();
        }
    }

    @Override
    public void endBatch(long timeNanos) {
        if (most < 0) {
            return;
        }
        out.println(RULE + "\nTime: " + timeNanos / 1_000_000 + " ms\n" + RULE);
        boolean more = count > most;
        count = 0;
        print();
        if (more) {
            out.println("...\n");
        }
    }

    @Override
    public void close() {
        if (most < 0) {
            print();
        }
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
