package io.mullion.memory;

import java.util.concurrent.atomic.AtomicLong;

/// Who holds how much of a pool: every block is taken from and given back to the account of its owner. *Thread*: any.
public final class MemoryAccount {
    private final Budget budget;
    private final String owner;
    private final String name;
    private final AtomicLong bytesOut = new AtomicLong();

    /// @param owner the job, or null
    MemoryAccount(Budget budget, String owner, String name) {
        this.budget = budget;
        this.owner = owner;
        this.name = name;
    }

    /// Takes a block of at least `bytes` bytes at an address that is a multiple of 128. Its content is undefined.
    ///
    /// @throws io.mullion.spec.MullionException `OUT_OF_MEMORY`, naming the accounts that hold the budget
    public long take(long bytes) {
        long address = budget.take(bytes, this);
        bytesOut.addAndGet(Budget.blockBytes(bytes));
        return address;
    }

    /// Gives back a block that was taken with the same `bytes`.
    public void give(long address, long bytes) {
        budget.give(address, bytes);
        bytesOut.addAndGet(-Budget.blockBytes(bytes));
    }

    public String name() {
        return name;
    }

    /// The job that it belongs to, or null.
    String owner() {
        return owner;
    }

    /// With the job's.
    String fullName() {
        return owner == null ? name : owner + "/" + name;
    }

    /// Bytes that are out now, rounded up to whole blocks.
    public long bytesOut() {
        return bytesOut.get();
    }
}
