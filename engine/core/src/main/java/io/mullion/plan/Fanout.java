package io.mullion.plan;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import java.util.List;

/// A stream that more than one step reads: each gets the same rows, one after the other.
record Fanout(List<Operator> branches) implements Operator {
    @Override
    public void process(Batch batch, long active, int from, int to) {
        for (Operator branch : branches) {
            branch.process(batch, active, from, to);
        }
    }

    @Override
    public void advance(long time) {
        for (Operator branch : branches) {
            branch.advance(time);
        }
    }

    @Override
    public void flush() {
        for (Operator branch : branches) {
            branch.flush();
        }
    }
}
