package io.mullion.window;

import io.mullion.routine.RawMemory;

/// Whether rows come in order of time, as they mostly do: then the first and the last of them say what else takes a
/// least and a greatest of all, which are chains of dependent operations.
///
/// *Thread*: any.
final class TimeOrder {
    private TimeOrder() {}

    /// Whether no time of the rows [from, to) is less than the one before it.
    ///
    /// @param times address of the event times by row number
    static boolean ascending(long times, int from, int to) {
        boolean descends = false;
        long previous = from < to ? RawMemory.getLong(times + 8L * from) : 0;
        for (int row = from + 1; row < to; row++) {
            long time = RawMemory.getLong(times + 8L * row);
            descends |= time < previous;
            previous = time;
        }
        return !descends;
    }

    /// The first of the rows [from, to), which are in order, that is later than `time`; `to` if none is.
    static int firstAfter(long times, long time, int from, int to) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (RawMemory.getLong(times + 8L * middle) > time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
