package io.mullion.bench.queries;

import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import java.time.Duration;

/// A query through the public API on one thread: rows in through a producer's row writer, worked off when told.
///
/// *Thread*: one for all calls.
final class QueryRun implements AutoCloseable {
    private final Query query;
    private final TestEngine engine;
    private final Job job;
    private final Producer<Void> producer;

    QueryRun(Query query, EngineConfig config, Answer answer) {
        this(query, config, query.sink(answer));
    }

    QueryRun(Query query, EngineConfig config, Sink sink) {
        this.query = query;
        engine = TestEngine.create(config);
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = query.addTo(pipeline, sink);
        job = engine.run(pipeline);
        producer = job.producer(input);
    }

    /// Lanes of the default size: they work themselves off while rows are written.
    static EngineConfig frontDoor() {
        return EngineConfig.defaults().withLaneIdleTimeout(Duration.ZERO).withMemoryLimitBytes(4L << 30);
    }

    /// Lanes that hold a block of rows, in batches of the default size.
    static EngineConfig filledBatches() {
        EngineConfig config = frontDoor();
        return config.withLaneBatches(QueryRows.ROWS / config.batchRows() + 2).withBatchDataBytes(1 << 16);
    }

    /// Writes a block of rows, their times moved on by `shift`.
    void write(long shift) {
        query.write(producer, shift);
    }

    /// Works off what was written.
    void work() {
        engine.runUntilIdle();
    }

    /// The end of input: fires what is left.
    void end() throws InterruptedException {
        producer.close();
        job.drain();
        job.await();
    }

    Producer<Void> producer() {
        return producer;
    }

    /// What lanes and operators hold off the heap.
    long memoryBytes() {
        return engine.memoryBytesInUse();
    }

    @Override
    public void close() {
        producer.close();
        engine.close();
    }
}
