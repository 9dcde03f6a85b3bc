package io.mullion.window;

import io.mullion.codegen.CombineKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import io.mullion.state.RowForm;
import java.util.Arrays;

/// Which groups have had new rows in which panes since results of them went out, and the rows of those groups, folded
/// anew from the panes of a window.
///
/// *Thread*: the worker. *Ownership*: owns the rows it gathers; borrows the panes.
final class ChangedGroups implements AutoCloseable {
    /// Takes the changed groups of a window.
    interface Changed {
        void accept(long window, WindowRows rows);
    }

    private final WindowGrid grid;
    private final RowForm form;

    /// Pane and group of each change, with repetitions.
    private long[] panes = new long[64];

    private int[] groups = new int[64];
    private int count;
    /// The panes of the changes, ascending.
    private long[] changedPanes = new long[16];

    private int paneCount;

    private final GatheredRows gathered;
    /// A bit for each group that has been gathered.
    private long[] seen = new long[16];

    ChangedGroups(WindowGrid grid, RowForm form, MemoryAccount account) {
        this.grid = grid;
        this.form = form;
        gathered = new GatheredRows(form.rows(account), null, account);
    }

    /// Rows have been folded into a pane.
    void add(long pane, WindowAssembler.LateRows rows) {
        note(pane);
        for (int i = 0; i < rows.count(); i++) {
            add(pane, rows.group(i));
        }
    }

    /// All groups of a pane have changed.
    void add(Pane pane) {
        note(pane.index);
        for (int slot = 0; slot < pane.slotCount(); slot++) {
            if (pane.rows.has(slot)) {
                add(pane.index, pane.groupOf(slot));
            }
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    private void note(long pane) {
        int at = Arrays.binarySearch(changedPanes, 0, paneCount, pane);
        if (at >= 0) {
            return;
        }
        if (paneCount == changedPanes.length) {
            changedPanes = Arrays.copyOf(changedPanes, paneCount * 2);
        }
        at = -at - 1;
        System.arraycopy(changedPanes, at, changedPanes, at + 1, paneCount - at);
        changedPanes[at] = pane;
        paneCount++;
    }

    private void add(long pane, int group) {
        if (count > 0 && panes[count - 1] == pane && groups[count - 1] == group) {
            return;
        }
        if (count == panes.length) {
            panes = Arrays.copyOf(panes, count * 2);
            groups = Arrays.copyOf(groups, count * 2);
        }
        panes[count] = pane;
        groups[count] = group;
        count++;
    }

    /// Hands on what has changed in the windows [firstWindow, lastWindow], in order, and forgets it.
    void emit(PaneDeque live, long firstWindow, long lastWindow, Changed changed) {
        if (count == 0) {
            return;
        }
        // The windows of the panes only: there may be any number between them.
        long window = firstWindow;
        for (int i = 0; i < paneCount; i++) {
            window = Math.max(window, grid.firstWindowOf(changedPanes[i]));
            for (long last = Math.min(lastWindow, grid.lastWindowOf(changedPanes[i])); window <= last; window++) {
                emit(live, window, changed);
            }
        }
        count = 0;
        paneCount = 0;
    }

    private void emit(PaneDeque live, long window, Changed changed) {
        gather(live, grid.firstPane(window), grid.endPane(window));
        if (gathered.count() > 0) {
            changed.accept(window, gathered);
            gathered.clear();
        }
    }

    @Override
    public void close() {
        gathered.close();
    }

    /// Folds the changed groups of the panes [from, to).
    private void gather(PaneDeque live, long from, long to) {
        for (int i = 0; i < count; i++) {
            if (panes[i] >= from && panes[i] < to && see(groups[i])) {
                fold(live, from, to, groups[i]);
            }
        }
        for (int i = 0; i < gathered.count(); i++) {
            seen[gathered.group(i) >> 6] = 0;
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

    private void fold(PaneDeque live, long from, long to, int group) {
        CombineKernel combine = form.combine();
        long row = gathered.add(group);
        for (int i = live.lowerBound(from); i < live.count() && live.at(i).index < to; i++) {
            Pane pane = live.at(i);
            long own = pane.rowOf(group);
            if (own != 0) {
                combine.combine(row, own, 1);
            }
        }
    }
}
