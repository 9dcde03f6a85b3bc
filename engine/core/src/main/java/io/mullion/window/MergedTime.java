package io.mullion.window;

import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import java.util.Arrays;

/// The time of several streams that become one: the least of theirs, or, where their inputs ask for it, the greatest of
/// those that have not ended. One that is idle does not count; while all are, time stays. *Thread*: the worker.
public final class MergedTime {
    private final long[] times;
    private final boolean[] idle;
    private final boolean greatest;
    private long time = Long.MIN_VALUE;
    /// Whether times were read from a checkpoint.
    private boolean restored;

    /// @param greatest whether the stream that has come furthest counts
    public MergedTime(int streams, boolean greatest) {
        times = new long[streams];
        idle = new boolean[streams];
        this.greatest = greatest;
        Arrays.fill(times, Long.MIN_VALUE);
    }

    /// One of the streams has come to a time.
    ///
    /// @return whether that of all has advanced
    public boolean advance(int stream, long to) {
        times[stream] = to;
        return follow();
    }

    /// One of the streams is idle, or no more.
    ///
    /// @return whether the time of all has advanced
    public boolean idle(int stream, boolean now) {
        idle[stream] = now;
        return follow();
    }

    /// Whether none of the streams counts.
    public boolean allIdle() {
        for (int i = 0; i < times.length; i++) {
            if (counts(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean follow() {
        long before = time;
        time = merged();
        return time > before;
    }

    /// What the time of all would be if one of the streams had come to a time.
    public long timeIf(int stream, long to) {
        long known = times[stream];
        times[stream] = to;
        long merged = merged();
        times[stream] = known;
        return merged;
    }

    private long merged() {
        return allIdle() ? time : Math.max(time, greatest ? greatest() : least());
    }

    /// One that has ended counts, idle or not.
    private boolean counts(int stream) {
        return !idle[stream] || times[stream] == Long.MAX_VALUE;
    }

    /// The time of all.
    public long time() {
        return time;
    }

    /// The time of one of the streams.
    public long time(int stream) {
        return times[stream];
    }

    /// What a checkpoint needs to know. Who is idle says so again in a job that goes on from it.
    public void writeTo(StateWriter out) {
        out.value("time", time);
        for (int stream = 0; stream < times.length; stream++) {
            out.value("time of stream " + stream, times[stream]);
        }
    }

    /// Times are again what they were; where several workers had such streams, the least of what they were.
    public void readFrom(StateReader in) {
        time = least(time, in.value("time"));
        for (int stream = 0; stream < times.length; stream++) {
            times[stream] = least(times[stream], in.value("time of stream " + stream));
        }
        restored = true;
    }

    private long least(long known, long saved) {
        return restored ? Math.min(known, saved) : saved;
    }

    private long least() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < times.length; i++) {
            least = counts(i) ? Math.min(least, times[i]) : least;
        }
        return least;
    }

    private long greatest() {
        long found = Long.MIN_VALUE;
        boolean ended = true;
        for (int i = 0; i < times.length; i++) {
            boolean over = times[i] == Long.MAX_VALUE;
            ended &= over || idle[i];
            found = over ? found : Math.max(found, times[i]);
        }
        return ended ? Long.MAX_VALUE : found;
    }
}
