package io.mullion.window;

import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;

/// Groups without sessions, in the order in which they came to be so. Their keys stay in the table for a while, as long
/// as they are few beside all: most of them come back soon.
///
/// *Shape*: a group is listed each time its last session goes; only the latest of these counts.
/// *Ownership*: owns its memory. *Thread*: the worker.
final class IdleGroups implements AutoCloseable {
    private static final int LEAST_KEPT = 16;
    /// One of so many groups may be idle.
    private static final int SHARE = 16;

    /// The time of listing, in listings, above the group.
    private long[] ring = new long[64];

    private int first;
    private int count;
    private int listings;
    /// By group: when it was listed last, or 0.
    private final OffHeapArray listed;

    private int listedCount;

    IdleGroups(MemoryAccount account) {
        listed = new OffHeapArray(account);
    }

    /// A group has no sessions now.
    void add(int group) {
        if (count == ring.length) {
            lengthen();
        }
        listings = Math.max(1, listings + 1);
        setListed(group, listings);
        ring[first + count++ & ring.length - 1] = (long) listings << 32 | group;
    }

    /// Frees those that were listed first, if there are many; all of them if none may stay.
    void free(GroupTable groups, SlotStore sessions, boolean all) {
        int kept = all ? 0 : Math.max(LEAST_KEPT, groups.liveGroups() / SHARE);
        while (count > kept) {
            long entry = ring[first];
            first = first + 1 & ring.length - 1;
            count--;
            int group = (int) entry;
            if (listed(group) == (int) (entry >>> 32) && sessions.head(group) < 0) {
                setListed(group, 0);
                groups.free(group);
            }
        }
    }

    private int listed(int group) {
        return RawMemory.getInt(listed.address() + 4L * group);
    }

    private void setListed(int group, int listing) {
        if (group >= listedCount) {
            listed.ensure(4L * (group + 1));
            RawMemory.fill(listed.address() + 4L * listedCount, 4L * (group + 1 - listedCount), (byte) 0);
            listedCount = group + 1;
        }
        RawMemory.putInt(listed.address() + 4L * group, listing);
    }

    private void lengthen() {
        long[] longer = new long[ring.length * 2];
        for (int i = 0; i < count; i++) {
            longer[i] = ring[first + i & ring.length - 1];
        }
        ring = longer;
        first = 0;
    }

    @Override
    public void close() {
        listed.close();
    }
}
