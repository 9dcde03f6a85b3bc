package io.mullion.join;

import java.util.Arrays;

/// Slots of rows of both sides that are kept and have not met others yet, because a turn was spent: in the order in
/// which they came. *Thread*: the worker.
final class WaitingRows {
    private long[] rows = new long[64];
    private int from;
    private int to;

    boolean any() {
        return from < to;
    }

    /// Puts a row behind the others.
    void add(int side, int slot) {
        if (to == rows.length) {
            rows = Arrays.copyOf(rows, to * 2);
        }
        rows[to++] = (long) side << Integer.SIZE | slot;
    }

    /// The side of the first one.
    int side() {
        return (int) (rows[from] >>> Integer.SIZE);
    }

    int slot() {
        return (int) rows[from];
    }

    /// The first one has met all that it can.
    void done() {
        if (++from == to) {
            from = 0;
            to = 0;
        }
    }
}
