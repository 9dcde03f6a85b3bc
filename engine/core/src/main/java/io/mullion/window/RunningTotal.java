package io.mullion.window;

import io.mullion.batch.Counters.Counter;
import io.mullion.batch.Turn;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.CombineKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.PaneDeque;
import io.mullion.state.RowForm;

/// Keeps a running total: the panes that enter are added.
///
/// Where windows slide, those that leave are subtracted, which is exact for counts and integer sums: two panes a slide,
/// whatever the size. Where windows grow, all panes leave at once and the total starts anew: one pane a window, for any
/// accumulators.
final class RunningTotal implements WindowAssembler, WindowRows {
    private final boolean growing;
    private final AccumulatorPages total;
    private CombineKernel combine;
    /// Null where windows grow.
    private CombineKernel retract;

    private final Counter combinedPanes;
    private final PaneSteps steps = new PaneSteps();
    /// The panes [from, to) are in the total.
    private long from = Long.MIN_VALUE;

    private long to = Long.MIN_VALUE;

    RunningTotal(
            boolean growing, Accumulation accumulation, RowForm form, MemoryAccount account, Counter combinedPanes) {
        this.growing = growing;
        this.combinedPanes = combinedPanes;
        total = form.rows(account);
        use(accumulation);
    }

    @Override
    public void use(Accumulation accumulation) {
        combine = accumulation.combine().kernel();
        retract = growing ? null : accumulation.retract().orElseThrow().kernel();
    }

    @Override
    public void leaveBefore(PaneDeque panes, long newFrom) {
        if (newFrom <= from) {
            return;
        }
        int first = panes.lowerBound(from);
        int left = panes.lowerBound(newFrom);
        if (growing || left == panes.count() || panes.at(left).index >= to) {
            // Nothing is left: giving the pages back is cheaper and lets memory follow the live groups.
            steps.release(total);
        } else {
            for (int i = first; i < left; i++) {
                steps.merge(panes.at(i), total, retract);
                combinedPanes.add(1);
            }
        }
        from = newFrom;
        to = Math.max(to, newFrom);
    }

    @Override
    public void enter(PaneDeque panes, long from, long newTo) {
        leaveBefore(panes, from);
        for (int i = panes.lowerBound(to); i < panes.count() && panes.at(i).index < newTo; i++) {
            steps.merge(panes.at(i), total, combine);
            combinedPanes.add(1);
        }
        to = Math.max(to, newTo);
    }

    @Override
    public boolean resume(Turn turn) {
        return steps.resume(turn);
    }

    @Override
    public WindowRows window() {
        return this;
    }

    @Override
    public void late(PaneDeque panes, long pane, LateRows rows) {
        if (pane >= from && pane < to) {
            rows.foldInto(total);
        }
    }

    @Override
    public int pageCount() {
        return total.pageCount();
    }

    @Override
    public long page(int page) {
        return total.page(page);
    }

    @Override
    public int rowsIn(int page) {
        return total.rowsIn(page);
    }

    @Override
    public long groups() {
        return 0;
    }

    @Override
    public void close() {
        total.release();
    }
}
