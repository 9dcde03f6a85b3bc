package io.mullion.bench.peers.dstreams;

import io.mullion.bench.rows.QueryRows;

/// The rows that tasks read. Spark serialises its tasks, and rows are not serialisable.
record Run(QueryRows rows) {
    private static volatile Run running;

    static Run running() {
        return running;
    }

    static void start(QueryRows rows) {
        running = new Run(rows);
    }
}
