package io.mullion.window;

import io.mullion.batch.Turn;
import io.mullion.codegen.CombineKernel;
import io.mullion.codegen.StateAddresses;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.Pane;
import java.util.Arrays;

/// What a [WindowAssembler] still has to do with panes: one step after the other, a page of rows at a time, as far as
/// turns allow.
///
/// *Thread*: the worker. *Ownership*: borrows panes and rows, which nobody else changes until all is done.
final class PaneSteps {
    private enum Kind {
        /// Into rows by group.
        MERGE,
        /// The same, and what was there before is kept beside the pane.
        STACK,
        /// What was kept beside the pane is put back.
        RESTORE,
        /// Rows are given back.
        RELEASE
    }

    private Kind[] kinds = new Kind[8];
    /// Null where none is needed; so with the others.
    private Pane[] panes = new Pane[8];

    private AccumulatorPages[] rows = new AccumulatorPages[8];
    private AccumulatorPages[] beside = new AccumulatorPages[8];
    private CombineKernel[] kernels = new CombineKernel[8];
    private int count;
    /// The step that is next, and the page of it.
    private int at;

    private int page;

    /// A pane is merged into rows by group id: added with a combine kernel, taken out with a retract kernel.
    void merge(Pane pane, AccumulatorPages into, CombineKernel kernel) {
        add(Kind.MERGE, pane, into, null, kernel);
    }

    /// A pane is added to rows by group id, and what these had for its groups before is put into `before`.
    void stack(Pane pane, AccumulatorPages into, AccumulatorPages before, CombineKernel combine) {
        add(Kind.STACK, pane, into, before, combine);
    }

    /// Rows by group id get back what they had before a pane was put on them.
    void restore(Pane pane, AccumulatorPages before, AccumulatorPages into, CombineKernel combine) {
        add(Kind.RESTORE, pane, into, before, combine);
    }

    /// Rows are set to the identity. Not split: it is a matter of giving pages back.
    void release(AccumulatorPages rows) {
        add(Kind.RELEASE, null, rows, null, null);
    }

    /// Goes on with them.
    ///
    /// @return whether all are done; else the turn is spent
    boolean resume(Turn turn) {
        while (at < count) {
            int pages = pages();
            while (page < pages) {
                if (turn.spent()) {
                    return false;
                }
                run();
                turn.spend(StateAddresses.ROWS_PER_PAGE);
                page++;
            }
            if (kinds[at] == Kind.RELEASE) {
                rows[at].release();
            }
            at++;
            page = 0;
        }
        forget();
        return true;
    }

    private void add(Kind kind, Pane pane, AccumulatorPages into, AccumulatorPages before, CombineKernel kernel) {
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, count * 2);
            panes = Arrays.copyOf(panes, count * 2);
            rows = Arrays.copyOf(rows, count * 2);
            beside = Arrays.copyOf(beside, count * 2);
            kernels = Arrays.copyOf(kernels, count * 2);
        }
        kinds[count] = kind;
        panes[count] = pane;
        rows[count] = into;
        beside[count] = before;
        kernels[count] = kernel;
        count++;
    }

    private int pages() {
        return switch (kinds[at]) {
            case MERGE -> panes[at].rowPages();
            case STACK, RESTORE -> panes[at].keptPages(rows[at], beside[at]);
            case RELEASE -> 0;
        };
    }

    private void run() {
        switch (kinds[at]) {
            case MERGE -> panes[at].mergePageInto(page, rows[at], kernels[at]);
            case STACK -> panes[at].addPageKeeping(page, rows[at], beside[at], kernels[at]);
            case RESTORE -> panes[at].scatterPage(page, beside[at], rows[at], kernels[at]);
            case RELEASE -> throw new IllegalStateException("it has no pages");
        }
    }

    /// Panes that retire are not kept from the collector.
    private void forget() {
        Arrays.fill(panes, 0, count, null);
        Arrays.fill(rows, 0, count, null);
        Arrays.fill(beside, 0, count, null);
        Arrays.fill(kernels, 0, count, null);
        count = 0;
        at = 0;
    }
}
