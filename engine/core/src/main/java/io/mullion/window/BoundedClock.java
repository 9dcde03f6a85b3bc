package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.OrderKernel;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.RawMemory;

/// W follows the event times of the rows at a distance.
///
/// It is a function of the rows and not of how they were cut into slices: row i is judged by the rows before it. So
/// rows are handed on in runs: where rows lie behind the W that the rows before them gave, the watermark is advanced
/// first and the run behind it follows. Where no row can be behind, the common case, a slice is one run.
public final class BoundedClock extends StreamClock {
    private final int timeColumn;
    private final long disorder;
    private final OrderKernel order;
    /// Whether rows at W must find time advanced, and not only those behind it.
    private final boolean exact;
    /// The unit of the stream if W goes on with the engine's clock while no lane holds it, else null.
    private final TimeUnit idleUnit;

    /// The rows before `asked` of the slice at hand had brought its lane to `askedProgress`.
    private int asked;

    private long askedProgress;
    private long askedOthers;
    private long askedTimes;

    private long greatest;
    private boolean idle;
    private long idleSinceNanos;
    private long idleWatermark;

    /// @param disorder what W lags behind the greatest event time
    /// @param idleUnit the unit of the stream if W goes on while all lanes are idle or gone, else null
    /// @param order whether times come in order
    public BoundedClock(
            Operator chain, Turn turn, int timeColumn, long disorder, TimeUnit idleUnit, OrderKernel order) {
        super(chain, turn);
        this.timeColumn = timeColumn;
        this.disorder = disorder;
        this.order = order;
        chain.asks(this::before);
        exact = chain.exactAtWatermark();
        this.idleUnit = idleUnit;
    }

    @Override
    public int rows(LaneClock lane, Batch batch, long stated, int from, int to) {
        long times = batch.readable().address(timeColumn, ColumnAddresses.DATA);
        asked = from;
        askedProgress = lane.progress;
        askedOthers = leastOfOthers(lane);
        askedTimes = times;
        if (noneBehind(lane, times, from, to)) {
            chain.process(batch, 0, from, to);
            lane.progress = Math.max(lane.progress, greatest);
        } else {
            int end = runs(lane, askedOthers, times, batch, from, to);
            if (end < to) {
                return end;
            }
        }
        lanesChanged();
        return to;
    }

    /// Whether no row is behind the W of the rows before it; then [#greatest] is the greatest time of the rows.
    private boolean noneBehind(LaneClock lane, long times, int from, int to) {
        // Rows mostly come in order of time: then the first and the last of them say what else takes a least and a
        // greatest
        // of all, which are chains of dependent operations.
        if (!exact && order.ascending(times, from, to)) {
            long first = RawMemory.getLong(times + 8L * from);
            greatest = RawMemory.getLong(times + 8L * (to - 1));
            return !before(first + disorder, lane.progress) && !before(first, watermark());
        }
        long least = Long.MAX_VALUE;
        long greatest = lane.progress;
        boolean behind = false;
        for (int row = from; row < to; row++) {
            long time = RawMemory.getLong(times + 8L * row);
            // Where the sum leaves int64 the row only seems to be behind, and the runs below find that out.
            behind |= before(time + disorder, greatest);
            least = Math.min(least, time);
            greatest = Math.max(greatest, time);
        }
        this.greatest = greatest;
        return !behind && !before(least, watermark());
    }

    @Override
    public boolean tick(long nowNanos) {
        if (idleUnit == null || watermark() == Long.MIN_VALUE || held()) {
            idle = false;
            return false;
        }
        if (!idle) {
            idle = true;
            idleSinceNanos = nowNanos;
            idleWatermark = watermark();
            return false;
        }
        long before = watermark();
        advanceTo(WindowGrid.saturatedAdd(idleWatermark, idleUnit.fromNanos(nowNanos - idleSinceNanos)));
        return watermark() > before;
    }

    @Override
    void lanesChanged() {
        // Without a lane that holds it nothing is known, and W stays.
        if (held()) {
            advanceTo(leastOfOthers(null));
        }
    }

    private int runs(LaneClock lane, long others, long times, Batch batch, int from, int to) {
        int start = from;
        int row = from;
        while (row < to) {
            long now = judged(others, lane.progress);
            long time = RawMemory.getLong(times + 8L * row);
            if (!before(time, now)) {
                lane.progress = Math.max(lane.progress, time);
                row++;
                continue;
            }
            if (start < row) {
                chain.process(batch, 0, start, row);
            }
            advanceTo(now);
            start = row;
            if (turn.suspended()) {
                return row;
            }
            // Rows up to W cannot raise it, so it holds for all of the run.
            while (row < to && before(RawMemory.getLong(times + 8L * row), now)) {
                lane.progress = Math.max(lane.progress, RawMemory.getLong(times + 8L * row));
                row++;
            }
            chain.process(batch, 0, start, row);
            start = row;
        }
        if (start < to) {
            chain.process(batch, 0, start, to);
        }
        return to;
    }

    /// W before a row of the slice at hand.
    private long before(int row) {
        for (; asked < row; asked++) {
            askedProgress = Math.max(askedProgress, RawMemory.getLong(askedTimes + 8L * asked));
        }
        return judged(askedOthers, askedProgress);
    }

    /// Whether a row must find time advanced to W.
    private boolean before(long time, long watermark) {
        return time < watermark || exact && time == watermark;
    }

    /// W if the lane has come to `progress` and the others do not change.
    private long judged(long others, long progress) {
        return Math.max(watermark(), Math.min(others, lag(progress)));
    }

    private long lag(long progress) {
        return progress == Long.MIN_VALUE ? progress : WindowGrid.saturatedAdd(progress, -disorder);
    }

    private long leastOfOthers(LaneClock lane) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < lanes.size(); i++) {
            LaneClock other = lanes.get(i);
            if (other != lane && other.holds) {
                least = Math.min(least, lag(other.progress));
            }
        }
        return least;
    }
}
