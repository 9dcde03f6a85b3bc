package io.mullion.plan;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import java.util.List;

/// A stream that more than one step reads: each gets the same rows, one after the other.
record Fanout(List<Operator> branches) implements Operator {
    @Override
    public void process(Batch batch, long active, int from, int to) {
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).process(batch, active, from, to);
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
