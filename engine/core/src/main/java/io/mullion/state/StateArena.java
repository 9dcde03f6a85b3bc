package io.mullion.state;

import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import java.util.Arrays;

/// Memory for states of any size whose owner ends as a whole: a pane, the sessions of an operator.
///
/// *Shape*: small pieces are powers of two, cut from chunks, and kept for their like when they are given back. Large
/// ones are blocks of the budget in a list; before each lie its neighbours there and the size of its block.
/// *Ownership*: owns all of it until [#release]. *Thread*: the worker.
final class StateArena {
    private static final int LEAST_SHIFT = 5;
    private static final int GREATEST_SHIFT = 12;
    private static final int CHUNK_BYTES = 1 << 14;
    private static final int HEADER_BYTES = 32;
    private static final int BEFORE = 0;
    private static final int AFTER = 8;
    private static final int SIZE = 16;

    private final MemoryAccount account;
    /// The first free piece of each size; each holds the address of the next.
    private final long[] free = new long[GREATEST_SHIFT + 1];

    private long[] chunks = new long[4];
    private int chunkCount;
    private long next;
    private long end;
    /// The block of the large piece that was taken last, or 0.
    private long large;

    StateArena(MemoryAccount account) {
        this.account = account;
    }

    /// The size of the piece that is taken for so many bytes.
    static long pieceBytes(long bytes) {
        if (bytes <= 1L << LEAST_SHIFT) {
            return 1L << LEAST_SHIFT;
        }
        return bytes <= 1L << GREATEST_SHIFT
                ? Long.highestOneBit(bytes - 1) << 1
                : (Long.highestOneBit(bytes + HEADER_BYTES - 1) << 1) - HEADER_BYTES;
    }

    /// A piece of [#pieceBytes]. Its content is undefined.
    long take(long bytes) {
        long size = pieceBytes(bytes);
        if (size > 1L << GREATEST_SHIFT) {
            return takeLarge(size);
        }
        int shift = Long.numberOfTrailingZeros(size);
        long piece = free[shift];
        if (piece != 0) {
            free[shift] = RawMemory.getLong(piece);
            return piece;
        }
        if (end - next < size) {
            newChunk();
        }
        piece = next;
        next += size;
        return piece;
    }

    /// Gives back a piece that was taken with as many bytes, or with some that took the same size.
    void give(long piece, long bytes) {
        long size = pieceBytes(bytes);
        if (size > 1L << GREATEST_SHIFT) {
            giveLarge(piece - HEADER_BYTES);
            return;
        }
        int shift = Long.numberOfTrailingZeros(size);
        RawMemory.putLong(piece, free[shift]);
        free[shift] = piece;
    }

    /// Gives all memory back.
    void release() {
        for (int i = 0; i < chunkCount; i++) {
            account.give(chunks[i], CHUNK_BYTES);
        }
        while (large != 0) {
            giveLarge(large);
        }
        chunkCount = 0;
        next = 0;
        end = 0;
        Arrays.fill(free, 0);
    }

    /// What is left of the chunk before becomes free pieces.
    private void newChunk() {
        while (end - next >= 1L << LEAST_SHIFT) {
            long size = Math.min(1L << GREATEST_SHIFT, Long.highestOneBit(end - next));
            give(next, size);
            next += size;
        }
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunkCount * 2);
        }
        next = account.take(CHUNK_BYTES);
        end = next + CHUNK_BYTES;
        chunks[chunkCount++] = next;
    }

    private long takeLarge(long size) {
        long bytes = size + HEADER_BYTES;
        long block = account.take(bytes);
        RawMemory.putLong(block + BEFORE, 0);
        RawMemory.putLong(block + AFTER, large);
        RawMemory.putLong(block + SIZE, bytes);
        if (large != 0) {
            RawMemory.putLong(large + BEFORE, block);
        }
        large = block;
        return block + HEADER_BYTES;
    }

    private void giveLarge(long block) {
        long before = RawMemory.getLong(block + BEFORE);
        long after = RawMemory.getLong(block + AFTER);
        if (before == 0) {
            large = after;
        } else {
            RawMemory.putLong(before + AFTER, after);
        }
        if (after != 0) {
            RawMemory.putLong(after + BEFORE, before);
        }
        account.give(block, RawMemory.getLong(block + SIZE));
    }
}
