package io.mullion.memory;

import io.mullion.routine.RawMemory;

/// Bytes off the heap that grow by doubling. *Ownership*: owns its block; growing moves it, so take [#address] anew
/// after [#ensure]. Closed, it holds nothing and may be grown again. *Thread*: one.
public final class OffHeapArray implements AutoCloseable {
    private final MemoryAccount account;
    private long address;
    private long capacityBytes;

    /// Without memory until [#ensure] is called.
    public OffHeapArray(MemoryAccount account) {
        this.account = account;
    }

    public OffHeapArray(MemoryAccount account, long capacityBytes) {
        this.account = account;
        this.address = account.take(capacityBytes);
        this.capacityBytes = capacityBytes;
    }

    public long address() {
        return address;
    }

    public long capacityBytes() {
        return capacityBytes;
    }

    /// Makes room for `bytes` bytes, keeping what is there.
    public void ensure(long bytes) {
        if (bytes > capacityBytes) {
            grow(Math.max(bytes, capacityBytes * 2));
        }
    }

    private void grow(long bytes) {
        long larger = account.take(bytes);
        if (address != 0) {
            RawMemory.copy(address, larger, capacityBytes);
            account.give(address, capacityBytes);
        }
        address = larger;
        capacityBytes = bytes;
    }

    @Override
    public void close() {
        if (address != 0) {
            account.give(address, capacityBytes);
            address = 0;
            capacityBytes = 0;
        }
    }
}
