package io.mullion.bench.peers.jet;

import com.hazelcast.jet.core.AbstractProcessor;
import com.hazelcast.jet.core.EventTimePolicy;
import com.hazelcast.jet.core.ProcessorMetaSupplier;
import com.hazelcast.jet.core.ProcessorSupplier;
import com.hazelcast.jet.core.Watermark;
import com.hazelcast.jet.core.function.ObjLongBiFunction;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sources;
import com.hazelcast.jet.pipeline.StreamStage;
import io.mullion.bench.peer.Feed;

/// The source: one processor that makes an object of each row and, each 100 ms, in an open loop each millisecond, says
/// that time has come to the row before. It stops at the end of the feed, which ends the job and fires the windows that
/// are open.
///
/// *Thread*: one of Jet's, cooperative.
final class RowSource<T> extends AbstractProcessor {
    private static final long WATERMARK_MILLIS = 100;

    /// Makes an object of a row.
    interface Maker<T> {
        T make(int row);
    }

    private final Feed feed;
    private final long watermarkMillis;
    private final long[] times;
    private final Maker<T> maker;
    private final ObjLongBiFunction<? super T, ?> wrap;
    private int row;
    private int end;
    /// At this time another watermark is due.
    private long due = Long.MIN_VALUE;
    /// What the outbox refused; it is offered again at the next call.
    private Object refused;

    private RowSource(JetPeer.Run run, Maker<T> maker, EventTimePolicy<? super T> policy) {
        feed = run.feed();
        watermarkMillis = feed.openLoop() ? 1 : WATERMARK_MILLIS;
        times = run.rows().times;
        this.maker = maker;
        wrap = policy.wrapFn();
    }

    /// The rows as the first stage of a pipeline.
    static <T> StreamStage<T> in(Pipeline pipeline, JetPeer.Rows<T> rows) {
        return pipeline.readFrom(Sources.<T>streamFromProcessorWithWatermarks(
                        "rows",
                        true,
                        policy -> ProcessorMetaSupplier.forceTotalParallelismOne(
                                ProcessorSupplier.of(() -> new RowSource<>(
                                        JetPeer.running(),
                                        rows.maker(JetPeer.running().rows()),
                                        policy)))))
                .withNativeTimestamps(0);
    }

    @Override
    public boolean complete() {
        if (refused != null && !tryEmit(refused)) {
            return false;
        }
        refused = null;
        while (true) {
            if (row == end) {
                if (!feed.ready()) {
                    return false;
                }
                int count = feed.take(Feed.MOST);
                if (count == 0) {
                    return true;
                }
                row = feed.position();
                end = row + count;
            }
            refused = emit(feed.shift());
            if (refused != null) {
                return false;
            }
        }
    }

    /// Emits rows until there are none, or one is refused, which it returns.
    private Object emit(long shift) {
        while (row < end) {
            long time = times[row] + shift;
            if (time >= due) {
                due = time + watermarkMillis;
                Watermark watermark = new Watermark(time - 1);
                if (!tryEmit(watermark)) {
                    return watermark;
                }
            }
            Object event = wrap.apply(maker.make(row), time);
            row++;
            if (!tryEmit(event)) {
                return event;
            }
        }
        return null;
    }
}
