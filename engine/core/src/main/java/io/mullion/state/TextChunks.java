package io.mullion.state;

import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import java.util.Arrays;

/// Keeps the bytes of keys, one after another, in chunks. A chunk whose texts are all forgotten is given back; one of
/// which little lives is [#sparse], and its owner may move what is left. *Ownership*: owns the chunks. *Thread*: one.
///
/// *Shape*: before each text lies the int32 number of its chunk.
final class TextChunks implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 14;
    private static final int HEADER_BYTES = Integer.BYTES;
    /// A chunk is sparse if less than one of so many bytes lives, and all are wasteful by the same measure.
    private static final int SPARSE = 4;

    private static final int NONE = -1;

    private final MemoryAccount account;
    private long[] addresses = new long[8];
    private long[] sizes = new long[8];
    private long[] lives = new long[8];
    private int chunkCount;
    private int[] unused = new int[8];
    private int unusedCount;
    /// The chunk that is filled, or [#NONE].
    private int current = NONE;

    private long next;
    private long end;
    private long heldBytes;
    private long liveBytes;

    TextChunks(MemoryAccount account) {
        this.account = account;
    }

    /// Copies a text that is not empty.
    ///
    /// @return its new address, good until it is forgotten or [#close]
    long keep(long text, int length) {
        int bytes = length + HEADER_BYTES;
        if (end - next < bytes) {
            newChunk(Math.max(CHUNK_BYTES, bytes));
        }
        RawMemory.putInt(next, current);
        long kept = next + HEADER_BYTES;
        RawMemory.copy(text, kept, length);
        next += bytes;
        lives[current] += bytes;
        liveBytes += bytes;
        return kept;
    }

    /// Gives a text up that was kept.
    void forget(long text, int length) {
        int chunk = RawMemory.getInt(text - HEADER_BYTES);
        int bytes = length + HEADER_BYTES;
        lives[chunk] -= bytes;
        liveBytes -= bytes;
        if (lives[chunk] == 0) {
            if (chunk == current) {
                next = addresses[chunk];
            } else {
                giveBack(chunk);
            }
        }
    }

    /// Whether much is held for little, so that moving texts out of sparse chunks pays.
    boolean wasteful() {
        return heldBytes > liveBytes * SPARSE + 4 * CHUNK_BYTES;
    }

    /// Whether little lives in the chunk of a text.
    boolean sparse(long text) {
        int chunk = RawMemory.getInt(text - HEADER_BYTES);
        return chunk != current && lives[chunk] * SPARSE < sizes[chunk] * 2;
    }

    private void newChunk(long bytes) {
        long address = account.take(bytes);
        if (current != NONE && lives[current] == 0) {
            giveBack(current);
        }
        current = unusedCount > 0 ? unused[--unusedCount] : newNumber();
        addresses[current] = address;
        sizes[current] = bytes;
        lives[current] = 0;
        heldBytes += bytes;
        next = address;
        end = address + bytes;
    }

    private int newNumber() {
        if (chunkCount == addresses.length) {
            addresses = Arrays.copyOf(addresses, chunkCount * 2);
            sizes = Arrays.copyOf(sizes, chunkCount * 2);
            lives = Arrays.copyOf(lives, chunkCount * 2);
        }
        return chunkCount++;
    }

    private void giveBack(int chunk) {
        account.give(addresses[chunk], sizes[chunk]);
        heldBytes -= sizes[chunk];
        addresses[chunk] = 0;
        if (unusedCount == unused.length) {
            unused = Arrays.copyOf(unused, unusedCount * 2);
        }
        unused[unusedCount++] = chunk;
    }

    @Override
    public void close() {
        for (int chunk = 0; chunk < chunkCount; chunk++) {
            if (addresses[chunk] != 0) {
                account.give(addresses[chunk], sizes[chunk]);
            }
        }
        chunkCount = 0;
        unusedCount = 0;
        current = NONE;
        next = 0;
        end = 0;
        heldBytes = 0;
        liveBytes = 0;
    }
}
