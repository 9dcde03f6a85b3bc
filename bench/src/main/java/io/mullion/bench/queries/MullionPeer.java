package io.mullion.bench.queries;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Producer;

/// The engine where rows come one by one: this thread writes them column by column.
public final class MullionPeer extends EnginePeer {
    @Override
    void produce(Query query, QueryRows rows, Feed feed, Producer<Void> producer) {
        for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
            query.write(producer, feed.position(), feed.position() + count, feed.shift());
        }
    }
}
