package io.mullion.ingest;

import io.mullion.batch.Batch;
import io.mullion.routine.RawMemory;

/// A batch of a lane with the word through which its rows are published.
///
/// *Shape*: `committed` is one aligned long on a cache line of its own: the number of committed rows, and [#SEALED]
/// once no more will come. Where the watermark is explicit, one int64 for each row beside the columns says which
/// watermark had been stated before it.
final class LaneBatch implements AutoCloseable {
    static final long SEALED = 1L << 62;

    final Batch batch;
    final long watermarks;
    private final long committed;
    /// When the producer opened it.
    private long openedNanos;

    /// @param committed address of the word, borrowed from the lane
    /// @param watermarks address of `capacity` int64, or 0, borrowed from the lane
    LaneBatch(Batch batch, long committed, long watermarks) {
        this.batch = batch;
        this.committed = committed;
        this.watermarks = watermarks;
    }

    static int rows(long word) {
        return (int) (word & ~SEALED);
    }

    static boolean sealed(long word) {
        return (word & SEALED) != 0;
    }

    /// Rule 1. *Thread*: the producer, before the batch is offered.
    void open() {
        batch.clear();
        batch.markValid(0, batch.capacity());
        openedNanos = System.nanoTime();
        RawMemory.putLong(committed, 0);
    }

    /// By the JVM's clock: its rows were committed later. *Thread*: the worker, from when it has the batch.
    long openedNanos() {
        return openedNanos;
    }

    /// Rule 3: the rows below `rows` are written. *Thread*: the producer.
    void commit(int rows) {
        RawMemory.putLongRelease(committed, rows);
    }

    /// Rule 3: the last write to the batch. *Thread*: the producer.
    void seal(int rows) {
        RawMemory.putLongRelease(committed, rows | SEALED);
    }

    /// Rule 4: one acquire load. *Thread*: the worker.
    long committed() {
        return RawMemory.getLongAcquire(committed);
    }

    /// Touches the rows if all have come: while the producer writes, the lines are its own. *Thread*: the worker.
    ///
    /// @return a sum that means nothing
    long touch() {
        long word = committed();
        return sealed(word) ? batch.readableRows(rows(word)).touch() : 0;
    }

    @Override
    public void close() {
        batch.close();
    }
}
