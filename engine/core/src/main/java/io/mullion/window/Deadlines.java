package io.mullion.window;

import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.window.SlotStore.State;

/// Finds the sessions that have to be looked at when time has come to somewhere.
///
/// A session that grows costs nothing here: it is known of each block of slots only before what time none of its
/// sessions is due, of each block of blocks the least of that, and so on. Where time passes such a bound the block is
/// looked at, and has a better bound then.
/// *Shape*: level 0 has a bound for each [SlotStore#BLOCK] slots, each further one for 64 of the level below.
/// *Ownership*: owns its bounds, borrows the sessions. *Thread*: the worker.
final class Deadlines implements AutoCloseable {
    private static final int LEVELS = 3;
    /// So many blocks, as a power of two, make one of the next level.
    private static final int FAN_SHIFT = 6;

    private static final int BLOCK_SHIFT = Integer.numberOfTrailingZeros(SlotStore.BLOCK);

    private final SlotStore sessions;
    private final long lateness;
    private final OffHeapArray[] levels = new OffHeapArray[LEVELS];
    private final int[] counts = new int[LEVELS];

    /// @param lateness how long sessions are held after their ends
    Deadlines(SlotStore sessions, long lateness, MemoryAccount account) {
        this.sessions = sessions;
        this.lateness = lateness;
        for (int level = 0; level < LEVELS; level++) {
            levels[level] = new OffHeapArray(account);
        }
    }

    /// A session, new or other than before, is due at `time` or later.
    void put(int slot, long time) {
        int block = slot >>> BLOCK_SHIFT;
        for (int level = 0; level < LEVELS; level++, block >>>= FAN_SHIFT) {
            if (block >= counts[level]) {
                lengthen(level, block + 1);
            } else if (bound(level, block) <= time) {
                // And so are those above.
                return;
            }
            setBound(level, block, time);
        }
    }

    /// Lists the sessions that end by `time` and have not fired, and those that are held no longer.
    void takeDue(long time, SlotList into) {
        for (int block = 0; block < counts[LEVELS - 1]; block++) {
            if (bound(LEVELS - 1, block) <= time) {
                setBound(LEVELS - 1, block, sweep(LEVELS - 1, block, time, into));
            }
        }
    }

    /// Looks at the blocks of a block that may have sessions that are due.
    ///
    /// @return its new bound
    private long sweep(int level, int block, long time, SlotList into) {
        int below = level - 1;
        long bounds = levels[below].address();
        int end = Math.min(counts[below], block + 1 << FAN_SHIFT);
        long least = Long.MAX_VALUE;
        for (int child = block << FAN_SHIFT; child < end; child++) {
            long bound = RawMemory.getLong(bounds + 8L * child);
            if (bound <= time) {
                bound = below == 0 ? look(child, time, into) : sweep(below, child, time, into);
                RawMemory.putLong(bounds + 8L * child, bound);
            }
            least = Math.min(least, bound);
        }
        return least;
    }

    /// Looks at a block of sessions, none of which mostly is due: they have grown.
    private long look(int block, long time, SlotList into) {
        long least = SlotStore.leastEnd(sessions.ends(), block);
        return least > time ? least : take(block, time, into);
    }

    private long take(int block, long time, SlotList into) {
        long ends = sessions.ends();
        long least = Long.MAX_VALUE;
        int first = block << BLOCK_SHIFT;
        int end = Math.min(sessions.slotCount(), first + SlotStore.BLOCK);
        for (int slot = first; slot < end; slot++) {
            long due = RawMemory.getLong(ends + 8L * slot);
            if (due <= time) {
                State state = sessions.state(slot);
                due = state == State.FIRED ? WindowGrid.saturatedAdd(due, lateness) : due;
                if (due <= time && state != State.FREE) {
                    into.add(slot);
                    continue;
                }
            }
            least = Math.min(least, due);
        }
        return least;
    }

    private void lengthen(int level, int count) {
        levels[level].ensure(8L * count);
        for (int block = counts[level]; block < count; block++) {
            setBound(level, block, Long.MAX_VALUE);
        }
        counts[level] = count;
    }

    private long bound(int level, int block) {
        return RawMemory.getLong(levels[level].address() + 8L * block);
    }

    private void setBound(int level, int block, long time) {
        RawMemory.putLong(levels[level].address() + 8L * block, time);
    }

    @Override
    public void close() {
        for (OffHeapArray level : levels) {
            level.close();
        }
    }
}
