package io.mullion.io;

import io.mullion.expr.Schema;
import java.time.Duration;
import java.util.function.Consumer;
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

    /// Gives the rows of the batch that ends now, in none, one or several roots, with the columns of [#schema] in any
    /// order.
    ///
    /// *Ownership*: `rows` copies what it is given during its call.
    ///
    /// @param time the end of the batch, counted from the start of the job; where a job goes on from a checkpoint, from
    /// that of the first one. It is asked for the batches that the checkpoint has not seen end then, some of them again
    /// @return whether there is a batch, if only one without rows; where there is not, a union or a transform fails
    boolean next(Duration time, Consumer<? super VectorSchemaRoot> rows) throws Exception;

    /// Called once, last.
    default void close() throws Exception {}

    /// What it reads, for people.
    String name();
}
