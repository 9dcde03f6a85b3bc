package io.mullion.checkpoint;

import io.mullion.batch.ArrowFileOutput;
import io.mullion.batch.Batch;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import java.io.IOException;
import java.util.Map;

/// Writes the rows of one table of a checkpoint. Several tables may be written side by side.
///
/// *Failure*: what cannot be written throws a `CHECKPOINT` exception, and the checkpoint cannot be finished any more.
public final class TableWriter {
    private final CheckpointWriter checkpoint;
    private final StoredTable named;
    private final ChecksummedOutput bytes;
    private final ArrowFileOutput rows;
    private long rowCount;
    private boolean ended;

    TableWriter(CheckpointWriter checkpoint, StoredTable named, Disk.Output file, Schema schema, MemoryAccount account)
            throws IOException {
        this.checkpoint = checkpoint;
        this.named = named;
        bytes = new ChecksummedOutput(file, account);
        try {
            rows = new ArrowFileOutput(
                    schema,
                    Map.of(
                            "mullion.owner", named.owner(),
                            "mullion.table", named.name(),
                            "mullion.epoch", Long.toString(checkpoint.epoch())),
                    bytes::write);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    /// Appends the first `rows` rows of a batch of the table's columns. *Ownership*: borrows the batch until it
    /// returns; nobody may write to these rows meanwhile.
    public void append(Batch batch, int rows) {
        requireOpen();
        if (rows == 0) {
            return;
        }
        try {
            this.rows.write(batch, rows);
            rowCount += rows;
        } catch (IOException e) {
            throw checkpoint.failure(named.file(), e);
        }
    }

    /// Completes the table. That what it returns can be read or referred to waits for the end of the checkpoint.
    public StoredTable end() {
        requireOpen();
        try {
            rows.finish();
            bytes.flush();
        } catch (IOException e) {
            throw checkpoint.failure(named.file(), e);
        }
        StoredTable table =
                new StoredTable(named.owner(), named.name(), named.file(), rowCount, bytes.bytes(), bytes.checksum());
        close();
        checkpoint.ended(this, table);
        return table;
    }

    void close() {
        if (!ended) {
            ended = true;
            bytes.close();
        }
    }

    private void requireOpen() {
        if (ended) {
            throw MullionException.misuse("the table has ended: " + named.title());
        }
        checkpoint.requireOpen();
    }
}
