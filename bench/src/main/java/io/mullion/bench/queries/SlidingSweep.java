package io.mullion.bench.queries;

import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.io.Producer;
import java.time.Duration;

/// The sliding query over some window, with batches that are filled while nobody looks at the clock.
///
/// *Thread*: one.
final class SlidingSweep implements AutoCloseable {
    private final SlidingRows rows;
    private final Answer answer = new Answer();
    private final QueryRun run;
    private long shift;

    SlidingSweep(int keyCount, boolean dense, boolean extremes, Duration size, Duration slide) {
        rows = new SlidingRows(
                SlidingRows.ROWS_PER_MILLI, size.toMillis(), slide.toMillis(), keyCount, dense, extremes);
        run = new QueryRun(new SlidingQuery(rows), QueryRun.filledBatches(), answer);
    }

    /// Fills a window with panes: a row for each key and slide, so that a window of hours is full in seconds.
    void fillWindow(long sizeMillis, long slideMillis) {
        Producer<Void> producer = run.producer();
        for (long time = 0; time < sizeMillis; time += slideMillis) {
            for (int key = 0; key < rows.keyCount; key++) {
                producer.row()
                        .setLong(0, QueryRows.key(key, rows.dense))
                        .setLong(1, key)
                        .setLong(2, QueryRows.START_MILLIS + time)
                        .commit();
            }
        }
        run.work();
        shift = sizeMillis;
    }

    /// Writes the next block of rows.
    void fill() {
        run.write(shift);
        shift += rows.blockMillis();
    }

    long work() {
        run.work();
        return answer.hash();
    }

    long memoryBytes() {
        return run.memoryBytes();
    }

    @Override
    public void close() {
        run.close();
    }
}
