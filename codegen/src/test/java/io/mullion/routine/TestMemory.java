package io.mullion.routine;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// Memory of one test, known to the checked mode for as long as it lives.
public final class TestMemory implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final List<Long> tracked = new ArrayList<>();

    /// An address; the bytes are zero.
    public long allocate(long bytes, long alignment) {
        long address = arena.allocate(Math.max(bytes, 1), alignment).address();
        RawMemory.track(address, Math.max(bytes, 1));
        tracked.add(address);
        return address;
    }

    @Override
    public void close() {
        tracked.forEach(RawMemory::untrack);
        arena.close();
    }
}
