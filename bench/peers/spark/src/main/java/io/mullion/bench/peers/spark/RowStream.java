package io.mullion.bench.peers.spark;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.QueryRows;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/// Cuts the feed into micro-batches of two partitions each, of as many rows as Spark works on in a second and a half:
/// what a batch costs whatever its size is then a small part, and the feed ends about when it should. An offset is how
/// many rows there were before; behind the end of the feed comes one row more, see [RowSource#last].
///
/// *Thread*: that of the query; readers have theirs.
final class RowStream implements MicroBatchStream {
    private static final int PARTITIONS = 2;
    private static final int LEAST_ROWS = 1 << 16;
    private static final int MOST_ROWS = 1 << 22;
    /// A batch has at most so many times the rows of the one before: its first ones say little.
    private static final double MOST_GROWTH = 8;

    private static final double BATCH_NANOS = 1.5e9;
    private static final int ROWS_PER_READ = 65_536;

    private final QueryRows rows;
    private final Feed feed;
    private int rowsPerBatch = LEAST_ROWS;
    private long previousNanos = System.nanoTime();
    private long taken;
    private boolean begun;
    private boolean ended;

    RowStream(Run run) {
        rows = run.rows();
        feed = run.feed();
    }

    private static final class RowOffset extends Offset {
        private final long number;

        RowOffset(long number) {
            this.number = number;
        }

        @Override
        public String json() {
            return Long.toString(number);
        }
    }

    private record Part(long from, long to, boolean last) implements InputPartition {}

    @Override
    public Offset initialOffset() {
        return new RowOffset(0);
    }

    @Override
    public Offset latestOffset() {
        if (!begun) {
            begun = true;
        } else if (!ended) {
            size();
            long before = taken;
            int count;
            do {
                count = feed.take((int) Math.min(before + rowsPerBatch - taken, Feed.MOST));
                taken += count;
            } while (taken < before + rowsPerBatch && count > 0 && feed.ready());
            if (taken == before) {
                ended = true;
                taken++;
            }
        }
        return new RowOffset(1 + taken);
    }

    /// Makes batches longer or shorter by how long the one before took.
    private void size() {
        long now = System.nanoTime();
        double growth = Math.min(BATCH_NANOS / (now - previousNanos), MOST_GROWTH);
        rowsPerBatch = Math.clamp((long) (growth * rowsPerBatch), LEAST_ROWS, MOST_ROWS);
        previousNanos = now;
    }

    @Override
    public InputPartition[] planInputPartitions(Offset start, Offset end) {
        long from = Math.max(((RowOffset) start).number - 1, 0);
        long to = ((RowOffset) end).number - 1;
        if (ended && to == taken) {
            return new InputPartition[] {new Part(from, to, true)};
        }
        InputPartition[] parts = new InputPartition[PARTITIONS];
        for (int part = 0; part < PARTITIONS; part++) {
            parts[part] = new Part(
                    from + (to - from) * part / PARTITIONS, from + (to - from) * (part + 1) / PARTITIONS, false);
        }
        return parts;
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        return new Readers();
    }

    @Override
    public Offset deserializeOffset(String json) {
        return new RowOffset(Long.parseLong(json));
    }

    @Override
    public void commit(Offset end) {}

    @Override
    public void stop() {}

    private record Readers() implements PartitionReaderFactory {
        @Override
        public boolean supportColumnarReads(InputPartition partition) {
            return true;
        }

        @Override
        public PartitionReader<InternalRow> createReader(InputPartition partition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
            return new Reader((Part) partition, Run.running().rows());
        }
    }

    private static final class Reader implements PartitionReader<ColumnarBatch> {
        private final Part part;
        private final QueryRows rows;
        private long from;
        private long to;

        Reader(Part part, QueryRows rows) {
            this.part = part;
            this.rows = rows;
            from = part.from;
            to = part.from;
        }

        @Override
        public boolean next() {
            from = to;
            long endOfBlock = (from / QueryRows.ROWS + 1) * QueryRows.ROWS;
            to = Math.min(Math.min(from + ROWS_PER_READ, endOfBlock), part.to);
            return from < to;
        }

        @Override
        public ColumnarBatch get() {
            if (part.last) {
                return RowSource.last(rows);
            }
            long shift = from / QueryRows.ROWS * rows.blockMillis();
            return RowSource.batch(rows, (int) (from % QueryRows.ROWS), (int) (to - from), shift);
        }

        @Override
        public void close() {}
    }
}
