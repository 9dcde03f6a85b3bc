package io.mullion.ingest;

import io.mullion.batch.ArrowColumns;
import io.mullion.batch.ArrowProducer;
import io.mullion.io.BatchOffer;
import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A producer over a lane.
///
/// @param <T> the record type
public final class LaneProducer<T> extends ArrowProducer<T> {
    private final String name;
    final LaneWriter writer;
    private final ColumnWriter columns;
    private final RecordEncoder<T> encoder;
    /// Null where the input is not logged.
    private final AtomicLong durable;

    /// @param encoder writes a record's cells, or null where rows are written column by column only
    public LaneProducer(Lane lane, RecordEncoder<T> encoder, Consumer<DeadLetter> deadLetters) {
        this(lane, encoder, deadLetters, null);
    }

    /// @param durable how many of its rows are safe on the disk; null where the input is not logged
    public LaneProducer(Lane lane, RecordEncoder<T> encoder, Consumer<DeadLetter> deadLetters, AtomicLong durable) {
        super(lane.name(), lane.schema(), lane.batchRows());
        this.name = lane.name();
        this.writer = new LaneWriter(lane, deadLetters);
        this.columns = new ColumnWriter(lane, writer);
        this.encoder = encoder;
        this.durable = durable;
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
    protected void requireBetweenRows() {
        writer.requireBetweenRows("an Arrow batch was offered");
    }

    @Override
    protected BatchOffer offer(ArrowColumns rows, int from) {
        return columns.write(rows, from);
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
    public long durablePosition() {
        if (durable == null) {
            throw MullionException.misuse("only rows of an input that is logged are safe before a checkpoint has them:"
                    + " see Input.logged: " + name);
        }
        return durable.get();
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
