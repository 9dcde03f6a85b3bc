package io.mullion.window;

import java.util.Arrays;

/// Sessions by when to look at them next: coarse buckets of time, each a list that the sessions are linked into.
///
/// A session may be found to have been put off when it is looked at: so one that grows costs nothing here before its
/// old end has come. *Thread*: one.
final class Timers {
    private static final int NONE = -1;

    private final SlotStore sessions;
    /// Length of a bucket in units of time.
    private final long width;

    /// The buckets that have sessions, ascending, and the first session of each.
    private long[] buckets = new long[16];

    private int[] heads = new int[16];
    private int count;

    Timers(SlotStore sessions, long width) {
        this.sessions = sessions;
        this.width = width;
    }

    /// Looks at the session when time has come to `time`, and not when it was to be looked at before.
    void schedule(int slot, long time) {
        cancel(slot);
        long bucket = Math.floorDiv(time, width);
        int at = Arrays.binarySearch(buckets, 0, count, bucket);
        if (at < 0) {
            at = -at - 1;
            insert(at, bucket);
        }
        int head = heads[at];
        sessions.setScheduled(slot, true);
        sessions.setBucket(slot, bucket);
        sessions.setPrevious(slot, NONE);
        sessions.setNext(slot, head);
        if (head != NONE) {
            sessions.setPrevious(head, slot);
        }
        heads[at] = slot;
    }

    void cancel(int slot) {
        if (!sessions.scheduled(slot)) {
            return;
        }
        sessions.setScheduled(slot, false);
        int next = sessions.next(slot);
        int previous = sessions.previous(slot);
        if (next != NONE) {
            sessions.setPrevious(next, previous);
        }
        if (previous != NONE) {
            sessions.setNext(previous, next);
            return;
        }
        int at = Arrays.binarySearch(buckets, 0, count, sessions.bucket(slot));
        heads[at] = next;
        if (next == NONE) {
            remove(at, at + 1);
        }
    }

    /// Takes out all sessions that may have to be looked at by `time`.
    void takeDue(long time, SlotList into) {
        long last = Math.floorDiv(time, width);
        int gone = 0;
        while (gone < count && buckets[gone] <= last) {
            for (int slot = heads[gone]; slot != NONE; slot = sessions.next(slot)) {
                sessions.setScheduled(slot, false);
                into.add(slot);
            }
            gone++;
        }
        remove(0, gone);
    }

    private void insert(int at, long bucket) {
        if (count == buckets.length) {
            buckets = Arrays.copyOf(buckets, count * 2);
            heads = Arrays.copyOf(heads, count * 2);
        }
        System.arraycopy(buckets, at, buckets, at + 1, count - at);
        System.arraycopy(heads, at, heads, at + 1, count - at);
        buckets[at] = bucket;
        heads[at] = NONE;
        count++;
    }

    private void remove(int from, int to) {
        System.arraycopy(buckets, to, buckets, from, count - to);
        System.arraycopy(heads, to, heads, from, count - to);
        count -= to - from;
    }
}
