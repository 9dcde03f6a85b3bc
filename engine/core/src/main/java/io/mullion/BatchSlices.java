package io.mullion;

import io.mullion.batch.OperatorContext;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.StatefulSink;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordColumns;
import io.mullion.ingest.RecordDecoder;
import io.mullion.ingest.RecordEncoder;
import io.mullion.io.BatchView;
import io.mullion.io.Sink;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.state.SavedStates;
import io.mullion.state.StateCells;
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
        return new Batches();
    }

    private final class Batches implements StatefulSink {
        private Schema columns;
        private RecordDecoder<T> decoder;
        private List<T> records = new ArrayList<>();

        @Override
        public void check(Schema schema) {
            RecordColumns.columns(type, schema);
        }

        @Override
        public void open(Schema schema) {
            columns = RecordColumns.columns(type, schema);
            decoder = RecordCodec.decoder(type, schema);
            records = new ArrayList<>();
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

        @Override
        public Stateful state(OperatorContext context) {
            return new Saved(columns, context);
        }
    }

    /// The batches that have ended, in checkpoints.
    ///
    /// *Shape*: table `batches`: the number of each, int32 `batch`, and its end, int64 `time_nanos`; table `records`:
    /// its records.
    private final class Saved implements Stateful {
        private static final String FORGOTTEN = "forgotten nanos";
        private static final String BATCHES = "batches";
        private static final Schema BATCH =
                Schema.of(Field.of("batch", DataType.INT32), Field.of("time_nanos", DataType.INT64));

        private final MemoryAccount account;
        private final SavedStates saved;
        private final StateCells cells;
        private final RecordEncoder<T> encoder;
        private final RecordDecoder<T> decoder;

        Saved(Schema columns, OperatorContext context) {
            account = context.account("slices of " + type.getSimpleName());
            saved = new SavedStates("records", "record", columns);
            cells = context.scope().own(new StateCells(columns, account));
            encoder = RecordCodec.encoder(type);
            decoder = RecordCodec.decoder(type, columns);
        }

        @Override
        public void writeTo(StateWriter out) {
            synchronized (BatchSlices.this) {
                out.value(FORGOTTEN, forgotten.toNanos());
                StateTable table = out.table(BATCHES, BATCH);
                saved.begin(out);
                int number = 0;
                for (Map.Entry<Duration, List<T>> batch : batches.entrySet()) {
                    table.row(0).set(0, number).set(1, batch.getKey().toNanos()).next();
                    for (T row : batch.getValue()) {
                        encoder.encode(row, cells);
                        saved.add(number, cells);
                    }
                    number++;
                }
            }
        }

        @Override
        public void readFrom(StateReader in) {
            List<List<T>> numbered = new ArrayList<>();
            synchronized (BatchSlices.this) {
                forgotten = Duration.ofNanos(in.value(FORGOTTEN));
                for (StateReader.Table table : in.tables(BATCHES)) {
                    table.require(BATCH);
                    table.forEach(rows -> {
                        for (int row = 0; row < rows.readable().rowLimit; row++) {
                            numbered.add(new ArrayList<>());
                            batches.put(Duration.ofNanos(rows.int64(1, row)), numbered.getLast());
                        }
                    });
                }
                saved.read(in, account, (batch, row) -> numbered.get(batch).add(decoder.decode(row)));
            }
        }
    }
}
