package io.mullion.routine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;

/// A text of an expression off the heap, where the texts of columns are. Its memory lives as long as this object, which
/// is as long as the kernel.
public final class TextLiteral {
    private static final Cleaner CLEANER = Cleaner.create();

    public final long address;
    public final int length;

    public TextLiteral(byte[] bytes) {
        Arena arena = Arena.ofShared();
        MemorySegment memory = arena.allocate(Math.max(bytes.length, 1));
        address = memory.address();
        length = bytes.length;
        RawMemory.track(address, memory.byteSize());
        RawMemory.copy(bytes, 0, address, length);
        long tracked = address;
        CLEANER.register(this, () -> {
            RawMemory.untrack(tracked);
            arena.close();
        });
    }
}
