package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.memory.ArrowMemory;
import io.mullion.memory.MemoryAccount;
import org.apache.arrow.memory.BufferAllocator;

/// Makes batches whose memory is charged to one account. *Ownership*: the batches are the caller's and are closed
/// before it. *Thread*: one at a time.
public final class BatchAllocator implements AutoCloseable {
    private final BufferAllocator allocator;

    public BatchAllocator(MemoryAccount account) {
        allocator = ArrowMemory.allocator(account);
    }

    /// @param rows it has room for
    /// @param dataBytes room for the values of each variable-size column
    public Batch batch(Schema schema, int rows, int dataBytes) {
        return new Batch(schema, rows, dataBytes, allocator);
    }

    @Override
    public void close() {
        allocator.close();
    }
}
