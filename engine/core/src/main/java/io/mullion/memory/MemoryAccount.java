package io.mullion.memory;

import java.util.concurrent.atomic.AtomicLong;

/// Who holds how much of a pool: every block is taken from and given back to the account of its owner. *Thread*: any.
public final class MemoryAccount {
    private final MemoryPool pool;
    private final String name;
    private final AtomicLong bytesOut = new AtomicLong();

    MemoryAccount(MemoryPool pool, String name) {
        this.pool = pool;
        this.name = name;
    }

    /// Takes a block of at least `bytes` bytes at an address that is a multiple of 128. Its content is undefined.
    ///
    /// @throws io.mullion.spec.MullionException `OUT_OF_MEMORY`, naming the accounts that hold the budget
    public long take(long bytes) {
        long address = pool.take(bytes, this);
        bytesOut.addAndGet(MemoryPool.blockBytes(bytes));
        return address;
    }

    /// Gives back a block that was taken with the same `bytes`.
    public void give(long address, long bytes) {
        pool.give(address, bytes);
        bytesOut.addAndGet(-MemoryPool.blockBytes(bytes));
    }

    public String name() {
        return name;
    }

    /// Bytes that are out now, rounded up to whole blocks.
    public long bytesOut() {
        return bytesOut.get();
    }
}
