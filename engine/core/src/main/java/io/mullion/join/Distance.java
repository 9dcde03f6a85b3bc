package io.mullion.join;

import io.mullion.window.WindowGrid;

/// How far the times of a left and a right row that meet may lie apart.
///
/// @param least the least that the time of the left row is after that of the right one; the least int64: open
/// @param most the most that it is; the greatest int64: open
record Distance(long least, long most) {
    /// The first time of the other side that a row of this side meets.
    long from(int side, long at) {
        return side == JoinOperator.LEFT ? before(at, most) : after(at, least);
    }

    /// The last one.
    long to(int side, long at) {
        return side == JoinOperator.LEFT ? before(at, least) : after(at, most);
    }

    /// Rows of a side with an earlier time meet no row that is yet to come.
    long expiry(int side, long time) {
        if (time == Long.MAX_VALUE || least > most) {
            return Long.MAX_VALUE;
        }
        if (time == Long.MIN_VALUE) {
            return time;
        }
        return side == JoinOperator.LEFT ? after(time, least) : before(time, most);
    }

    /// `time - distance`, where an open distance leads to the end.
    static long before(long time, long distance) {
        if (distance == Long.MIN_VALUE || distance == Long.MAX_VALUE) {
            return distance == Long.MIN_VALUE ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return WindowGrid.saturatedAdd(time, -distance);
    }

    private static long after(long time, long distance) {
        return distance == Long.MIN_VALUE || distance == Long.MAX_VALUE
                ? distance
                : WindowGrid.saturatedAdd(time, distance);
    }
}
