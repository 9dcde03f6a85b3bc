package io.mullion.bench.queries;

import io.mullion.io.Producer;
import io.mullion.spec.Window;
import java.time.Duration;

/// The sliding query over some window, with batches that are filled while nobody looks at the clock.
///
/// *Thread*: one.
final class SlidingSweep implements AutoCloseable {
    private final SlidingQuery query;
    private final Answer answer = new Answer();
    private final QueryRun run;
    private long shift;

    SlidingSweep(int keyCount, boolean dense, boolean extremes, Duration size, Duration slide) {
        query = new SlidingQuery(keyCount, dense, extremes, Window.sliding(size, slide));
        run = new QueryRun(query, QueryRun.filledBatches(), answer);
    }

    /// Fills a window with panes: a row for each key and slide, so that a window of hours is full in seconds.
    void fillWindow(long sizeMillis, long slideMillis) {
        Producer<Void> producer = run.producer();
        for (long time = 0; time < sizeMillis; time += slideMillis) {
            for (int key = 0; key < query.keyCount; key++) {
                producer.row()
                        .setLong(0, Query.key(key, query.dense))
                        .setLong(1, key)
                        .setLong(2, Query.START_MILLIS + time)
                        .commit();
            }
        }
        run.work();
        shift = sizeMillis;
    }

    /// Writes the next block of rows.
    void fill() {
        run.write(shift);
        shift += query.blockMillis();
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
