package io.mullion.io;

import io.mullion.expr.Schema;
import io.mullion.spec.MullionException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Makes rows at a steady rate: what is due since the start is written a thousand times a second. Where a job goes on
/// from a checkpoint it goes on with the number of the row, and as many a second as ever.
public final class GeneratorSource implements ReplayableSource {
    /// Writes the cells of a row.
    @FunctionalInterface
    public interface Rows {
        /// @param number of the row, from 0 on
        void write(long number, RowWriter row);
    }

    private final Schema schema;
    private final long perSecond;
    private final Rows rows;
    /// Number of the first row.
    private long first;

    private final CountDownLatch stopped = new CountDownLatch(1);

    /// @param perSecond rows, positive
    public GeneratorSource(Schema schema, long perSecond, Rows rows) {
        if (perSecond <= 0) {
            throw MullionException.invalid("a rate is positive: rowsPerSecond=" + perSecond);
        }
        this.schema = schema;
        this.perSecond = perSecond;
        this.rows = Objects.requireNonNull(rows, "rows");
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public void open() {}

    @Override
    public void run(Producer<?> producer) throws InterruptedException {
        long start = System.nanoTime();
        long number = first;
        do {
            long due = first + (long) ((System.nanoTime() - start) / 1e9 * perSecond);
            while (number < due && stopped.getCount() > 0) {
                RowWriter row = producer.row();
                rows.write(number++, row);
                if (row.commit() == Offer.CLOSED) {
                    return;
                }
            }
        } while (!stopped.await(1, TimeUnit.MILLISECONDS));
    }

    @Override
    public String position(long rows) {
        return Long.toString(first + rows);
    }

    @Override
    public void seek(String position) {
        first = Long.parseLong(position);
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public void close() {}

    @Override
    public String name() {
        return "generator of " + perSecond + " rows a second";
    }
}
