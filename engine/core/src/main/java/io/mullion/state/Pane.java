package io.mullion.state;

import io.mullion.codegen.AccumulatorLayout;
import io.mullion.memory.MemoryAccount;

/// The partial aggregates of one stretch of time, the unit from which windows are assembled. *Thread*: the worker.
public final class Pane {
    /// Number of the stretch: pane p covers [p, p + 1) times the pane size, shifted by the phase of the window offset.
    public long index;

    /// One accumulator row for each group that had rows in the pane.
    public final AccumulatorPages rows;

    Pane(AccumulatorLayout layout, MemoryAccount account) {
        rows = new AccumulatorPages(layout, account);
    }
}
