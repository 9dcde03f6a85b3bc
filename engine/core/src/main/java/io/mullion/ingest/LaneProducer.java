package io.mullion.ingest;

import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;
import java.util.function.Consumer;

/// A [Producer] over a lane.
///
/// @param <T> the record type
public final class LaneProducer<T> implements Producer<T> {
    private final String name;
    private final LaneWriter writer;
    private final RecordEncoder<T> encoder;

    /// @param encoder writes a record's cells, or null where rows are written column by column only
    public LaneProducer(Lane lane, RecordEncoder<T> encoder, Consumer<DeadLetter> deadLetters) {
        this.name = lane.name();
        this.writer = new LaneWriter(lane, deadLetters);
        this.encoder = encoder;
    }

    @Override
    public Offer offer(T row) {
        if (encoder == null) {
            throw MullionException.misuse("this input has no record type; write rows with row(): " + name);
        }
        writer.begin();
        try {
            encoder.encode(row, writer);
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
        return writer.commit();
    }

    @Override
    public RowWriter row() {
        return writer.begin();
    }

    @Override
    public void watermark(long time) {
        writer.watermark(time);
    }

    @Override
    public Offer reject(String reason, String text) {
        return writer.reject(reason, text);
    }

    @Override
    public void close() {
        writer.close();
    }
}
