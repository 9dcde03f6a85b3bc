package io.mullion;

import io.mullion.expr.Schema;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordColumns;
import io.mullion.ingest.RecordDecoder;
import io.mullion.io.BatchView;
import io.mullion.io.Sink;
import io.mullion.spec.MullionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The last micro-batches of a stream as records, to be asked for by their times while the job runs: Spark's `slice`.
/// Made by [BatchedStream#slices].
///
/// *Thread*: any. The records lie on the heap.
///
/// @param <T> the record type
public final class BatchSlices<T> {
    private final Class<T> type;
    private final Duration keep;
    /// By time. Guarded by this.
    private final TreeMap<Duration, List<T>> batches = new TreeMap<>();

    private boolean started;
    private Duration forgotten = Duration.ZERO;

    BatchSlices(Class<T> type, Duration keep) {
        if (!keep.isPositive()) {
            throw MullionException.invalid("slices must be kept for a while: keep=" + keep);
        }
        this.type = type;
        this.keep = keep;
    }

    /// The records of the batches that have ended at times from `from` to `to`, both included, in their order.
    ///
    /// @throws MullionException if the job has not started, or batches from then are kept no more
    public synchronized List<T> slice(Duration from, Duration to) {
        if (!started) {
            throw MullionException.misuse("a slice needs a job that has started: from=" + from + ", to=" + to);
        }
        if (forgotten.isPositive() && from.compareTo(forgotten) <= 0) {
            throw MullionException.misuse(
                    "batches are kept for " + keep + " only: from=" + from + ", forgotten through " + forgotten);
        }
        List<T> records = new ArrayList<>();
        if (from.compareTo(to) <= 0) {
            batches.subMap(from, true, to, true).values().forEach(records::addAll);
        }
        return List.copyOf(records);
    }

    private synchronized void start() {
        started = true;
        forgotten = Duration.ZERO;
        batches.clear();
    }

    private synchronized void add(Duration time, List<T> records) {
        batches.put(time, records);
        while (batches.firstKey().compareTo(time.minus(keep)) <= 0) {
            Map.Entry<Duration, List<T>> oldest = batches.pollFirstEntry();
            forgotten = oldest.getKey();
        }
    }

    /// Takes the batches of a job.
    Sink sink() {
        return new Sink() {
            private RecordDecoder<T> decoder;
            private List<T> records = new ArrayList<>();

            @Override
            public void check(Schema schema) {
                RecordColumns.columns(type, schema);
            }

            @Override
            public void open(Schema schema) {
                decoder = RecordCodec.decoder(type, schema);
                start();
            }

            @Override
            public void accept(BatchView batch) {
                batch.forEachRow(row -> records.add(decoder.decode(row)));
            }

            @Override
            public void endBatch(long timeNanos) {
                add(Duration.ofNanos(timeNanos), records);
                records = new ArrayList<>();
            }
        };
    }
}
