package io.mullion.checkpoint;

import io.mullion.batch.ArrowFileInput;
import io.mullion.batch.Batch;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.nio.file.Path;

/// Reads a table of a checkpoint, batch by batch. Columns are found by name in [#schema].
///
/// *Failure*: what cannot be read throws a `CHECKPOINT` exception. *Thread*: one.
public final class TableReader implements AutoCloseable {
    private final Path path;
    private final StoredTable table;
    private final Disk.Input file;
    private final ArrowFileInput rows;
    private long rowCount;
    /// Whether batches have been left out, so that their rows are not known.
    private boolean skipped;

    TableReader(Disk disk, Path path, StoredTable table, MemoryAccount account) {
        this.path = path;
        this.table = table;
        try {
            file = disk.open(path);
        } catch (IOException e) {
            throw failure(e);
        }
        try {
            rows = new ArrowFileInput(file.size(), file::read, account);
        } catch (IOException e) {
            throw failure(closed(e));
        }
    }

    public Schema schema() {
        return rows.schema();
    }

    /// How many batches there are.
    public int batches() {
        return rows.batches();
    }

    /// Leaves out the batches before this one.
    public void skipTo(int batch) {
        skipped |= batch > 0;
        rows.skipTo(batch);
    }

    /// The next rows, all of them [Batch#readable]; null behind the last. *Ownership*: borrowed until the next call or
    /// [#close].
    public Batch next() {
        try {
            Batch batch = rows.next();
            rowCount += batch == null ? 0 : batch.readable().rowLimit;
            if (batch == null && !skipped && rowCount != table.rows()) {
                throw new IOException("it has " + rowCount + " rows in place of " + table.rows());
            }
            return batch;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private IOException closed(IOException failure) {
        try {
            file.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private MullionException failure(IOException e) {
        return new MullionException(
                Reason.CHECKPOINT, "a table cannot be read: " + table.title() + " in " + path + ": " + e, e);
    }

    @Override
    public void close() {
        rows.close();
        try {
            file.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
