package io.mullion.codegen;

import java.lang.foreign.Arena;

/// Accumulator rows in an arena.
final class TestState extends StateAddresses {
    private final Arena arena;
    private final AccumulatorLayout layout;

    TestState(Arena arena, AccumulatorLayout layout, int groups) {
        this.arena = arena;
        this.layout = layout;
        this.pages = new long[(groups + ROWS_PER_PAGE - 1) / ROWS_PER_PAGE];
    }

    @Override
    public long takePage(int page) {
        long bytes = (long) layout.rowBytes() * ROWS_PER_PAGE;
        long address = arena.allocate(bytes, 64).address();
        RawMemory.track(address, bytes);
        layout.fillIdentity(address, ROWS_PER_PAGE);
        pages[page] = address;
        return address;
    }
}
