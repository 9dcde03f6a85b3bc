package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Hands on the rows of Arrow batches that belong to somebody else, copied.
///
/// *Thread*: the worker.
public final class ArrowRows {
    private final String name;
    private final ArrowColumns columns;
    private final Batch batch;
    private final Operator next;

    public ArrowRows(String name, Schema schema, OperatorContext context, MemoryAccount account, Operator next) {
        this.name = name;
        this.next = next;
        columns = new ArrowColumns(name, schema, context.batchRows());
        batch = context.batch(schema, account);
    }

    /// *Ownership*: borrows the rows. *Failure*: those that do not fit the columns, or a batch, fail the job.
    public void handOn(VectorSchemaRoot root) {
        columns.show(root, 0);
        try {
            int count = columns.rowCount();
            int row = 0;
            while (row < count) {
                batch.clear();
                int taken = columns.copyTo(batch, 0, row, Math.min(batch.capacity(), count - row));
                if (taken == 0) {
                    throw new MullionException(
                            Reason.BAD_ROW,
                            "a row is too large for a batch: " + name + ", row=" + row + ", batchDataBytes="
                                    + batch.dataBytes());
                }
                next.process(batch.readableRows(taken), 0, 0, taken);
                row += taken;
            }
        } finally {
            columns.hide();
        }
    }
}
