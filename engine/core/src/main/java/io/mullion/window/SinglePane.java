package io.mullion.window;

import io.mullion.batch.Turn;
import io.mullion.codegen.Accumulation;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;

/// A window is one pane, and its rows are the pane's.
final class SinglePane implements WindowAssembler, WindowRows {
    private Pane pane;

    @Override
    public void leaveBefore(PaneDeque panes, long from) {}

    @Override
    public void enter(PaneDeque panes, long from, long to) {
        pane = panes.at(panes.lowerBound(from));
    }

    @Override
    public boolean resume(Turn turn) {
        return true;
    }

    @Override
    public WindowRows window() {
        return this;
    }

    @Override
    public void late(PaneDeque panes, long pane, LateRows rows) {}

    @Override
    public void use(Accumulation accumulation) {}

    @Override
    public int pageCount() {
        return pane.rows.pageCount();
    }

    @Override
    public long page(int page) {
        return pane.rows.page(page);
    }

    @Override
    public int rowsIn(int page) {
        return pane.rows.rowsIn(page);
    }

    @Override
    public long groups() {
        return pane.groups();
    }

    @Override
    public void close() {}
}
