package io.mullion.batch;

/// Hands on the first rows of each micro-batch.
public final class LimitOperator implements Operator {
    private final long most;
    private final Operator next;
    private long left;

    public LimitOperator(long rows, Operator next) {
        this.most = rows;
        this.next = next;
        left = rows;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        int taken = (int) Math.min(left, to - from);
        if (taken > 0) {
            left -= taken;
            next.process(batch, active, from, from + taken);
        }
    }

    @Override
    public void advance(long time) {
        left = most;
        next.advance(time);
    }

    @Override
    public void flush() {
        next.flush();
    }
}
