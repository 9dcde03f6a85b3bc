package io.mullion.state;

import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// The slots of an open-addressing table, empty at first: all bytes zero. *Shape*: a power of two of them, laid out as
/// [io.mullion.codegen.KeyLayout] says. *Ownership*: owns its block.
final class Slots implements AutoCloseable {
    private static final int INITIAL_COUNT = 1 << 8;
    /// As many as lie in the cache.
    private static final int CACHED_COUNT = 1 << 16;

    private static final int TAG_OFFSET = 4;

    final long address;
    final int count;
    private final MemoryAccount account;
    private final int slotBytes;
    private final int idOffset;

    /// @param idOffset where in a slot its int32 group id + 1 lies; 0 there says that the slot is free
    Slots(MemoryAccount account, int slotBytes, int idOffset) {
        this(account, slotBytes, idOffset, INITIAL_COUNT);
    }

    private Slots(MemoryAccount account, int slotBytes, int idOffset, int count) {
        this.account = account;
        this.slotBytes = slotBytes;
        this.idOffset = idOffset;
        this.count = count;
        address = account.take(bytes());
        RawMemory.fill(address, bytes(), (byte) 0);
    }

    /// Twice as many, with all that is in these.
    ///
    /// The slot of a key comes from the top bits of its hash, and the upper half is kept: enough to place it anew,
    /// because there are no more than 2^29 slots.
    Slots doubled() {
        Slots larger = new Slots(account, slotBytes, idOffset, count * 2);
        for (long at = address; at < address + bytes(); at += slotBytes) {
            if (RawMemory.getInt(at + idOffset) != 0) {
                long hash = (long) RawMemory.getInt(at + idOffset + TAG_OFFSET) << 32;
                RawMemory.copy(at, larger.free(hash), slotBytes);
            }
        }
        return larger;
    }

    /// The address of the slot where a key that is not in the table belongs.
    long free(long hash) {
        long slot = hash >>> Long.numberOfLeadingZeros(count - 1L);
        while (RawMemory.getInt(address + slot * slotBytes + idOffset) != 0) {
            slot = slot + 1 & count - 1L;
        }
        return address + slot * slotBytes;
    }

    /// Takes a free slot.
    void enter(long slot, long hash, int group) {
        RawMemory.putInt(slot + idOffset, group + 1);
        RawMemory.putInt(slot + idOffset + TAG_OFFSET, (int) (hash >>> 32));
    }

    /// Whether there should be more: at a quarter full while they fit into the cache, where a mispredicted collision
    /// costs more than a line; at half after that.
    boolean crowded(int groupCount) {
        return groupCount > count / (count <= CACHED_COUNT ? 4 : 2);
    }

    private long bytes() {
        return (long) count * slotBytes;
    }

    @Override
    public void close() {
        account.give(address, bytes());
    }
}
