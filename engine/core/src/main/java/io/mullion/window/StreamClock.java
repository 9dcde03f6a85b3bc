package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.routine.RawMemory;
import java.util.ArrayList;
import java.util.List;

/// The watermark of an event-time input, and the order of rows and watermarks that its operators see.
///
/// W is the least of what the lanes say, and never goes back. It is a function of the rows and not of how they were cut
/// into slices: row i is judged by the rows before it. So rows are handed on in runs: where rows lie behind the W that
/// the rows before them gave, the watermark is advanced first and the run behind it follows. Where no row can be
/// behind, the common case, a slice is one run.
/// *Thread*: the worker. *Units*: the stream's.
public final class StreamClock {
    private final Operator chain;
    private final int timeColumn;
    /// How far rows may be out of order; not used where the watermark is explicit.
    private final long disorder;
    private final List<LaneClock> lanes = new ArrayList<>();
    private long watermark = Long.MIN_VALUE;

    /// @param disorder what a bounded watermark lags behind the greatest event time; 0 where the watermark is explicit
    public StreamClock(Operator chain, int timeColumn, long disorder) {
        this.chain = chain;
        this.timeColumn = timeColumn;
        this.disorder = disorder;
    }

    /// A further lane. It holds the watermark back until it has rows, is idle or is closed.
    public LaneClock addLane() {
        LaneClock lane = new LaneClock();
        lanes.add(lane);
        return lane;
    }

    /// The lane counts no more.
    public void removeLane(LaneClock lane) {
        lanes.remove(lane);
        advance();
    }

    /// The lane had no rows for long, or has some again.
    public void idle(LaneClock lane, boolean idle) {
        lane.holds = !idle;
        if (idle) {
            advance();
        }
    }

    public long watermark() {
        return watermark;
    }

    /// Hands on rows of a lane whose watermark follows from its event times.
    public void rows(LaneClock lane, Batch batch, int from, int to) {
        long times = batch.readable().address(timeColumn, ColumnAddresses.DATA);
        long least = Long.MAX_VALUE;
        long greatest = lane.progress;
        boolean behind = false;
        for (int row = from; row < to; row++) {
            long time = RawMemory.getLong(times + 8L * row);
            // Where the sum leaves int64 the row only seems to be behind, and the runs below find that out.
            behind |= time + disorder < greatest;
            least = Math.min(least, time);
            greatest = Math.max(greatest, time);
        }
        if (!behind && least >= watermark) {
            chain.process(batch, 0, from, to);
            lane.progress = greatest;
        } else {
            runs(lane, leastOfOthers(lane), times, batch, from, to);
        }
        advance();
    }

    /// Hands on rows of a lane whose producer states watermarks.
    ///
    /// @param stated address of the watermark stated before each row, by row number
    public void rows(LaneClock lane, Batch batch, long stated, int from, int to) {
        long others = leastOfOthers(lane);
        int start = from;
        while (start < to) {
            lane.progress = Math.max(lane.progress, RawMemory.getLong(stated + 8L * start));
            advanceTo(Math.min(others, lane.progress));
            int end = start + 1;
            // Statements only grow, so one look at the last row says whether there is another one in between.
            if (RawMemory.getLong(stated + 8L * (to - 1)) == RawMemory.getLong(stated + 8L * start)) {
                end = to;
            }
            while (end < to && RawMemory.getLong(stated + 8L * end) <= lane.progress) {
                end++;
            }
            chain.process(batch, 0, start, end);
            start = end;
        }
    }

    /// The producer of a lane stated a watermark after its rows.
    public void stated(LaneClock lane, long time) {
        if (time > lane.progress) {
            lane.progress = time;
            advance();
        }
    }

    /// The input has ended.
    public void end() {
        advanceTo(Long.MAX_VALUE);
    }

    private void runs(LaneClock lane, long others, long times, Batch batch, int from, int to) {
        int start = from;
        int row = from;
        while (row < to) {
            long now = judged(others, lane.progress);
            long time = RawMemory.getLong(times + 8L * row);
            if (time >= now) {
                lane.progress = Math.max(lane.progress, time);
                row++;
                continue;
            }
            if (start < row) {
                chain.process(batch, 0, start, row);
            }
            advanceTo(now);
            start = row;
            // Rows behind W cannot raise it, so it holds for all of the run.
            while (row < to && RawMemory.getLong(times + 8L * row) < now) {
                lane.progress = Math.max(lane.progress, RawMemory.getLong(times + 8L * row));
                row++;
            }
            chain.process(batch, 0, start, row);
            start = row;
        }
        if (start < to) {
            chain.process(batch, 0, start, to);
        }
    }

    /// W if the lane has come to `progress` and the others do not change.
    private long judged(long others, long progress) {
        return Math.max(watermark, Math.min(others, lag(progress)));
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

    private void advance() {
        // Without a lane that holds it nothing is known, and W stays.
        for (int i = 0; i < lanes.size(); i++) {
            if (lanes.get(i).holds) {
                advanceTo(leastOfOthers(null));
                return;
            }
        }
    }

    private void advanceTo(long time) {
        if (time > watermark) {
            watermark = time;
            chain.advance(time);
        }
    }
}
