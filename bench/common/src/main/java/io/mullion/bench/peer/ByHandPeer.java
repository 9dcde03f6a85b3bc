package io.mullion.bench.peer;

import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.ByHand;
import io.mullion.bench.rows.QueryRows;

/// The loops by hand, on one thread.
public final class ByHandPeer implements Peer {
    @Override
    public String version() {
        return "Java " + Runtime.version();
    }

    @Override
    public String leftOut(String query) {
        return null;
    }

    @Override
    public void run(QueryRows rows, Feed feed, Answer answer) {
        ByHand byHand = rows.byHand(answer);
        for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
            byHand.rows(feed.position(), feed.position() + count, feed.shift());
        }
        byHand.end();
    }
}
