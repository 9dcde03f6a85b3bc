package io.mullion.window;

import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.codegen.CombineKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.GroupTable;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import io.mullion.state.RowForm;
import io.mullion.state.SavedPanes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// The panes of one grid with the windows that are made of them. A pane stays until none of these needs it.
///
/// *Thread*: the worker. *Ownership*: its panes belong to the job's scope.
final class PaneStore {
    final WindowGrid grid;
    final PaneDeque panes;
    final List<FiringWindows> windows = new ArrayList<>();
    final SavedPanes saved;
    private final Selection slotRoom;

    /// @param grid of any of the windows: their panes are the same
    /// @param number of the store among those of its operator
    PaneStore(
            WindowGrid grid,
            int number,
            Aggregation aggregation,
            RowForm form,
            OperatorContext context,
            MemoryAccount account) {
        this.grid = grid;
        saved = new SavedPanes("panes." + number, aggregation.saved());
        panes = context.scope().own(new PaneDeque(form, () -> aggregation.states(account), account));
        slotRoom = context.scope().own(new Selection(account, context.batchRows()));
    }

    /// Whether a pane belongs to a window that still takes rows.
    boolean takes(long pane) {
        for (int i = 0; i < windows.size(); i++) {
            if (windows.get(i).takes(pane)) {
                return true;
            }
        }
        return false;
    }

    /// Folds the rows that were looked up into their pane.
    void fold(GroupedRows rows, long index, long groupIds, long active, int from, int to) {
        panes.lifetimes().born(rows.groups, index);
        int groupCount = rows.groups.groupCount();
        Pane pane = panes.obtain(index, groupCount);
        long room = pane.compact() ? slotRoom.address(rows.batchRows()) : 0;
        long slots = pane.slots(groupIds, groupCount, active, from, to, room);
        rows.foldInto(pane.rows, slots);
        rows.foldInto(pane.states, slots, pane.slotCount());
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).folded(index, rows);
        }
    }

    /// Says which results have no rows of the panes that were saved.
    void tell(StateReader in, GroupedRows rows) {
        if (panes.count() > 0) {
            long last = grid.paneLast(panes.at(panes.count() - 1).index);
            saved.tell(in, "windows that begin after " + rows.timeText(last));
        }
    }

    /// Adds a pane of a finer grid, whose rows have all come.
    ///
    /// @param groupCount all group ids are below
    void add(Pane finer, long index, int groupCount, CombineKernel combine) {
        panes.obtain(index, groupCount).add(finer, groupCount, combine);
    }

    /// Retires the panes before `end` that no window needs, and frees the groups that end with them.
    ///
    /// @param elsewhere whether a group is mentioned outside of this store
    void retireBefore(long end, GroupTable groups, IntPredicate elsewhere) {
        while (panes.count() > 0 && panes.at(0).index < end && expired(panes.at(0).index)) {
            panes.retireFirst();
            // What was made of panes has nothing of these groups any more.
            panes.lifetimes().free(groups, elsewhere);
        }
    }

    private boolean expired(long pane) {
        for (int i = 0; i < windows.size(); i++) {
            if (!windows.get(i).expired(pane)) {
                return false;
            }
        }
        return true;
    }
}
