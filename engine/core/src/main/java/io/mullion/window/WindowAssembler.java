package io.mullion.window;

import io.mullion.batch.Counters.Counter;
import io.mullion.batch.Turn;
import io.mullion.codegen.Accumulation;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.PaneDeque;
import io.mullion.state.RowForm;

/// Makes the aggregate of a window from its panes.
///
/// Windows are asked for in order: panes leave, then panes enter. Both only say what there is to do, and [#resume] does
/// it, as turns allow; until it is done neither rows come nor panes go. A pane is lent to the assembler from its entry
/// until it has left. *Thread*: the worker.
sealed interface WindowAssembler extends AutoCloseable permits SinglePane, RunningTotal, HalfBlocks {
    /// The panes below `from` are in no later window.
    void leaveBefore(PaneDeque panes, long from);

    /// The window that covers the panes [from, to) is the next one.
    void enter(PaneDeque panes, long from, long to);

    /// Goes on with what is to do.
    ///
    /// @return whether it is done; else the turn is spent
    boolean resume(Turn turn);

    /// The accumulator rows of the window that was entered last, good until the next call of the others.
    WindowRows window();

    /// Rows have been folded into a pane; if that has entered already, they go into what was made of it.
    void late(PaneDeque panes, long pane, LateRows rows);

    /// Rows have another form from now on. Nothing is to do.
    void use(Accumulation accumulation);

    @Override
    void close();

    /// Rows that came into a pane after it had entered. *Thread*: the worker, during the call.
    interface LateRows {
        /// Folds them into rows by group id.
        void foldInto(AccumulatorPages rows);

        int count();

        /// The group of a row, 0 <= i < count.
        int group(int i);
    }

    /// What [#choose] does, for `explain`.
    static String describe(WindowGrid grid, Accumulation accumulation) {
        if (grid.panesPerWindow() == 1) {
            return "a window is one pane";
        }
        if (grid.cumulating()) {
            return "running total of the windows that start together, one pane combined a window";
        }
        int each = grid.panesPerStep();
        return accumulation.retract().isPresent()
                ? "running total: panes that enter are added, panes that leave are retracted, " + 2 * each
                        + " panes combined a slide at most"
                : "two stacks in blocks of half a window, " + (3 * each + 1) + " panes combined a slide at most";
    }

    /// The cheapest assembly that is exact for all the accumulators.
    ///
    /// @param form of the panes' rows
    /// @param number its own among the assemblers that windows of the same panes have
    static WindowAssembler choose(
            WindowGrid grid,
            Accumulation accumulation,
            RowForm form,
            int number,
            MemoryAccount account,
            Counter combinedPanes) {
        if (grid.panesPerWindow() == 1) {
            return new SinglePane();
        }
        if (grid.cumulating() || accumulation.retract().isPresent()) {
            return new RunningTotal(grid.cumulating(), accumulation, form, account, combinedPanes);
        }
        return new HalfBlocks(grid, form, number, account, combinedPanes);
    }
}
