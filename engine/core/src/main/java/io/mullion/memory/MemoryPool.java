package io.mullion.memory;

import java.util.Map;

/// The engine's memory budget, as the engine or one of its jobs sees it: blocks of memory off the heap, each charged to
/// an account.
///
/// Jobs have views ([#of]) whose accounts are under the name of the job; all draw on the one budget. It bounds what the
/// process really holds, and in a steady state takes nothing new. *Thread*: any; one lock, not for each row.
public final class MemoryPool implements AutoCloseable {
    private final Budget budget;
    /// The job, or null.
    private final String owner;

    /// @param limitBytes the most that may be held, whatever it is used for
    public MemoryPool(long limitBytes) {
        this(new Budget(limitBytes), null);
    }

    private MemoryPool(Budget budget, String owner) {
        this.budget = budget;
        this.owner = owner;
    }

    /// The same budget as a job sees it. It is closed where it was made.
    public MemoryPool of(String job) {
        return new MemoryPool(budget, job);
    }

    /// A new account; names need not be unique.
    public MemoryAccount account(String name) {
        return budget.account(owner, name);
    }

    /// Forgets an account whose owner is gone, unless it still holds something.
    public void retire(MemoryAccount account) {
        budget.retire(account);
    }

    public long limitBytes() {
        return budget.limitBytes();
    }

    /// Bytes held from the operating system: what is out and what waits to be used again.
    public long takenBytes() {
        return budget.takenBytes();
    }

    /// Bytes in use now, by all.
    public long bytesOut() {
        return budget.bytesOut();
    }

    /// Bytes in use now by the names of the job's accounts. Only of a job's view.
    public Map<String, Long> bytesByPart() {
        return budget.bytesByPart(owner);
    }

    /// Returns all memory to the operating system.
    ///
    /// @throws io.mullion.spec.MullionException `LEAK` if blocks are still out, naming their owners; the memory then
    /// stays, because somebody may write to it
    @Override
    public void close() {
        budget.close();
    }
}
