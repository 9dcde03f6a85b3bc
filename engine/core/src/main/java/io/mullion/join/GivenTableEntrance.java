package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.PassingOperator;

/// Takes the left rows of a join with a table that is given: where that was loaded anew it has the join forget the old
/// rows and take the new ones, between two batches of left rows.
///
/// *Thread*: the worker.
final class GivenTableEntrance implements PassingOperator {
    private final GivenTable table;
    private final JoinOperator join;
    private final Operator left;
    private final Operator right;
    private final Operator next;
    /// Of the rows that the join has.
    private long version;

    GivenTableEntrance(GivenTable table, JoinOperator join, Operator left, Operator right, Operator next) {
        this.table = table;
        this.join = join;
        this.left = left;
        this.right = right;
        this.next = next;
        table.addReader();
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        renew();
        left.process(batch, active, from, to);
    }

    /// Left rows are answered at once: time goes on as it comes.
    @Override
    public void advance(long time) {
        if (time == Long.MAX_VALUE) {
            join.forgetRight();
        } else {
            renew();
        }
        next.advance(time);
    }

    private void renew() {
        if (table.version() != version) {
            join.forgetRight();
            version = table.copy(right);
        }
    }

    @Override
    public Operator next() {
        return next;
    }
}
