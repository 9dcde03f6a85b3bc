package io.mullion.exchange;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
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
        if (split == null) {
            outlets.get(only).rows(batch, active, from, to);
        } else {
            long rows = split.deal(batch, active, from, to);
            for (int part = 0; part < outlets.size(); part++) {
                int start = split.start(part);
                int end = split.start(part + 1);
                if (start < end) {
                    outlets.get(part).rows(batch, rows, start, end);
                }
            }
        }
        if (clogged()) {
            turn.end();
        }
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
