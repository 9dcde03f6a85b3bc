package io.mullion.memory;

import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.memory.RootAllocator;

/// Lets Arrow's vectors live in the pool: an allocator whose buffers are blocks of a [MemoryAccount].
public final class ArrowMemory {
    private static final ArrowBuf EMPTY = new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0);

    private ArrowMemory() {}

    /// A root allocator that draws on the account. Closing it fails if buffers are out, as Arrow's always does.
    public static BufferAllocator allocator(MemoryAccount account) {
        return new RootAllocator(RootAllocator.configBuilder()
                .allocationManagerFactory(new Blocks(account))
                // The pool has the limit, and its error says who holds what.
                .maxAllocation(Long.MAX_VALUE)
                .build());
    }

    private record Blocks(MemoryAccount account) implements AllocationManager.Factory {
        @Override
        public AllocationManager create(BufferAllocator allocator, long size) {
            return new Block(allocator, account, size);
        }

        @Override
        public ArrowBuf empty() {
            return EMPTY;
        }
    }

    private static final class Block extends AllocationManager {
        private final MemoryAccount account;
        private final long size;
        private final long address;

        Block(BufferAllocator allocator, MemoryAccount account, long size) {
            super(allocator);
            this.account = account;
            this.size = size;
            this.address = account.take(size);
        }

        @Override
        public long getSize() {
            return size;
        }

        @Override
        protected long memoryAddress() {
            return address;
        }

        @Override
        protected void release0() {
            account.give(address, size);
        }
    }
}
