package io.mullion.ingest;

import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import java.util.function.Consumer;

/// The worker's side of a [SharedQueue]: encodes its records into a lane of which the worker has both ends, and reads
/// that.
///
/// *Thread*: the worker.
///
/// @param <T> the record type
public final class SharedReader<T> implements InputReader {
    private final SharedQueue<T> queue;
    private final RecordEncoder<T> encoder;
    private final LaneWriter writer;
    private final LaneReader reader;
    /// Entries encoded in one call at most.
    private final int turn;
    /// An entry that met a full lane.
    private Object pending;

    private long taken;

    /// @param lane that refuses what it has no room for; nobody else's
    /// @param deadLetters takes them on the worker's thread
    public SharedReader(SharedQueue<T> queue, RecordEncoder<T> encoder, Lane lane, Consumer<DeadLetter> deadLetters) {
        this.queue = queue;
        this.encoder = encoder;
        this.writer = new LaneWriter(lane, deadLetters);
        this.reader = new LaneReader(lane);
        this.turn = lane.batchRows();
    }

    @Override
    public int poll(Rows rows) {
        // Rule 6: that it was closed is read before the rows.
        boolean closed = queue.closed();
        int encoded = encode();
        if (closed && queue.exhausted(taken)) {
            writer.close();
        }
        int read = reader.poll(rows);
        return Math.max(encoded, read);
    }

    @Override
    public void keepFrom(int row) {
        reader.keepFrom(row);
    }

    @Override
    public boolean atEnd() {
        return pending == null && reader.atEnd();
    }

    @Override
    public long openedNanos() {
        return reader.openedNanos();
    }

    @Override
    public long watermark() {
        return reader.watermark();
    }

    @Override
    public boolean drained() {
        return reader.drained();
    }

    @Override
    public void requestClose() {
        queue.close();
    }

    @Override
    public void close() {
        queue.close();
        queue.clear();
        writer.close();
        reader.close();
    }

    private int encode() {
        int encoded = 0;
        while (encoded < turn) {
            Object entry = pending == null ? queue.poll() : pending;
            if (entry == null) {
                break;
            }
            if (!write(entry)) {
                // The reader makes room.
                pending = entry;
                break;
            }
            pending = null;
            encoded++;
        }
        taken += encoded;
        return encoded;
    }

    /// @return `false` if there was no room
    @SuppressWarnings("unchecked")
    private boolean write(Object entry) {
        if (entry instanceof SharedQueue.Stated stated) {
            writer.watermark(stated.time());
            return true;
        }
        writer.begin();
        try {
            encoder.encode((T) entry, writer);
        } catch (RuntimeException e) {
            writer.abort();
            writer.reject("record cannot be encoded: " + e.getMessage(), text(entry));
            return true;
        }
        return writer.commit() != Offer.BACK_PRESSURED;
    }

    private static String text(Object row) {
        try {
            return row.toString();
        } catch (RuntimeException e) {
            return row.getClass().getName() + " whose toString failed: " + e;
        }
    }
}
