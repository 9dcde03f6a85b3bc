package io.mullion.state;

import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// Keeps the bytes of keys, one after another, in chunks that never move. *Ownership*: owns the chunks. *Thread*: one.
///
/// *Shape*: a chunk begins with the address of the chunk before it and its own size in bytes, so that closing needs no
/// list.
final class TextChunks implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 14;
    private static final int HEADER_BYTES = 16;

    private final MemoryAccount account;
    private long chunk;
    private long next;
    private long end;

    TextChunks(MemoryAccount account) {
        this.account = account;
    }

    /// Copies a text that is not empty.
    ///
    /// @return its new address, good until [#close]
    long keep(long text, int length) {
        if (end - next < length) {
            newChunk(Math.max(CHUNK_BYTES, (long) length + HEADER_BYTES));
        }
        long kept = next;
        RawMemory.copy(text, kept, length);
        next += length;
        return kept;
    }

    private void newChunk(long bytes) {
        long larger = account.take(bytes);
        RawMemory.putLong(larger, chunk);
        RawMemory.putLong(larger + 8, bytes);
        chunk = larger;
        next = larger + HEADER_BYTES;
        end = larger + bytes;
    }

    @Override
    public void close() {
        while (chunk != 0) {
            long before = RawMemory.getLong(chunk);
            account.give(chunk, RawMemory.getLong(chunk + 8));
            chunk = before;
        }
        next = 0;
        end = 0;
    }
}
