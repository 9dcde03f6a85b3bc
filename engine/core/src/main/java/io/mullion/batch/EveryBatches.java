package io.mullion.batch;

/// Behind an operator that hands rows on for every so many batches only: there these are one batch.
public final class EveryBatches implements Operator {
    private final long interval;
    private final Operator next;

    /// @param interval of what follows, in the unit of [MicroBatches]
    public EveryBatches(long interval, Operator next) {
        this.interval = interval;
        this.next = next;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        next.process(batch, active, from, to);
    }

    @Override
    public void advance(long time) {
        if (time % interval == 0) {
            next.advance(time);
        }
    }

    @Override
    public void flush() {
        next.flush();
    }
}
