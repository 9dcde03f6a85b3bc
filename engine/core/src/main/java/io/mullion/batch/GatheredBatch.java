package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;

/// Rows that are kept together: as many as there are, one after another in one batch that grows by doubling.
///
/// *Ownership*: owns its memory, which stays for the rows to come when it is cleared. *Thread*: the worker.
public final class GatheredBatch implements AutoCloseable {
    private static final int FIRST_DATA_BYTES = 1 << 12;

    private final Schema schema;
    private final CellKind[] kinds;
    private final BatchAllocator allocator;
    private final int mostRows;
    /// Null until there was a row.
    private Batch batch;

    private int rowCount;

    /// @param context of the job, whose batches have at most so many rows as are handed on at once
    public GatheredBatch(Schema schema, OperatorContext context, MemoryAccount account) {
        this.schema = schema;
        this.kinds = CellKind.of(schema);
        this.mostRows = context.batchRows();
        allocator = new BatchAllocator(account);
    }

    public int rowCount() {
        return rowCount;
    }

    /// The batch with the rows: good until there are more.
    public Batch rows() {
        reserve(null, 0, 0, 0);
        return batch.readableRows(rowCount);
    }

    /// Adds the rows [from, to) of a batch with the same columns.
    public void add(Batch source, int from, int to) {
        add(source, 0, from, to);
    }

    /// Adds the active rows [from, to), as [Operator#process] has them, of a batch with the same columns.
    public void add(Batch source, long active, int from, int to) {
        reserve(source, active, from, to);
        rowCount += RowCopy.append(source, active, from, to, batch, rowCount);
    }

    /// Hands on all rows.
    public void handOn(Operator next) {
        handOn(0, rowCount, next);
    }

    /// Hands on some of the rows, in pieces.
    public void handOn(int from, int to, Operator next) {
        for (int start = from; start < to; start += mostRows) {
            next.process(rows(), 0, start, Math.min(to, start + mostRows));
        }
    }

    /// Forgets the rows.
    public void clear() {
        rowCount = 0;
        if (batch != null) {
            batch.clear();
        }
    }

    /// Makes room for some rows of a batch.
    private void reserve(Batch source, long active, int from, int to) {
        long needed = (long) rowCount + to - from;
        long bytes = 0;
        for (int column = 0; column < kinds.length && from < to; column++) {
            if (kinds[column].variableSize()) {
                long more = bytes(source, active, from, to, column);
                bytes = Math.max(bytes, more + (batch == null ? 0 : batch.bytesEnd(column, rowCount)));
            }
        }
        if (batch == null || needed > batch.capacity() || bytes > batch.dataBytes()) {
            grow(needed, bytes);
        }
    }

    private static long bytes(Batch source, long active, int from, int to, int column) {
        if (active == 0) {
            return source.bytesEnd(column, to) - source.bytesEnd(column, from);
        }
        long bytes = 0;
        for (int position = from; position < to; position++) {
            bytes += source.utf8Length(column, Selection.row(active, position));
        }
        return bytes;
    }

    private void grow(long rows, long bytes) {
        int capacity = grown(batch == null ? mostRows : batch.capacity(), rows);
        int dataBytes = grown(batch == null ? FIRST_DATA_BYTES : batch.dataBytes(), bytes);
        Batch smaller = batch;
        batch = allocator.batch(schema, capacity, dataBytes);
        batch.clear();
        if (smaller != null) {
            int kept = rowCount;
            rowCount = 0;
            try (smaller) {
                add(smaller, 0, kept);
            }
        }
    }

    private static int grown(int size, long needed) {
        long grown = size;
        while (grown < needed) {
            grown *= 2;
        }
        return Math.toIntExact(grown);
    }

    @Override
    public void close() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
        allocator.close();
    }
}
