package io.mullion.bench.peers.flink;

import io.mullion.bench.peer.Feed;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/// The rows of the feed as a source of Flink: one reader, a bounded stream, so that its end fires the windows that are
/// open.
///
/// Splits are there because Flink wants them: there is one, the number 0.
final class RowSource<T> implements Source<T, NumberSequenceSplit, Collection<NumberSequenceSplit>> {
    private static final long serialVersionUID = 1;

    private final NumberSequenceSource splits = new NumberSequenceSource(0, 0);
    private final Rows<T> rows;

    RowSource(Rows<T> rows) {
        this.rows = rows;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<T, NumberSequenceSplit> createReader(SourceReaderContext context) {
        return new Reader<>(rows.maker(Run.running().rows()), context);
    }

    @Override
    public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> createEnumerator(
            SplitEnumeratorContext<NumberSequenceSplit> context) {
        return splits.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> restoreEnumerator(
            SplitEnumeratorContext<NumberSequenceSplit> context, Collection<NumberSequenceSplit> checkpoint) {
        return splits.restoreEnumerator(context, checkpoint);
    }

    @Override
    public SimpleVersionedSerializer<NumberSequenceSplit> getSplitSerializer() {
        return splits.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Collection<NumberSequenceSplit>> getEnumeratorCheckpointSerializer() {
        return splits.getEnumeratorCheckpointSerializer();
    }

    /// Emits the rows that it takes at once. *Thread*: the task's.
    private static final class Reader<T> implements SourceReader<T, NumberSequenceSplit> {
        private final Maker<T> maker;
        private final SourceReaderContext context;
        private final Feed feed = Run.running().feed();
        private final long[] times = Run.running().rows().times;
        private final CompletableFuture<Void> available = new CompletableFuture<>();

        Reader(Maker<T> maker, SourceReaderContext context) {
            this.maker = maker;
            this.context = context;
        }

        @Override
        public void start() {
            context.sendSplitRequest();
        }

        @Override
        public InputStatus pollNext(ReaderOutput<T> output) {
            if (!available.isDone()) {
                return InputStatus.NOTHING_AVAILABLE;
            }
            int count = feed.take(Feed.MOST);
            int from = feed.position();
            long shift = feed.shift();
            for (int row = from; row < from + count; row++) {
                long time = times[row] + shift;
                output.collect(maker.make(row, time), time);
            }
            return count == 0 ? InputStatus.END_OF_INPUT : InputStatus.MORE_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return available;
        }

        @Override
        public void addSplits(List<NumberSequenceSplit> splits) {
            available.complete(null);
        }

        @Override
        public List<NumberSequenceSplit> snapshotState(long checkpoint) {
            return List.of();
        }

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }
}
