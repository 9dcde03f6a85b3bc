package io.mullion.batch;

/// Hands on the first rows of each micro-batch.
public final class LimitOperator implements Operator, Stateful {
    private static final String ROWS = "rows";
    private static final String LEFT = "left";

    private final long most;
    private final Operator next;
    private long left;

    public LimitOperator(long rows, OperatorContext context, Operator next) {
        this.most = rows;
        context.states().add("limit", this);
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

    @Override
    public void writeTo(StateWriter out) {
        out.value(ROWS, most);
        out.value(LEFT, left);
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(ROWS, Long.toString(most));
        left = Math.min(left, in.value(LEFT));
    }
}
