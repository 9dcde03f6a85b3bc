package io.mullion.examples;

import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Sink;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Prints results ordered by the end of their window, then by key; a null key comes last, text is ordered by its code
/// points.
///
/// The engine hands over windows in order of their end. So the rows of one end are all that is held and sorted.
final class WindowRows implements Sink {
    /// Where columns begin that tell of the key.
    private static final int KEYS = 2;

    private static final int PRINT_AT = 1 << 14;

    private record Row(Object[] keys, long start, String[] cells) {}

    private final int keyCount;
    private final WindowPrinter printer;
    private final PrintStream out;
    private final ProgressLine progress;
    private final boolean committed;
    private final List<Row> rows = new ArrayList<>();
    private long end;
    private volatile boolean unread;

    /// @param committed whether a flush comes only where the rows so far have to be written
    WindowRows(int keyCount, WindowPrinter printer, PrintStream out, ProgressLine progress, boolean committed) {
        this.committed = committed;
        this.keyCount = keyCount;
        this.printer = printer;
        this.out = out;
        this.progress = progress;
    }

    /// Whether nobody reads the output any more (`| head`). *Thread*: any.
    boolean unread() {
        return unread;
    }

    @Override
    public void open(Schema schema) {
        printer.heading(schema);
    }

    @Override
    public void accept(BatchView batch) {
        for (int row = 0; row < batch.rowCount(); row++) {
            long rowEnd = batch.int64(1, row);
            if (rowEnd != end) {
                printRows();
                end = rowEnd;
            }
            rows.add(row(batch, row));
        }
    }

    @Override
    public void flush() {
        if (committed) {
            printRows();
            write();
        }
    }

    @Override
    public void close() {
        printRows();
        write();
    }

    private Row row(BatchView batch, int row) {
        Object[] keys = new Object[keyCount];
        for (int i = 0; i < keyCount; i++) {
            keys[i] = key(batch, KEYS + i, row);
        }
        String[] cells = new String[batch.schema().size()];
        for (int column = 0; column < cells.length; column++) {
            cells[column] = printer.cell(batch, column, row);
        }
        return new Row(keys, batch.int64(0, row), cells);
    }

    private static Object key(BatchView batch, int column, int row) {
        if (batch.isNull(column, row)) {
            return null;
        }
        return switch (batch.schema().field(column).type()) {
            case DataType.Bool _ -> batch.bool(column, row);
            case DataType.Float64 _ -> batch.float64(column, row);
            case DataType.Utf8 _ -> batch.utf8(column, row);
            default -> batch.int64(column, row);
        };
    }

    private void printRows() {
        if (rows.isEmpty()) {
            return;
        }
        rows.sort(Comparator.comparing(Row::keys, WindowRows::compareKeys).thenComparingLong(Row::start));
        for (Row row : rows) {
            printer.row(row.cells());
        }
        rows.clear();
        if (printer.length() >= PRINT_AT) {
            write();
        }
    }

    private void write() {
        // CSV is UTF-8 whatever the terminal speaks.
        String text = printer.take();
        progress.above(() -> {
            if (printer instanceof WindowPrinter.Csv) {
                out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            } else {
                out.print(text);
            }
        });
        unread = out.checkError();
    }

    private static int compareKeys(Object[] left, Object[] right) {
        int order = 0;
        for (int i = 0; order == 0 && i < left.length; i++) {
            order = compare(left[i], right[i]);
        }
        return order;
    }

    private static int compare(Object left, Object right) {
        if (left == null || right == null) {
            return left == right ? 0 : left == null ? 1 : -1;
        }
        return switch (left) {
            case String text -> compareText(text, (String) right);
            case Boolean bool -> bool.compareTo((Boolean) right);
            case Double number -> number.compareTo((Double) right);
            default -> ((Long) left).compareTo((Long) right);
        };
    }

    /// By code points, which is the order of UTF-8's bytes. That of `String` differs: it has what needs two characters
    /// before the last that need one.
    private static int compareText(String left, String right) {
        for (int i = 0; i < Math.min(left.length(), right.length()); i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean sameKind = Character.isSurrogate(a) == Character.isSurrogate(b);
                return sameKind ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
