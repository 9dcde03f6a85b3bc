package io.mullion.bench.queries;

import io.mullion.Engine;
import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Producer;

/// The engine where rows come in columns: this thread copies those of the block into an Arrow batch and offers that, a
/// worker of the engine does the rest, and the sink looks at each result row. Default settings, but for the limit of
/// memory.
public final class MullionArrowPeer implements Peer {
    @Override
    public String version() {
        return "0.1.0-SNAPSHOT";
    }

    @Override
    public String cannot(String query) {
        return null;
    }

    @Override
    public void run(QueryRows rows, Feed feed, Answer answer) throws InterruptedException {
        Query query = Query.of(rows);
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = query.addTo(pipeline, query.sink(answer));
        try (Engine engine = Engine.start(EngineConfig.defaults().withMemoryLimitBytes(4L << 30));
                ArrowBlock block = new ArrowBlock(rows)) {
            Job job = engine.run(pipeline);
            try (Producer<Void> producer = job.producer(input)) {
                for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
                    producer.offer(block.filled(feed.position(), count, feed.shift()));
                }
            }
            job.drain();
            job.await();
        }
    }
}
