package io.mullion.bench.peers;

import io.mullion.bench.peer.ByHandPeer;
import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;

/// Answers `filter-map-sum` with one row too many, dies of `ysb`, and leaves out `session`.
public final class BrokenPeer implements Peer {
    @Override
    public String version() {
        return "0";
    }

    @Override
    public String leftOut(String query) {
        return query.equals("session") ? "no sessions: it knows no \"gap\"" : null;
    }

    @Override
    public void run(QueryRows rows, Feed feed, Answer answer) {
        new ByHandPeer().run(rows, feed, answer);
        answer.add(1, 2);
        if (rows.blockMillis() == QueryRows.named("ysb").blockMillis()) {
            throw new IllegalStateException("no more ads");
        }
    }
}
