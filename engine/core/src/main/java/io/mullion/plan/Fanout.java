package io.mullion.plan;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.Selection;
import java.util.List;

/// A stream that more than one step reads: each gets the same rows, one after the other.
final class Fanout implements Operator {
    private final List<Operator> branches;
    /// What time was before each row, where a branch asks: told in ascending order, and so noted for all branches.
    private RowWatermarks before;

    private boolean asked;
    private long[] watermarks = {};

    Fanout(List<Operator> branches) {
        this.branches = branches;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        if (asked) {
            note(batch, active, from, to);
        }
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).process(batch, active, from, to);
        }
    }

    private void note(Batch batch, long active, int from, int to) {
        if (watermarks.length < batch.capacity()) {
            watermarks = new long[batch.capacity()];
        }
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            watermarks[row] = before.before(row);
        }
    }

    @Override
    public void advance(long time) {
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).advance(time);
        }
    }

    @Override
    public boolean exactAtWatermark() {
        return branches.stream().anyMatch(Operator::exactAtWatermark);
    }

    @Override
    public boolean asks(RowWatermarks before) {
        this.before = before;
        asked = false;
        for (Operator branch : branches) {
            asked |= branch.asks(this::noted);
        }
        return asked;
    }

    private long noted(int row) {
        return watermarks[row];
    }

    @Override
    public void idle(boolean idle) {
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).idle(idle);
        }
    }

    @Override
    public void flush() {
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).flush();
        }
    }
}
