package io.mullion.batch;

import java.time.Duration;

/// Where a stream comes to batch time: its rows go on, its own time ends here.
public final class BatchEntrance implements Operator {
    private final MicroBatches batches;
    private final Operator next;

    /// Adds itself to the streams that are told when a batch ends.
    public BatchEntrance(Duration interval, OperatorContext context, Operator next) {
        this.batches = context.site().batches();
        this.next = next;
        context.batchTimes().interval(interval, context.states());
        batches.add(next);
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        if (batches.done()) {
            // Of no batch: the last one has ended.
            return;
        }
        batches.opened();
        next.process(batch, active, from, to);
    }

    @Override
    public void advance(long time) {}

    @Override
    public void flush() {}
}
