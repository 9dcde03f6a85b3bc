package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import io.mullion.routine.RawMemory;

/// W is the least of what the producers have stated. Rows are judged by what was stated before them: a slice is cut
/// where a statement stands between two rows.
public final class ExplicitClock extends StreamClock {
    public ExplicitClock(Operator chain, Turn turn) {
        super(chain, turn);
    }

    @Override
    public int rows(LaneClock lane, Batch batch, long stated, int from, int to) {
        long others = leastOfOthers(lane);
        int start = from;
        while (start < to) {
            lane.progress = Math.max(lane.progress, RawMemory.getLong(stated + 8L * start));
            advanceTo(Math.min(others, lane.progress));
            if (turn.suspended()) {
                return start;
            }
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
        return to;
    }

    @Override
    public void stated(LaneClock lane, long time) {
        if (time > lane.progress) {
            lane.progress = time;
            lanesChanged();
        }
    }

    @Override
    void lanesChanged() {
        // Without a lane that holds it nothing is known, and W stays.
        if (held()) {
            advanceTo(leastOfOthers(null));
        }
    }

    private long leastOfOthers(LaneClock lane) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < lanes.size(); i++) {
            LaneClock other = lanes.get(i);
            if (other != lane && other.holds) {
                least = Math.min(least, other.progress);
            }
        }
        return least;
    }
}
