package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Turn;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.routine.RawMemory;

/// W advances between micro-batches only: the rows that were taken within one interval of the engine's clock, counted
/// from the first tick, are judged by what the batches before gave. W starts at 0.
///
/// Without an interval all the input is one batch, and W is unknown until its end.
/// *Source*: Spark Structured Streaming, whose micro-batches judge rows so.
public final class BatchClock extends StreamClock {
    private final int timeColumn;
    private final long disorder;
    /// Length of a batch, or 0 if the input is one.
    private final long intervalNanos;

    private final boolean takesGreatest;
    private boolean started;
    private long batchEndNanos;
    /// The greatest progress of any lane, gone or not.
    private long greatest = Long.MIN_VALUE;

    /// @param intervalNanos length of a batch, or 0 if the input is one
    /// @param takesGreatest whether the greatest of what the lanes say counts, and not the least
    public BatchClock(
            Operator chain, Turn turn, int timeColumn, long disorder, long intervalNanos, boolean takesGreatest) {
        super(chain, turn);
        this.timeColumn = timeColumn;
        this.disorder = disorder;
        this.intervalNanos = intervalNanos;
        this.takesGreatest = takesGreatest;
    }

    @Override
    public int rows(LaneClock lane, Batch batch, long stated, int from, int to) {
        long times = batch.readable().address(timeColumn, ColumnAddresses.DATA);
        long latest = lane.progress;
        for (int row = from; row < to; row++) {
            latest = Math.max(latest, RawMemory.getLong(times + 8L * row));
        }
        lane.progress = latest;
        greatest = Math.max(greatest, latest);
        chain.process(batch, 0, from, to);
        return to;
    }

    @Override
    public boolean tick(long nowNanos) {
        if (intervalNanos == 0) {
            return false;
        }
        if (!started) {
            started = true;
            batchEndNanos = nowNanos + intervalNanos;
            advanceTo(0);
            return true;
        }
        if (nowNanos < batchEndNanos) {
            return false;
        }
        // Intervals that passed without a tick had no rows.
        batchEndNanos += ((nowNanos - batchEndNanos) / intervalNanos + 1) * intervalNanos;
        long before = watermark();
        endBatch();
        return watermark() > before;
    }

    /// What is left of a lane counts at the end of the batch.
    @Override
    void lanesChanged() {}

    @Override
    public void writeTo(StateWriter out, long told) {
        super.writeTo(out, told);
        out.value("greatest", greatest);
        out.value("started", started ? 1 : 0);
        out.value("batch end", batchEndNanos);
    }

    @Override
    public void readFrom(StateReader in) {
        super.readFrom(in);
        greatest = Math.max(greatest, in.value("greatest"));
        if (in.value("started") == 1) {
            batchEndNanos = started ? Math.max(batchEndNanos, in.value("batch end")) : in.value("batch end");
            started = true;
        }
    }

    private void endBatch() {
        long progress = takesGreatest || !held() ? greatest : least();
        if (progress != Long.MIN_VALUE) {
            advanceTo(WindowGrid.saturatedAdd(progress, -disorder));
        }
    }

    private long least() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < lanes.size(); i++) {
            LaneClock lane = lanes.get(i);
            if (lane.holds) {
                least = Math.min(least, lane.progress);
            }
        }
        return least;
    }
}
