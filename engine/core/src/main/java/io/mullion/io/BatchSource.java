package io.mullion.io;

import io.mullion.expr.Schema;
import java.time.Duration;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Something outside that is asked for the rows of each micro-batch.
///
/// It has no thread of its own: where reading waits, the job waits; a [Source] is for that. Runs in a test engine, too.
/// *Thread*: [#open] that which starts the job, the others the job's worker.
public interface BatchSource {
    /// Columns of the rows it gives.
    Schema schema();

    /// Called once, before anything else.
    default void open() throws Exception {}

    /// The rows of the batch that ends now, with the columns of [#schema] in any order; without rows where there are
    /// none. Null says that there is not even an empty batch, which a union or a transform does not take.
    ///
    /// *Ownership*: the engine copies the rows and closes the root.
    ///
    /// @param time the end of the batch, counted from the start of the job
    VectorSchemaRoot next(Duration time) throws Exception;

    /// Called once, last.
    default void close() throws Exception {}

    /// What it reads, for people.
    String name();
}
