package io.mullion.state;

import java.util.Arrays;

/// What is due, in order of time, then of group, then of kind: a heap that grows and is used again and again.
///
/// *Thread*: one.
public final class DueOrder {
    private long[] times = new long[64];
    private long[] things = new long[64];
    private int count;

    public boolean isEmpty() {
        return count == 0;
    }

    /// Of the first one.
    public long time() {
        return times[0];
    }

    /// Of the first one.
    public int group() {
        return (int) (things[0] >>> 1);
    }

    /// Of the first one: 0 or 1.
    public int kind() {
        return (int) things[0] & 1;
    }

    public void add(long time, int group, int kind) {
        if (count == times.length) {
            times = Arrays.copyOf(times, count * 2);
            things = Arrays.copyOf(things, count * 2);
        }
        long thing = (long) group << 1 | kind;
        int at = count++;
        while (at > 0) {
            int parent = at - 1 >>> 1;
            if (!before(time, thing, parent)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        times[at] = time;
        things[at] = thing;
    }

    public void removeFirst() {
        count--;
        long time = times[count];
        long thing = things[count];
        int at = 0;
        for (int child = 1; child < count; child = 2 * at + 1) {
            if (child + 1 < count && before(times[child + 1], things[child + 1], child)) {
                child++;
            }
            if (before(time, thing, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        times[at] = time;
        things[at] = thing;
    }

    private boolean before(long time, long thing, int other) {
        return time < times[other] || time == times[other] && thing < things[other];
    }

    private void move(int from, int to) {
        times[to] = times[from];
        things[to] = things[from];
    }
}
