package io.mullion.io;

import java.time.Duration;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/// A user's function over whole micro-batches as Arrow vectors.
@FunctionalInterface
public interface BatchFunction {
    /// Makes the rows of one batch out of those of one batch of each stream.
    ///
    /// *Ownership*: the arguments are borrowed until the call returns. What is returned is closed by the engine when it
    /// has copied the rows; it may be one of the arguments. *Failure*: what it throws fails the job, and so does null.
    /// *Thread*: the job's worker; it must not block.
    ///
    /// @param batches all rows of the batch, by stream; without rows where there are none
    /// @param time the end of the batch, counted from the start of the job
    VectorSchemaRoot apply(List<VectorSchemaRoot> batches, Duration time) throws Exception;

    /// A user's function over the batches of one stream. For the rest see [BatchFunction].
    @FunctionalInterface
    interface OfOne {
        /// Makes the rows of one batch out of those of another.
        VectorSchemaRoot apply(VectorSchemaRoot rows, Duration time) throws Exception;
    }

    /// The same as a function over the batches of one stream alone.
    static BatchFunction of(OfOne function) {
        return (batches, time) -> function.apply(batches.getFirst(), time);
    }
}
