package io.mullion.bench.peers.spark;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.QueryRows;

/// What the source of the running query reads. Spark makes sources by their class's name, without parameters.
record Run(QueryRows rows, Feed feed) {
    private static volatile Run running;

    static Run running() {
        return running;
    }

    static void start(QueryRows rows, Feed feed) {
        running = new Run(rows, feed);
    }
}
