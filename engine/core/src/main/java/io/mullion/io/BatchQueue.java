package io.mullion.io;

import io.mullion.expr.Schema;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;

/// A queue of Arrow batches as the source of a stream of micro-batches: one of them for each, or all that wait. Without
/// any a micro-batch is empty. What was read is gone: nobody can read it again.
///
/// *Thread*: [#add] any. *Ownership*: what was added belongs to the queue, which closes it when it was read, or with
/// the job. A queue is for one job.
public final class BatchQueue implements BatchSource {
    private final Schema schema;
    private final boolean oneAtATime;
    private final Queue<VectorSchemaRoot> waiting = new ConcurrentLinkedQueue<>();

    private BatchQueue(Schema schema, boolean oneAtATime) {
        this.schema = schema;
        this.oneAtATime = oneAtATime;
    }

    /// One for each micro-batch.
    public static BatchQueue oneAtATime(Schema schema) {
        return new BatchQueue(schema, true);
    }

    /// All that wait for each micro-batch.
    public static BatchQueue all(Schema schema) {
        return new BatchQueue(schema, false);
    }

    public void add(VectorSchemaRoot batch) {
        waiting.add(batch);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public boolean next(Duration time, Consumer<? super VectorSchemaRoot> rows) {
        VectorSchemaRoot batch = waiting.poll();
        while (batch != null) {
            try (VectorSchemaRoot taken = batch) {
                rows.accept(taken);
            }
            batch = oneAtATime ? null : waiting.poll();
        }
        return true;
    }

    @Override
    public void close() {
        for (VectorSchemaRoot batch = waiting.poll(); batch != null; batch = waiting.poll()) {
            batch.close();
        }
    }

    @Override
    public String name() {
        return oneAtATime ? "queue of batches, one at a time" : "queue of batches";
    }
}
