package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.io.BatchOffer;
import io.mullion.io.Producer;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The part of a producer that knows Arrow's vectors: it hands their columns on as addresses.
///
/// @param <T> the record type
public abstract class ArrowProducer<T> implements Producer<T> {
    private final ArrowColumns columns;

    /// @param name of the lane, for people
    /// @param batchRows the most rows that are copied at once
    protected ArrowProducer(String name, Schema schema, int batchRows) {
        columns = new ArrowColumns(name, schema, batchRows);
    }

    @Override
    public final BatchOffer offer(VectorSchemaRoot rows, int from) {
        requireBetweenRows();
        try {
            columns.show(rows, from);
            return offer(columns, from);
        } finally {
            columns.hide();
        }
    }

    /// Refuses a thread that does not feed this producer, and a call in the middle of a row.
    protected abstract void requireBetweenRows();

    /// Takes the rows from number `from` on. *Ownership*: borrows the columns until it returns.
    protected abstract BatchOffer offer(ArrowColumns rows, int from);
}
