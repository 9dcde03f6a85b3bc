package io.mullion.batch;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import java.util.ArrayList;
import java.util.List;

/// Rows of state on their way into a checkpoint, copied into batches of their own.
///
/// *Ownership*: its batches live until [#close]. *Thread*: the worker writes; then another one reads.
public final class StateTable implements AutoCloseable {
    /// So many rows where nothing else is said.
    private static final int ROWS = 1 << 12;

    /// Some rows side by side.
    ///
    /// @param rows the first of the batch
    public record Piece(Batch batch, int rows) {}

    private final String name;
    private final Schema schema;
    private final BatchAllocator allocator;
    private final List<Piece> pieces = new ArrayList<>();
    /// What is being filled; null if nothing is.
    private Batch batch;

    private int rows;

    StateTable(String name, Schema schema, BatchAllocator allocator) {
        this.name = name;
        this.schema = schema;
        this.allocator = allocator;
    }

    public String name() {
        return name;
    }

    public Schema schema() {
        return schema;
    }

    /// Begins a batch, for the caller to fill from its first row on.
    ///
    /// @param capacity rows
    /// @param dataBytes room for the values of each variable-size column
    public Batch begin(int capacity, int dataBytes) {
        end();
        batch = allocator.batch(schema, capacity, dataBytes);
        batch.clear();
        return batch;
    }

    /// So many rows of the batch that was begun have been filled.
    public void filled(int rows) {
        this.rows = rows;
    }

    /// Sets a value of the row that is next, of a column of integers, days or points in time.
    public StateTable set(int column, long value) {
        if (batch == null || rows == batch.capacity()) {
            begin(ROWS, 0);
        }
        long data = batch.writable().address(column, ColumnAddresses.DATA);
        switch (schema.field(column).type().byteWidth()) {
            case Long.BYTES -> RawMemory.putLong(data + 8L * rows, value);
            case Integer.BYTES -> RawMemory.putInt(data + 4L * rows, (int) value);
            default -> throw new IllegalStateException("no integer of 4 or 8 bytes: " + schema.field(column));
        }
        return this;
    }

    /// The row is whole.
    public void next() {
        rows++;
    }

    /// What was written.
    public List<Piece> pieces() {
        end();
        return pieces;
    }

    private void end() {
        if (batch == null) {
            return;
        }
        if (rows > 0) {
            pieces.add(new Piece(batch.readableRows(rows), rows));
        } else {
            batch.close();
        }
        batch = null;
        rows = 0;
    }

    @Override
    public void close() {
        end();
        pieces.forEach(piece -> piece.batch().close());
        pieces.clear();
    }
}
