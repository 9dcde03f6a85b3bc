package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.PassingOperator;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.routine.RawMemory;

/// Says what time was before a result of windows that fire once: the last moment of its window.
///
/// One advance of time may end many windows, or each of them has one of its own: that depends on how rows were cut. Who
/// has a row of a window knows in either case that time has come to its end, and that it had not come further before
/// the row. *Thread*: the worker.
public final class ResultTimes implements PassingOperator {
    private final int endColumn;
    private final Operator next;
    /// Ends of the windows of the rows at hand.
    private long ends;

    private ResultTimes(int endColumn, Operator next) {
        this.endColumn = endColumn;
        this.next = next;
    }

    /// @param endColumn with the ends of windows
    /// @param next takes the results
    /// @return what takes them: the same operator if it does not ask
    public static Operator of(int endColumn, Operator next) {
        ResultTimes times = new ResultTimes(endColumn, next);
        return next.asks(times::before) ? times : next;
    }

    private long before(int row) {
        return RawMemory.getLong(ends + 8L * row) - 1;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        ends = batch.readable().address(endColumn, ColumnAddresses.DATA);
        next.process(batch, active, from, to);
    }

    @Override
    public Operator next() {
        return next;
    }
}
