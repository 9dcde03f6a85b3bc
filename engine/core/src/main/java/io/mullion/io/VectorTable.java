package io.mullion.io;

import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Gives the rows of a table as Arrow vectors.
@FunctionalInterface
public interface VectorTable {
    /// Hands over all rows, in one batch or several. *Ownership*: rows are copied before `rows` returns. *Thread*: that
    /// which starts the job, or asks it to load the table anew; one of its own where a job does that every so often.
    void load(Consumer<VectorSchemaRoot> rows) throws Exception;
}
