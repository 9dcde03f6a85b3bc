package io.mullion.join;

import io.mullion.routine.RawMemory;
import io.mullion.state.RowChains;
import io.mullion.state.RowStore;

/// The right rows of a join as of a time. *Ownership*: borrows both. *Thread*: the worker.
record LastRows(RowChains chains, RowStore rows) {
    /// The record of a group that is the last one up to a time, by time and then as they came; 0 if there is none.
    long upTo(int group, long time) {
        int first = chains.oldest(JoinOperator.RIGHT, group);
        if (first < 0) {
            return 0;
        }
        long found = 0;
        long foundTime = Long.MIN_VALUE;
        int slot = first;
        do {
            long record = rows.at(slot);
            long at = RawMemory.getLong(record + RowStore.TIME);
            if (at <= time && at >= foundTime) {
                found = record;
                foundTime = at;
            }
            slot = RawMemory.getInt(record + RowStore.NEXT);
        } while (slot != first);
        return found;
    }
}
