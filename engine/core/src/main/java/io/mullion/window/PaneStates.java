package io.mullion.window;

import io.mullion.routine.RawMemory;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import io.mullion.state.VariableStates;

/// The states of any size of the groups of a window, in its panes. *Thread*: the worker. *Ownership*: borrows the
/// panes.
final class PaneStates implements WindowEmitter.RowStates {
    private final PaneDeque panes;
    private WindowRows rows;
    private long from;
    private long to;

    PaneStates(PaneDeque panes) {
        this.panes = panes;
    }

    /// The rows of the window that covers the panes [from, to) follow.
    void use(WindowRows rows, long from, long to) {
        this.rows = rows;
        this.from = from;
        this.to = to;
    }

    @Override
    public void collect(int row, VariableStates into) {
        int group = rows.groups() == 0 ? row : RawMemory.getInt(rows.groups() + 4L * row);
        for (int i = panes.lowerBound(from); i < panes.count() && panes.at(i).index < to; i++) {
            Pane pane = panes.at(i);
            int slot = pane.slotOf(group);
            if (slot >= 0) {
                into.combine(0, pane.states, slot);
            }
        }
    }
}
