package io.mullion.window;

import io.mullion.batch.Selection;
import io.mullion.codegen.OrderKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import java.util.Arrays;

/// Sorts the rows of a slice into panes: a stable counting sort of row numbers by pane, so that each pane's rows are
/// one selection.
///
/// A slice that falls into one pane is not sorted at all. *Thread*: the worker. *Ownership*: owns its scratch memory,
/// which grows to the largest batch seen.
final class PaneRouter implements AutoCloseable {
    /// Takes the rows of a slice.
    interface PaneRows {
        /// Takes all of them, before they are sorted, if some may be late.
        void behind(long active, int from, int to);

        /// Takes the rows of one pane.
        void accept(long pane, long active, int from, int to);
    }

    /// More panes than this between the first and the last of a slice are handed on in runs of neighbouring rows and
    /// not sorted.
    private static final int MAX_SPAN = 1 << 12;

    private final WindowGrid grid;
    private final OrderKernel order;
    private final Selection sorted;
    private final Selection alive;
    private int[] starts = new int[64];
    private int[] panes = new int[64];

    /// @param order whether times come in order
    PaneRouter(WindowGrid grid, OrderKernel order, MemoryAccount account) {
        this.grid = grid;
        this.order = order;
        this.sorted = new Selection(account, 64);
        this.alive = new Selection(account, 64);
    }

    /// Hands on the active rows, pane by pane.
    ///
    /// @param times address of the event times by row number
    /// @param lateBefore rows before this pane may be late
    /// @param live rows before this pane need not be handed on
    void route(long times, long active, int from, int to, long lateBefore, long live, PaneRows rows) {
        if (active == 0
                && grid.paneOf(RawMemory.getLong(times + 8L * from)) >= Math.max(lateBefore, live)
                && order.ascending(times, from, to)) {
            stretches(times, from, to, rows);
            return;
        }
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        for (int position = from; position < to; position++) {
            long time = RawMemory.getLong(times + 8L * Selection.row(active, position));
            least = Math.min(least, time);
            greatest = Math.max(greatest, time);
        }
        long first = grid.paneOf(least);
        long last = grid.paneOf(greatest);
        if (first < lateBefore) {
            rows.behind(active, from, to);
        }
        if (last < live) {
            return;
        }
        if (first == last) {
            rows.accept(first, active, from, to);
        } else if (first < live) {
            sortLive(times, active, from, to, live, rows);
        } else if (last - first > 0 && last - first < MAX_SPAN) {
            sort(times, active, from, to, first, (int) (last - first) + 1, rows);
        } else {
            runs(times, active, from, to, rows);
        }
    }

    /// Hands on rows that are in order.
    private void stretches(long times, int from, int to, PaneRows rows) {
        int start = from;
        while (start < to) {
            long pane = grid.paneOf(RawMemory.getLong(times + 8L * start));
            int end = firstAfter(times, grid.paneLast(pane), start, to);
            rows.accept(pane, 0, start, end);
            start = end;
        }
    }

    /// The first of the rows [from, to), which are in order, that is later than `time`; `to` if none is.
    private static int firstAfter(long times, long time, int from, int to) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (RawMemory.getLong(times + 8L * middle) > time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void sortLive(long times, long active, int from, int to, long live, PaneRows rows) {
        long others = alive.address(to - from);
        int count = 0;
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            if (grid.paneOf(RawMemory.getLong(times + 8L * row)) >= live) {
                RawMemory.putInt(others + 4L * count++, row);
            }
        }
        if (count > 0) {
            route(times, others, 0, count, Long.MIN_VALUE, Long.MIN_VALUE, rows);
        }
    }

    private void sort(long times, long active, int from, int to, long first, int span, PaneRows rows) {
        int count = to - from;
        panes = room(panes, count);
        starts = room(starts, span + 1);
        Arrays.fill(starts, 0, span + 1, 0);
        count(times, active, from, to, first);
        for (int i = 0; i < span; i++) {
            starts[i + 1] += starts[i];
        }
        long selection = sorted.address(count);
        for (int i = count - 1; i >= 0; i--) {
            int position = --starts[panes[i] + 1];
            RawMemory.putInt(selection + 4L * position, Selection.row(active, from + i));
        }
        // starts[i + 1] now is where pane i begins.
        for (int i = 0; i < span; i++) {
            int end = i + 1 < span ? starts[i + 2] : count;
            if (starts[i + 1] < end) {
                rows.accept(first + i, selection, starts[i + 1], end);
            }
        }
    }

    /// Notes the pane of each row and counts the rows of pane i in `starts[i + 1]`.
    private void count(long times, long active, int from, int to, long first) {
        long pane = first;
        long start = grid.paneStart(pane);
        long last = grid.paneLast(pane);
        for (int position = from; position < to; position++) {
            long time = RawMemory.getLong(times + 8L * Selection.row(active, position));
            // Neighbouring rows mostly share a pane, which saves the division.
            if (time < start || time > last) {
                pane = grid.paneOf(time);
                start = grid.paneStart(pane);
                last = grid.paneLast(pane);
            }
            int index = (int) (pane - first);
            panes[position - from] = index;
            starts[index + 1]++;
        }
    }

    private void runs(long times, long active, int from, int to, PaneRows rows) {
        int start = from;
        while (start < to) {
            long pane = grid.paneOf(RawMemory.getLong(times + 8L * Selection.row(active, start)));
            int end = start + 1;
            while (end < to && grid.paneOf(RawMemory.getLong(times + 8L * Selection.row(active, end))) == pane) {
                end++;
            }
            rows.accept(pane, active, start, end);
            start = end;
        }
    }

    private static int[] room(int[] array, int length) {
        return array.length >= length ? array : new int[Math.max(length, array.length * 2)];
    }

    @Override
    public void close() {
        sorted.close();
        alive.close();
    }
}
