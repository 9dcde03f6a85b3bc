package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.codegen.AccumulateKernel;
import io.mullion.codegen.NarrowSums;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.AccumulatorPages;

/// How far from 0 the sum of any of the rows in some panes may be: what was found of the rows there were, and of each
/// batch since then the number of its rows times the farthest value.
///
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
final class SumBound {
    /// Looking at all panes anew must pay: it is for the rows of so many batches at least.
    private static final long BATCHES = 1L << 10;

    private final NarrowSums sums;
    private final RunningKernel<AccumulateKernel> extremes;
    private final AccumulatorPages row;
    private long bound;

    SumBound(NarrowSums sums, String name, OperatorContext context, MemoryAccount account) {
        this.sums = sums;
        extremes = new RunningKernel<>("extremes of " + name, sums.extremes(), context, account);
        row = new AccumulatorPages(sums.extremesLayout(), account);
        context.scope().own(row::release);
        row.ensureGroups(1);
        row.touch(0);
    }

    /// What rows of a batch add to the bound; the greatest int64 if that is beyond it.
    long of(Batch batch, long active, int from, int to) {
        row.reset(0);
        try {
            extremes.on(batch).accumulate(batch.readable(), active, from, to, 0, row);
        } catch (Exception | AssertionError e) {
            throw extremes.failed(e, batch);
        }
        long farthest = sums.farthest(row.row(0));
        long rows = to - from;
        return Math.multiplyHigh(farthest, rows) == 0 && farthest * rows >= 0 ? farthest * rows : Long.MAX_VALUE;
    }

    /// Adds to the bound, unless no sum would be known to be an int64 then.
    ///
    /// @return whether it was added
    boolean add(long more) {
        // No overflow: both are 0 or more.
        if (more >= Long.MAX_VALUE - bound) {
            return false;
        }
        bound += more;
        return true;
    }

    /// It is known that no sum is farther from 0.
    long bound() {
        return bound;
    }

    /// Sets the bound to what was found of all panes, unless little is left of int64 then.
    ///
    /// @return whether it was set
    boolean restart(long farthest) {
        if (farthest >= Long.MAX_VALUE / 2) {
            return false;
        }
        bound = farthest;
        return true;
    }

    /// Whether a look at all panes may pay where batches add so much.
    boolean pays(long more) {
        return more < Long.MAX_VALUE / 2 / BATCHES;
    }
}
