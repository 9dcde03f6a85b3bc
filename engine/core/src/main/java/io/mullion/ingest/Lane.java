package io.mullion.ingest;

import io.mullion.batch.Batch;
import io.mullion.batch.BatchAllocator;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.MemoryPool;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.IdleStrategy;
import org.jctools.queues.atomic.SpscAtomicArrayQueue;

/// The hand-off from one producer thread to one worker: a fixed set of batches that go round between two SPSC queues.
///
/// ```
///            open (offered when opened, not when full)
/// LaneWriter ----------------------------------------> LaneReader
///            <----------------------------------------
///            free (returned when sealed and consumed)
/// ```
///
/// A row is published by a release store of the batch's row count and read up to an acquire load of it, so one row
/// reaches the worker at once and a full batch costs one queue operation. The rules are numbered as in the design,
/// section 6.
///
/// *Ownership*: the memory is given back by the last of writer and reader to leave; until then neither can touch freed
/// memory.
/// *Thread*: the writer's side, the reader's side, and [#requestClose] from any.
public final class Lane {
    /// Words that both sides look at are kept this far apart: two cache lines, because neighbours are fetched in pairs.
    private static final int WORD_STRIDE_BYTES = 128;

    private final String name;
    private final Schema schema;
    private final int batchRows;
    private final int batchDataBytes;
    private final Overload overload;
    private final IdleStrategy backPressure;
    private final boolean explicitWatermark;
    private final MemoryPool pool;
    private final MemoryAccount account;
    private final BatchAllocator allocator;
    private final LaneBatch[] batches;
    private final long control;
    private final long controlBytes;
    private final long watermarkBytes;
    private final AtomicInteger sides = new AtomicInteger(2);
    private final OverloadCounters counters;
    private volatile boolean closeRequested;
    private volatile boolean writingClosed;

    private final SpscAtomicArrayQueue<LaneBatch> open;
    /// In the place of [#open] where the oldest batch may be dropped, else null.
    private final ClaimedBatches claimed;

    final SpscAtomicArrayQueue<LaneBatch> free;

    /// @param name who feeds it, for people
    /// @param batchCount batches that go round, at least 2
    /// @param batchRows rows of a batch
    /// @param batchDataBytes room for the values of each variable-size column of a batch: the largest row
    /// @param explicitWatermark whether the producer states watermarks
    /// @param backPressure how the producer waits for a batch under [Overload#BLOCK]; used by the producer's thread
    /// only
    public Lane(
            String name,
            Schema schema,
            int batchCount,
            int batchRows,
            int batchDataBytes,
            boolean explicitWatermark,
            Overload overload,
            OverloadCounters counters,
            IdleStrategy backPressure,
            MemoryPool pool) {
        this.name = name;
        this.schema = schema;
        this.batchRows = batchRows;
        this.batchDataBytes = batchDataBytes;
        this.overload = overload;
        this.counters = counters;
        this.backPressure = backPressure;
        this.explicitWatermark = explicitWatermark;
        this.pool = pool;
        account = pool.account(name);
        allocator = new BatchAllocator(account);
        controlBytes = (batchCount + 1L) * WORD_STRIDE_BYTES;
        watermarkBytes = explicitWatermark ? 8L * batchRows : 0;
        // Rule 1: the queue holds more than the lane has batches, so an offer cannot be refused.
        open = new SpscAtomicArrayQueue<>(batchCount + 1);
        claimed = overload == Overload.DROP_OLDEST ? new ClaimedBatches(batchCount) : null;
        free = new SpscAtomicArrayQueue<>(batchCount + 1);
        batches = new LaneBatch[batchCount];
        long words = 0;
        try {
            words = account.take(controlBytes);
            RawMemory.fill(words, controlBytes, (byte) 0);
            RawMemory.putLong(words, Long.MIN_VALUE);
            for (int i = 0; i < batchCount; i++) {
                batches[i] = newBatch(batchRows, batchDataBytes, words + (i + 1L) * WORD_STRIDE_BYTES);
                free.offer(batches[i]);
            }
        } catch (RuntimeException e) {
            release(words);
            throw e;
        }
        control = words;
    }

    public String name() {
        return name;
    }

    public Schema schema() {
        return schema;
    }

    int batchRows() {
        return batchRows;
    }

    int batchDataBytes() {
        return batchDataBytes;
    }

    /// Asks the producer to stop: its next row is refused as closed. *Thread*: any.
    public void requestClose() {
        closeRequested = true;
    }

    boolean closeRequested() {
        return closeRequested;
    }

    Overload overload() {
        return overload;
    }

    IdleStrategy backPressure() {
        return backPressure;
    }

    boolean explicitWatermark() {
        return explicitWatermark;
    }

    /// What is said of a watermark stated where it is drawn from the rows.
    static MullionException watermarkNotExplicit(String name) {
        return MullionException.misuse("a watermark was stated, but that of the input is not explicit: " + name);
    }

    OverloadCounters counters() {
        return counters;
    }

    /// Rule 1. *Thread*: the producer.
    void offerOpened(LaneBatch batch) {
        if (claimed == null) {
            open.offer(batch);
        } else {
            claimed.offer(batch);
        }
    }

    /// The batch to read next, or null. *Thread*: the worker.
    LaneBatch pollOpened() {
        return claimed == null ? open.poll() : claimed.poll();
    }

    /// The batch after that, which stays where it is; null if there is none, or the producer might take it back.
    /// *Thread*: the worker.
    LaneBatch peekOpened() {
        return claimed == null ? open.peek() : null;
    }

    /// Rule 9: the oldest sealed batch that nobody has begun to read, taken from the worker; null if there is none.
    /// *Thread*: the producer of a lane that drops the oldest.
    LaneBatch takeBackOldest() {
        return claimed.claimUnread();
    }

    /// Rule 6. *Thread*: the producer.
    void stateWatermark(long watermark) {
        RawMemory.putLongRelease(control, watermark);
    }

    /// Rule 6: read before `committed`. *Thread*: the worker.
    long statedWatermark() {
        return RawMemory.getLongAcquire(control);
    }

    /// Rule 6: after the last batch was sealed. The producer leaves before it says so: whoever sees the lane drained
    /// may count on the memory. *Thread*: the producer.
    void closeWriting() {
        leave();
        writingClosed = true;
    }

    /// Rule 6: read before the queue. *Thread*: the worker.
    boolean writingClosed() {
        return writingClosed;
    }

    /// One side will not touch the lane again. The last one gives the memory back.
    void leave() {
        if (sides.decrementAndGet() == 0) {
            release(control);
        }
    }

    private LaneBatch newBatch(int rows, int dataBytes, long committed) {
        Batch batch = allocator.batch(schema, rows, dataBytes);
        try {
            return new LaneBatch(batch, committed, explicitWatermark ? account.take(watermarkBytes) : 0);
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    private void release(long words) {
        try (Scope memory = new Scope()) {
            memory.own(() -> pool.retire(account));
            memory.own(allocator);
            if (words != 0) {
                memory.own(() -> account.give(words, controlBytes));
            }
            for (LaneBatch batch : batches) {
                if (batch != null) {
                    memory.own(batch);
                    memory.own(() -> giveWatermarks(batch));
                }
            }
        }
    }

    private void giveWatermarks(LaneBatch batch) {
        if (batch.watermarks != 0) {
            account.give(batch.watermarks, watermarkBytes);
        }
    }
}
