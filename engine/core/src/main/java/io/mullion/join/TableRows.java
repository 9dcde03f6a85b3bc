package io.mullion.join;

import io.mullion.expr.Schema;
import io.mullion.ingest.RecordEncoder;
import io.mullion.io.VectorTable;
import java.util.concurrent.Callable;

/// The rows of a table that is given: what is asked for them whenever it is loaded.
public sealed interface TableRows {
    Schema schema();

    /// @param rows gives all of them
    record Records<T>(Schema schema, RecordEncoder<T> encoder, Callable<? extends Iterable<? extends T>> rows)
            implements TableRows {}

    record Vectors(Schema schema, VectorTable rows) implements TableRows {}
}
