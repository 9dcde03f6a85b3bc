package io.mullion.state;

import io.mullion.codegen.RawMemory;
import io.mullion.memory.MemoryAccount;

/// The slots of an open-addressing table, empty at first: all bytes zero. *Shape*: a power of two of them. *Ownership*:
/// owns its block.
final class Slots implements AutoCloseable {
    private static final int INITIAL_COUNT = 1 << 8;
    /// As many as lie in the cache.
    private static final int CACHED_COUNT = 1 << 16;

    final long address;
    final int count;
    private final MemoryAccount account;
    private final int slotBytes;

    Slots(MemoryAccount account, int slotBytes) {
        this(account, slotBytes, INITIAL_COUNT);
    }

    private Slots(MemoryAccount account, int slotBytes, int count) {
        this.account = account;
        this.slotBytes = slotBytes;
        this.count = count;
        address = account.take(bytes());
        RawMemory.fill(address, bytes(), (byte) 0);
    }

    /// Twice as many, empty.
    Slots doubled() {
        return new Slots(account, slotBytes, count * 2);
    }

    /// The address of the slot where a key that is not in the table belongs.
    ///
    /// @param idOffset where in a slot its int32 group id + 1 lies; 0 there says that the slot is free
    long freeSlot(long hash, int idOffset) {
        long slot = hash >>> hashShift();
        while (RawMemory.getInt(address + slot * slotBytes + idOffset) != 0) {
            slot = slot + 1 & count - 1L;
        }
        return address + slot * slotBytes;
    }

    /// How far a hash is shifted to the right to give a slot.
    int hashShift() {
        return Long.numberOfLeadingZeros(count - 1L);
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
