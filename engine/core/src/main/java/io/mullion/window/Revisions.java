package io.mullion.window;

import io.mullion.codegen.AccumulatorLayout;
import io.mullion.codegen.CombineKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import java.util.Arrays;

/// Further results of windows that have fired and still take rows, within their allowed lateness: which windows have
/// fired how often, which groups have changed since, and the rows of those, folded anew from the panes.
///
/// *Thread*: the worker. *Ownership*: owns the rows it gathers; borrows the panes.
final class Revisions implements WindowRows, AutoCloseable {
    /// Takes the changed groups of a window.
    interface Changed {
        void accept(long window, WindowRows rows, int revision);
    }

    private final WindowGrid grid;
    private final CombineKernel combine;

    /// The windows that have had results and may have more, ascending, with the number of the next result.
    private long[] windows = new long[16];

    private int[] revisions = new int[16];
    private int count;

    /// The rows that came since the last results: pane and group, with repetitions.
    private long[] latePanes = new long[64];

    private int[] lateGroups = new int[64];
    private int lateCount;
    private long[] sortedPanes = new long[0];

    private final AccumulatorPages gathered;
    private final OffHeapArray gatheredGroups;
    private int gatheredCount;
    /// A bit for each group that has been gathered.
    private long[] seen = new long[16];

    Revisions(WindowGrid grid, AccumulatorLayout layout, CombineKernel combine, MemoryAccount account) {
        this.grid = grid;
        this.combine = combine;
        gathered = new AccumulatorPages(layout, account);
        gatheredGroups = new OffHeapArray(account, 64);
    }

    /// The number of a window's next result, which is about to be emitted: 0 for the first.
    int next(long window) {
        int at = Arrays.binarySearch(windows, 0, count, window);
        if (at >= 0) {
            return revisions[at]++;
        }
        insert(-at - 1, window);
        return 0;
    }

    /// A group has new rows in a pane of which a window has fired.
    void changed(long pane, int group) {
        if (lateCount > 0 && latePanes[lateCount - 1] == pane && lateGroups[lateCount - 1] == group) {
            return;
        }
        if (lateCount == latePanes.length) {
            latePanes = Arrays.copyOf(latePanes, lateCount * 2);
            lateGroups = Arrays.copyOf(lateGroups, lateCount * 2);
        }
        latePanes[lateCount] = pane;
        lateGroups[lateCount] = group;
        lateCount++;
    }

    /// Hands on what has changed in the windows up to `ended`, in order.
    ///
    /// @param expired windows up to this one take no more rows
    void emit(PaneDeque panes, long expired, long ended, Changed changed) {
        if (lateCount == 0) {
            return;
        }
        sortedPanes = sortedPanes.length < lateCount ? new long[latePanes.length] : sortedPanes;
        System.arraycopy(latePanes, 0, sortedPanes, 0, lateCount);
        Arrays.sort(sortedPanes, 0, lateCount);
        // The windows of the panes only: there may be any number between them.
        long window = WindowGrid.saturatedAdd(expired, 1);
        for (int i = 0; i < lateCount; i++) {
            window = Math.max(window, grid.firstWindowOf(sortedPanes[i]));
            for (long last = Math.min(ended, grid.lastWindowOf(sortedPanes[i])); window <= last; window++) {
                emit(panes, window, changed);
            }
        }
        lateCount = 0;
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

    @Override
    public int pageCount() {
        return gathered.pageCount();
    }

    @Override
    public long page(int page) {
        return gathered.page(page);
    }

    @Override
    public int rowsIn(int page) {
        return gathered.rowsIn(page);
    }

    @Override
    public long groups() {
        return gatheredGroups.address();
    }

    @Override
    public void close() {
        gathered.release();
        gatheredGroups.close();
    }

    private void emit(PaneDeque panes, long window, Changed changed) {
        gather(panes, grid.firstPane(window), grid.endPane(window));
        if (gatheredCount > 0) {
            changed.accept(window, this, next(window));
            gathered.release();
        }
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

    /// Folds the changed groups of the panes [from, to).
    private void gather(PaneDeque panes, long from, long to) {
        gatheredCount = 0;
        for (int i = 0; i < lateCount; i++) {
            if (latePanes[i] >= from && latePanes[i] < to && see(lateGroups[i])) {
                add(panes, from, to, lateGroups[i]);
            }
        }
        for (int i = 0; i < gatheredCount; i++) {
            int group = RawMemory.getInt(gatheredGroups.address() + 4L * i);
            seen[group >> 6] = 0;
        }
    }

    private boolean see(int group) {
        if (group >> 6 >= seen.length) {
            seen = Arrays.copyOf(seen, Math.max(seen.length * 2, (group >> 6) + 1));
        }
        long bit = 1L << group;
        boolean first = (seen[group >> 6] & bit) == 0;
        seen[group >> 6] |= bit;
        return first;
    }

    private void add(PaneDeque panes, long from, long to, int group) {
        int slot = gatheredCount++;
        gatheredGroups.ensure(4L * gatheredCount);
        RawMemory.putInt(gatheredGroups.address() + 4L * slot, group);
        gathered.ensureGroups(gatheredCount);
        long row = gathered.touch(slot);
        for (int i = panes.lowerBound(from); i < panes.count() && panes.at(i).index < to; i++) {
            Pane pane = panes.at(i);
            long own = pane.rowOf(group);
            if (own != 0) {
                combine.combine(row, own, 1);
            }
        }
    }
}
