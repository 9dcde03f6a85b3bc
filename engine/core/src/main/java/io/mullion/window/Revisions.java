package io.mullion.window;

import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.Arrays;

/// The windows that have had results and still take rows, within their allowed lateness, and how many results each has
/// had. *Thread*: the worker.
final class Revisions {
    private static final Schema SAVED =
            Schema.of(Field.of("window", DataType.INT64), Field.of("results", DataType.INT32));

    /// Ascending.
    private long[] windows = new long[16];

    /// The number of each window's next result.
    private int[] revisions = new int[16];

    private int count;

    /// The number of a window's next result, which is about to be emitted: 0 for the first.
    int next(long window) {
        int at = Arrays.binarySearch(windows, 0, count, window);
        if (at >= 0) {
            return revisions[at]++;
        }
        insert(-at - 1, window);
        return 0;
    }

    /// Windows up to this one take no more rows.
    void expire(long window) {
        int at = Arrays.binarySearch(windows, 0, count, window);
        int gone = at >= 0 ? at + 1 : -at - 1;
        if (gone > 0) {
            System.arraycopy(windows, gone, windows, 0, count - gone);
            System.arraycopy(revisions, gone, revisions, 0, count - gone);
            count -= gone;
        }
    }

    void writeTo(StateWriter out, String table) {
        StateTable rows = out.table(table, SAVED);
        for (int i = 0; i < count; i++) {
            rows.row(0).set(0, windows[i]).set(1, revisions[i]).next();
        }
    }

    void readFrom(StateReader in, String table) {
        for (StateReader.Table rows : in.tables(table)) {
            rows.forEach(batch -> {
                for (int row = 0; row < batch.readable().rowLimit; row++) {
                    restore(batch.int64(0, row), (int) batch.int64(1, row));
                }
            });
        }
    }

    /// Each worker counts those of its own keys: the one that has had most says what comes next.
    private void restore(long window, int results) {
        int at = Arrays.binarySearch(windows, 0, count, window);
        if (at < 0) {
            at = -at - 1;
            insert(at, window);
        }
        revisions[at] = Math.max(revisions[at], results);
    }

    private void insert(int at, long window) {
        if (count == windows.length) {
            windows = Arrays.copyOf(windows, count * 2);
            revisions = Arrays.copyOf(revisions, count * 2);
        }
        System.arraycopy(windows, at, windows, at + 1, count - at);
        System.arraycopy(revisions, at, revisions, at + 1, count - at);
        windows[at] = window;
        revisions[at] = 1;
        count++;
    }
}
