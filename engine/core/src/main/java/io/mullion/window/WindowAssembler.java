package io.mullion.window;

import io.mullion.batch.Counters.Counter;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.CombineKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;

/// Makes the aggregate of a window from its panes.
///
/// Windows are asked for in order. *Ownership*: borrows the panes; what it returns is borrowed until the next call.
/// *Thread*: the worker.
sealed interface WindowAssembler extends AutoCloseable {
    /// The accumulator rows of the window that covers the panes [from, to).
    AccumulatorPages assemble(PaneDeque panes, long from, long to);

    /// The oldest pane is about to be retired.
    void leaving(PaneDeque panes);

    /// Where rows for this pane must be accumulated besides the pane itself, or null: a running total that has the pane
    /// in it already.
    AccumulatorPages totalWith(long paneIndex);

    @Override
    void close();

    /// The cheapest assembly that is exact for all the accumulators.
    static WindowAssembler choose(
            WindowGrid grid, Accumulation accumulation, MemoryAccount account, Counter combinedPanes) {
        AccumulatorPages total = new AccumulatorPages(accumulation.layout(), account);
        CombineKernel combine = accumulation.combine().kernel();
        if (grid.panesPerWindow() == 1) {
            return new SinglePane(total, combine);
        }
        return accumulation
                .retract()
                .<WindowAssembler>map(retract -> new Retracting(total, combine, retract.kernel(), combinedPanes))
                .orElseGet(() -> new Refolding(total, combine, combinedPanes));
    }

    /// What [#choose] does, for `explain`.
    static String describe(WindowGrid grid, Accumulation accumulation) {
        if (grid.panesPerWindow() == 1) {
            return "a window is one pane";
        }
        return accumulation.retract().isPresent()
                ? "running total: panes that enter are added, panes that leave are retracted"
                : "all panes of a window are combined at each slide";
    }

    /// A window is one pane.
    final class SinglePane implements WindowAssembler {
        /// The rows of a compact pane by group id.
        private final AccumulatorPages spread;

        private final CombineKernel combine;

        SinglePane(AccumulatorPages spread, CombineKernel combine) {
            this.spread = spread;
            this.combine = combine;
        }

        @Override
        public AccumulatorPages assemble(PaneDeque panes, long from, long to) {
            Pane pane = panes.at(panes.lowerBound(from));
            if (!pane.compact()) {
                return pane.rows;
            }
            spread.release();
            pane.mergeInto(spread, combine);
            return spread;
        }

        @Override
        public void leaving(PaneDeque panes) {}

        @Override
        public AccumulatorPages totalWith(long paneIndex) {
            return null;
        }

        @Override
        public void close() {
            spread.release();
        }
    }

    /// Keeps a running total: the panes that enter are added, those that leave are subtracted. Exact for counts and
    /// integer sums, at two panes a slide, whatever the size.
    final class Retracting implements WindowAssembler {
        private final AccumulatorPages total;
        private final CombineKernel combine;
        private final CombineKernel retract;
        /// The panes [from, to) are in the total.
        private long from = Long.MIN_VALUE;

        private long to = Long.MIN_VALUE;
        private final Counter combinedPanes;

        Retracting(AccumulatorPages total, CombineKernel combine, CombineKernel retract, Counter combinedPanes) {
            this.total = total;
            this.combine = combine;
            this.retract = retract;
            this.combinedPanes = combinedPanes;
        }

        @Override
        public AccumulatorPages assemble(PaneDeque panes, long from, long to) {
            long entering = Math.max(from, this.to);
            this.from = from;
            this.to = to;
            for (int i = panes.lowerBound(entering); i < panes.count() && panes.at(i).index < to; i++) {
                panes.at(i).mergeInto(total, combine);
                combinedPanes.add(1);
            }
            return total;
        }

        @Override
        public void leaving(PaneDeque panes) {
            Pane pane = panes.at(0);
            if (pane.index < from || pane.index >= to) {
                return;
            }
            from = pane.index + 1;
            if (panes.count() == 1 || panes.at(1).index >= to) {
                // Nothing is left: giving the pages back is cheaper and lets memory follow the live groups.
                total.release();
            } else {
                pane.mergeInto(total, retract);
                combinedPanes.add(1);
            }
        }

        @Override
        public AccumulatorPages totalWith(long paneIndex) {
            return paneIndex >= from && paneIndex < to ? total : null;
        }

        @Override
        public void close() {
            total.release();
        }
    }

    /// Merges all panes of each window anew: right for every accumulator, at the price of one merge for each pane of
    /// the window.
    final class Refolding implements WindowAssembler {
        private final AccumulatorPages total;
        private final CombineKernel combine;
        private final Counter combinedPanes;

        Refolding(AccumulatorPages total, CombineKernel combine, Counter combinedPanes) {
            this.total = total;
            this.combine = combine;
            this.combinedPanes = combinedPanes;
        }

        @Override
        public AccumulatorPages assemble(PaneDeque panes, long from, long to) {
            total.release();
            for (int i = panes.lowerBound(from); i < panes.count() && panes.at(i).index < to; i++) {
                panes.at(i).mergeInto(total, combine);
                combinedPanes.add(1);
            }
            return total;
        }

        @Override
        public void leaving(PaneDeque panes) {}

        @Override
        public AccumulatorPages totalWith(long paneIndex) {
            return null;
        }

        @Override
        public void close() {
            total.release();
        }
    }
}
