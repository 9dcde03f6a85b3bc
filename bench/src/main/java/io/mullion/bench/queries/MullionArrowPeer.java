package io.mullion.bench.queries;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Producer;

/// The engine where rows come in columns: this thread copies those of the block into an Arrow batch and offers that.
public final class MullionArrowPeer extends EnginePeer {
    @Override
    void produce(Query query, QueryRows rows, Feed feed, Producer<Void> producer) {
        try (ArrowBlock block = new ArrowBlock(rows)) {
            for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
                producer.offer(block.filled(feed.position(), count, feed.shift()));
            }
        }
    }
}
