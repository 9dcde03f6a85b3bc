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
    /// Of a batch that rows are added to one by one.
    private static final int ROWS = 1 << 12;

    private static final int DATA_BYTES = 1 << 16;

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

    /// Makes room for a row, of which each cell is set before [#next].
    ///
    /// @param bytes that the longest of its cells of variable size has
    public StateTable row(int bytes) {
        if (batch == null || rows == batch.capacity() || !hasRoom(bytes)) {
            begin(ROWS, Math.max(bytes, DATA_BYTES));
        }
        return this;
    }

    private boolean hasRoom(int bytes) {
        for (int column = 0; bytes > 0 && column < schema.size(); column++) {
            if (batch.variableSize(column) && batch.bytesEnd(column, rows) + bytes > batch.dataBytes()) {
                return false;
            }
        }
        return true;
    }

    /// Address of a cell of 8 bytes of the row.
    public long word(int column) {
        return batch.wordAddress(column, rows);
    }

    /// Makes a cell of variable size as long as this.
    ///
    /// @return where its bytes go
    public long bytes(int column, int length) {
        int start = batch.bytesEnd(column, rows);
        RawMemory.putInt(batch.offsetsAddress(column) + 4L * (rows + 1), start + length);
        return batch.dataAddress(column) + start;
    }

    /// Sets a cell of integers, days or points in time.
    public StateTable set(int column, long value) {
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
