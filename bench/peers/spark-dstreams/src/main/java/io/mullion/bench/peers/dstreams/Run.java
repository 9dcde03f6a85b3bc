package io.mullion.bench.peers.dstreams;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;

/// What the functions of the running job read. Spark serialises its functions, and these are not serialisable.
record Run(QueryRows rows, Feed feed, Answer answer) {
    private static volatile Run running;

    static Run running() {
        return running;
    }

    static void start(QueryRows rows, Feed feed, Answer answer) {
        running = new Run(rows, feed, answer);
    }
}
