package io.mullion.routine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.List;

/// Texts of a constant off the heap, where the texts of columns are, in one block of just their size. It lives as long
/// as this object.
public final class TextBlock {
    private static final Cleaner CLEANER = Cleaner.create();

    private final long[] addresses;
    private final int[] lengths;

    public TextBlock(List<byte[]> texts) {
        long bytes = texts.stream().mapToLong(it -> it.length).sum();
        Arena arena = Arena.ofShared();
        MemorySegment memory = arena.allocate(Math.max(bytes, 1));
        long start = memory.address();
        RawMemory.track(start, memory.byteSize());
        CLEANER.register(this, () -> {
            RawMemory.untrack(start);
            arena.close();
        });
        addresses = new long[texts.size()];
        lengths = new int[texts.size()];
        long at = start;
        for (int i = 0; i < addresses.length; i++) {
            byte[] text = texts.get(i);
            RawMemory.copy(text, 0, at, text.length);
            addresses[i] = at;
            lengths[i] = text.length;
            at += text.length;
        }
    }

    /// A text as the result of a routine: returns its address, and leaves its length in `scratch.second`. Where
    /// `scratch.valid` is false it is the last text.
    public long result(long index, Scratch scratch) {
        int at = scratch.valid ? (int) index : addresses.length - 1;
        scratch.second = lengths[at];
        return addresses[at];
    }

    public long address(int index) {
        return addresses[index];
    }

    public int length(int index) {
        return lengths[index];
    }
}
