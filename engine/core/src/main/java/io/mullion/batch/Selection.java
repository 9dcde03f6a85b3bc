package io.mullion.batch;

import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;

/// Room for the int32 numbers of selected rows. *Ownership*: owns its memory. *Thread*: one.
public final class Selection implements AutoCloseable {
    /// Kernels store whole vectors: they may write this far past the last number.
    private static final int SLACK_BYTES = 64;

    private final OffHeapArray rows;

    public Selection(MemoryAccount account, int capacity) {
        rows = new OffHeapArray(account, 4L * capacity + SLACK_BYTES);
    }

    /// The address, with room for `capacity` row numbers.
    public long address(int capacity) {
        rows.ensure(4L * capacity + SLACK_BYTES);
        return rows.address();
    }

    /// The row at a position of `active`, which may be 0 for all rows.
    public static int row(long active, int position) {
        return active == 0 ? position : RawMemory.getInt(active + 4L * position);
    }

    @Override
    public void close() {
        rows.close();
    }
}
