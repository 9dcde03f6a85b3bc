package io.mullion.exchange;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.Selection;
import io.mullion.batch.Turn;
import java.util.List;

/// The end of a segment: copies rows into shipments to those workers that go on with them, and tells all of them how
/// far time has come.
///
/// It never waits. Where a queue is full it keeps what it is given and ends the turn, so that no more comes than what
/// is under way. *Thread*: the sending worker.
final class SendOperator implements Operator {
    private final Exchange exchange;
    private final List<Outlet> outlets;
    /// Null where all rows go to [#only].
    private final Split split;

    private final int only;
    private final Turn turn;
    /// Null unless the receivers ask, and it is known here.
    private RowWatermarks before;

    private long[] watermarks = {};

    /// @param split null if all rows go the same way
    /// @param only number of the outlet that takes them then
    SendOperator(Exchange exchange, List<Outlet> outlets, Split split, int only, Turn turn) {
        this.exchange = exchange;
        this.outlets = outlets;
        this.split = split;
        this.only = only;
        this.turn = turn;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        long[] known = before == null ? null : watermarks(batch, active, from, to);
        if (split == null) {
            outlets.get(only).rows(batch, active, from, to, known);
        } else {
            long rows = split.deal(batch, active, from, to);
            for (int part = 0; part < outlets.size(); part++) {
                int start = split.start(part);
                int end = split.start(part + 1);
                if (start < end) {
                    outlets.get(part).rows(batch, rows, start, end, known);
                }
            }
        }
        if (clogged()) {
            turn.end();
        }
    }

    /// What time was before each of the rows, by their numbers.
    private long[] watermarks(Batch batch, long active, int from, int to) {
        if (watermarks.length < batch.capacity()) {
            watermarks = new long[batch.capacity()];
        }
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            watermarks[row] = before.before(row);
        }
        return watermarks;
    }

    @Override
    public void advance(long time) {
        for (int i = 0; i < outlets.size(); i++) {
            outlets.get(i).advance(time);
        }
    }

    @Override
    public boolean exactAtWatermark() {
        return exchange.exactAtWatermark();
    }

    @Override
    public boolean asks(RowWatermarks before) {
        if (!exchange.asked()) {
            return false;
        }
        this.before = before;
        return true;
    }

    @Override
    public void idle(boolean idle) {
        for (int i = 0; i < outlets.size(); i++) {
            outlets.get(i).idle(idle);
        }
    }

    /// The segment has come to its end.
    void end() {
        for (int i = 0; i < outlets.size(); i++) {
            outlets.get(i).end();
        }
    }

    @Override
    public void flush() {
        for (int i = 0; i < outlets.size(); i++) {
            outlets.get(i).flush();
        }
    }

    /// @return whether rows were sent
    boolean ship() {
        boolean rows = false;
        for (int i = 0; i < outlets.size(); i++) {
            rows |= outlets.get(i).ship();
        }
        return rows;
    }

    long sent() {
        long sent = 0;
        for (int i = 0; i < outlets.size(); i++) {
            sent += outlets.get(i).sent();
        }
        return sent;
    }

    boolean clogged() {
        for (int i = 0; i < outlets.size(); i++) {
            if (outlets.get(i).clogged()) {
                return true;
            }
        }
        return false;
    }

    boolean shipped() {
        for (int i = 0; i < outlets.size(); i++) {
            if (!outlets.get(i).shipped()) {
                return false;
            }
        }
        return true;
    }
}
