package io.mullion.state;

import io.mullion.codegen.KeyLayout;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;

/// A time for each group at which something is due, or none, and which of them time has come to.
///
/// A time that is put off costs nothing but its write: of each block of 64 groups it is known only before what time
/// none of them is due, of each 64 blocks the least of that, and so on. Where time passes such a bound the block is
/// looked at, and has a better bound then.
/// *Ownership*: owns its memory. *Thread*: the worker.
public final class DueTimes implements AutoCloseable {
    /// Nothing is due.
    public static final long NONE = Long.MAX_VALUE;

    private static final int LEVELS = 3;
    /// So many of a level, as a power of two, have one bound above them.
    private static final int FAN_SHIFT = 6;

    /// Takes what is due.
    @FunctionalInterface
    public interface Taker {
        void take(long time, int group);
    }

    private final GroupArray times;
    private final OffHeapArray[] levels = new OffHeapArray[LEVELS];
    private final int[] counts = new int[LEVELS];
    /// None is due before.
    private long least = NONE;

    public DueTimes(MemoryAccount account) {
        times = new GroupArray(account, Long.BYTES, (byte) 0);
        for (int level = 0; level < LEVELS; level++) {
            levels[level] = new OffHeapArray(account);
        }
    }

    /// Before this time none is due.
    public long least() {
        return least;
    }

    /// When a group is due, or [#NONE].
    public long at(int group) {
        return group < times.capacity() ? RawMemory.getLong(times.at(group)) : NONE;
    }

    /// A group is due at a time and at no other, or not at all.
    public void put(int group, long time) {
        if (group >= times.capacity()) {
            if (time == NONE) {
                return;
            }
            lengthen(group + 1);
        }
        RawMemory.putLong(times.at(group), time);
        int block = group;
        for (int level = 0; level < LEVELS; level++) {
            block >>>= FAN_SHIFT;
            if (bound(level, block) <= time) {
                // And so are those above.
                return;
            }
            setBound(level, block, time);
        }
        least = Math.min(least, time);
    }

    /// Hands on all groups that are due at `time` or before, in no order. They stay due until they are put anew.
    public void take(long time, Taker taker) {
        // What is never due is not due at the end of time either.
        long last = Math.min(time, NONE - 1);
        if (least > last) {
            return;
        }
        long found = NONE;
        for (int block = 0; block < counts[LEVELS - 1]; block++) {
            found = Math.min(found, sweep(LEVELS - 1, block, last, taker));
        }
        least = found;
    }

    /// @return the bound of a block, a new one if it had been passed
    private long sweep(int level, int block, long time, Taker taker) {
        long bound = bound(level, block);
        if (bound > time) {
            return bound;
        }
        bound = level == 0 ? look(block, time, taker) : sweepBelow(level - 1, block, time, taker);
        setBound(level, block, bound);
        return bound;
    }

    private long sweepBelow(int below, int block, long time, Taker taker) {
        int end = Math.min(counts[below], block + 1 << FAN_SHIFT);
        long found = NONE;
        for (int child = block << FAN_SHIFT; child < end; child++) {
            found = Math.min(found, sweep(below, child, time, taker));
        }
        return found;
    }

    /// Looks at the groups of a block, which lie side by side.
    private long look(int block, long time, Taker taker) {
        int first = block << FAN_SHIFT;
        long at = times.at(first);
        long found = NONE;
        for (int i = 0; i < 1 << FAN_SHIFT; i++) {
            long due = RawMemory.getLong(at + 8L * i);
            if (due <= time) {
                taker.take(due, first + i);
            }
            found = Math.min(found, due);
        }
        return found;
    }

    /// Gives back room for groups from `count` on, none of which is due.
    public void trim(int count) {
        times.trim(count);
        int blocks = times.capacity();
        for (int level = 0; level < LEVELS; level++) {
            blocks = blocks + (1 << FAN_SHIFT) - 1 >>> FAN_SHIFT;
            counts[level] = Math.min(counts[level], blocks);
        }
    }

    private void lengthen(int count) {
        int from = times.capacity();
        times.ensure(count);
        for (int group = from; group < times.capacity(); group += KeyLayout.KEYS_PER_PAGE) {
            long page = times.at(group);
            for (int i = 0; i < KeyLayout.KEYS_PER_PAGE; i++) {
                RawMemory.putLong(page + 8L * i, NONE);
            }
        }
        int blocks = times.capacity();
        for (int level = 0; level < LEVELS; level++) {
            blocks = blocks + (1 << FAN_SHIFT) - 1 >>> FAN_SHIFT;
            levels[level].ensure(8L * blocks);
            for (; counts[level] < blocks; counts[level]++) {
                setBound(level, counts[level], NONE);
            }
        }
    }

    private long bound(int level, int block) {
        return RawMemory.getLong(levels[level].address() + 8L * block);
    }

    private void setBound(int level, int block, long time) {
        RawMemory.putLong(levels[level].address() + 8L * block, time);
    }

    @Override
    public void close() {
        times.close();
        for (OffHeapArray level : levels) {
            level.close();
        }
    }
}
