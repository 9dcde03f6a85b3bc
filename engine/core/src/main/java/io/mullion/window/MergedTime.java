package io.mullion.window;

import java.util.Arrays;

/// The time of several streams that become one: the least of theirs, or, where their inputs ask for it, the greatest of
/// those that have not ended. *Thread*: the worker.
public final class MergedTime {
    private final long[] times;
    private final boolean greatest;
    private long time = Long.MIN_VALUE;

    /// @param greatest whether the stream that has come furthest counts
    public MergedTime(int streams, boolean greatest) {
        times = new long[streams];
        this.greatest = greatest;
        Arrays.fill(times, Long.MIN_VALUE);
    }

    /// One of the streams has come to a time.
    ///
    /// @return whether that of all has advanced
    public boolean advance(int stream, long to) {
        times[stream] = to;
        long merged = greatest ? greatest() : least();
        boolean advanced = merged > time;
        time = Math.max(time, merged);
        return advanced;
    }

    /// The time of all.
    public long time() {
        return time;
    }

    private long least() {
        long least = Long.MAX_VALUE;
        for (long each : times) {
            least = Math.min(least, each);
        }
        return least;
    }

    private long greatest() {
        long found = Long.MIN_VALUE;
        boolean ended = true;
        for (long each : times) {
            ended &= each == Long.MAX_VALUE;
            found = each == Long.MAX_VALUE ? found : Math.max(found, each);
        }
        return ended ? Long.MAX_VALUE : found;
    }
}
