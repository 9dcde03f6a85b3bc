package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Turn;
import java.util.ArrayList;
import java.util.List;

/// The watermark of an event-time input, and the order of rows and watermarks that its operators see.
///
/// W is made of what the lanes say, and never goes back. *Thread*: the worker. *Units*: the stream's.
public abstract sealed class StreamClock permits BoundedClock, ExplicitClock, BatchClock {
    final Operator chain;
    final Turn turn;
    final List<LaneClock> lanes = new ArrayList<>();
    private long watermark = Long.MIN_VALUE;

    /// @param turn of the worker: an advance may take more than one
    StreamClock(Operator chain, Turn turn) {
        this.chain = chain;
        this.turn = turn;
    }

    public final LaneClock addLane() {
        return addLane(Long.MIN_VALUE);
    }

    /// A further lane. It holds the watermark back until it has rows, is idle or is closed.
    ///
    /// @param progress what it had come to when a checkpoint was taken; the least int64 for one that is new
    public final LaneClock addLane(long progress) {
        LaneClock lane = new LaneClock();
        lane.progress = progress;
        lanes.add(lane);
        return lane;
    }

    /// The lane counts no more.
    public void removeLane(LaneClock lane) {
        lanes.remove(lane);
        lanesChanged();
    }

    /// The lane had no rows for long, or has some again.
    public void idle(LaneClock lane, boolean idle) {
        lane.holds = !idle;
        if (idle) {
            lanesChanged();
        }
    }

    public final long watermark() {
        return watermark;
    }

    /// Hands on rows of a lane.
    ///
    /// @param stated address of the watermark stated before each row, by row number; 0 where none are
    /// @return the row before which an operator was suspended: from there they are handed on later; `to` if all were
    public abstract int rows(LaneClock lane, Batch batch, long stated, int from, int to);

    /// The producer of a lane stated a watermark after its rows. Only where watermarks are explicit.
    public void stated(LaneClock lane, long time) {}

    /// The engine's clock has come to this, and the rows that are handed on next were taken then.
    ///
    /// @return whether the watermark advanced
    public boolean tick(long nowNanos) {
        return false;
    }

    /// The least that a lane has come to.
    ///
    /// @param otherwise where there is none
    public final long progress(long otherwise) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < lanes.size(); i++) {
            least = Math.min(least, lanes.get(i).progress);
        }
        return lanes.isEmpty() ? otherwise : least;
    }

    /// What a checkpoint needs to know.
    ///
    /// @param told W as it is for those who have state
    public void writeTo(StateWriter out, long told) {
        out.value("watermark", told);
    }

    /// W is again what it was, for each of the workers that wrote; lanes are added later.
    public void readFrom(StateReader in) {
        watermark = Math.max(watermark, in.value("watermark"));
    }

    /// The input has ended.
    public final void end() {
        advanceTo(Long.MAX_VALUE);
    }

    /// A lane holds the watermark no more.
    abstract void lanesChanged();

    final void advanceTo(long time) {
        if (time > watermark) {
            watermark = time;
            chain.advance(time);
        }
    }

    /// Whether there is a lane that says something about the watermark.
    public final boolean held() {
        for (int i = 0; i < lanes.size(); i++) {
            if (lanes.get(i).holds) {
                return true;
            }
        }
        return false;
    }
}
