package io.mullion.bench.queries;

import io.mullion.Engine;
import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Producer;
import io.mullion.spec.Idle;

/// The engine as a user starts it: this thread is the producer, a worker of the engine does the rest, and the sink
/// looks at each result row. Default settings, but for the limit of memory, and in an open loop a worker that spins.
abstract class EnginePeer implements Peer {
    @Override
    public final String version() {
        return "0.1.0-SNAPSHOT";
    }

    @Override
    public final String leftOut(String query) {
        return null;
    }

    @Override
    public final void run(QueryRows rows, Feed feed, Answer answer) throws InterruptedException {
        Query query = Query.of(rows);
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = query.addTo(pipeline, query.sink(answer));
        JobConfig config = JobConfig.defaults();
        try (Engine engine = Engine.start(EngineConfig.defaults().withMemoryLimitBytes(4L << 30))) {
            Job job = engine.run(pipeline, feed.openLoop() ? config.withIdle(Idle.busySpin()) : config);
            try (Producer<Void> producer = job.producer(input)) {
                produce(query, rows, feed, producer);
            }
            job.drain();
            job.await();
        }
    }

    /// Hands over all rows of the feed.
    abstract void produce(Query query, QueryRows rows, Feed feed, Producer<Void> producer);
}
