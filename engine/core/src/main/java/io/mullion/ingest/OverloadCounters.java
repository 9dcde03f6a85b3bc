package io.mullion.ingest;

import java.util.concurrent.atomic.LongAdder;

/// Rows that the lanes of an input had no room for. *Thread*: any.
public final class OverloadCounters {
    final LongAdder refused = new LongAdder();
    final LongAdder dropped = new LongAdder();

    /// Rows refused to producers (`FAIL`).
    public long refusedRows() {
        return refused.sum();
    }

    /// Rows dropped (`DROP_NEWEST`, `DROP_OLDEST`).
    public long droppedRows() {
        return dropped.sum();
    }

    /// Counts what others have counted, too.
    public void add(OverloadCounters others) {
        refused.add(others.refusedRows());
        dropped.add(others.droppedRows());
    }
}
