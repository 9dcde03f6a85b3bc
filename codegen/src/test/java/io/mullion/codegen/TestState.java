package io.mullion.codegen;

import io.mullion.routine.TestMemory;

/// Accumulator rows in the memory of a test.
final class TestState extends StateAddresses {
    private final TestMemory memory;
    private final AccumulatorLayout layout;

    TestState(TestMemory memory, AccumulatorLayout layout, int groups) {
        this.memory = memory;
        this.layout = layout;
        this.pages = new long[(groups + ROWS_PER_PAGE - 1) / ROWS_PER_PAGE];
    }

    @Override
    public long takePage(int page) {
        long bytes = (long) layout.rowBytes() * ROWS_PER_PAGE;
        long address = memory.allocate(bytes, 64);
        layout.fillIdentity(address, ROWS_PER_PAGE);
        pages[page] = address;
        return address;
    }
}
