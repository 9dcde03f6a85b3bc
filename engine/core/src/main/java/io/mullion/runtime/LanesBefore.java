package io.mullion.runtime;

import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.window.StreamClock;

/// What a checkpoint has of the lanes of an input with event time, of all workers together.
///
/// *Thread*: that which starts the job; what writes, the worker.
final class LanesBefore {
    private static final String LANES = "lanes";
    private static final String PROGRESS = "progress";
    private static final String HELD = "held";
    private static final String FED = "fed";

    /// The greatest that any of those workers has known which had no lanes.
    private long progress = Long.MIN_VALUE;
    /// The least of those that had lanes.
    private long progressOfLanes = Long.MAX_VALUE;

    private boolean fed;
    private boolean held;

    /// @param progress what lanes that come begin with at least
    /// @param fed whether there has been a lane
    static void write(StateWriter out, int lanes, StreamClock clock, long progress, boolean fed) {
        out.value(LANES, lanes);
        out.value(PROGRESS, clock.progress(progress));
        out.value(HELD, clock.held() ? 1 : 0);
        out.value(FED, fed ? 1 : 0);
    }

    void readFrom(StateReader in) {
        if (in.value(LANES, 1) > 0) {
            progressOfLanes = Math.min(progressOfLanes, in.value(PROGRESS));
        } else {
            progress = Math.max(progress, in.value(PROGRESS));
        }
        held |= in.value(HELD, 1) == 1;
        fed |= in.value(FED, 0) == 1;
    }

    /// What lanes that come begin with.
    long progress() {
        return progressOfLanes < Long.MAX_VALUE ? progressOfLanes : progress;
    }

    /// Whether there had been lanes, and none held time back any more. Where one did, time waits for that which comes
    /// in its place.
    boolean gone() {
        return fed && !held;
    }
}
