package io.mullion.bench.peers.dstreams;

import io.mullion.bench.peer.Feed;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.spark.rdd.RDD;
import org.apache.spark.streaming.StreamingContext;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.dstream.InputDStream;
import scala.Option;
import scala.reflect.ClassTag;

/// The feed cut into batches of so many rows, which stand for a fixed piece of event time: DStreams have no event time,
/// a batch is what came in a piece of the clock's. So that rows are taken as fast as they are worked on, a batch is
/// handed out when the one before is done, however often the clock has struck by then.
///
/// Behind the end of the feed come empty batches, until all windows are over.
final class Batches<T> extends InputDStream<T> {
    private static final long serialVersionUID = 1;

    private final transient Feed feed;
    private final transient Semaphore done = new Semaphore(1);
    private final transient CountDownLatch over = new CountDownLatch(1);
    private final transient Maker<T> maker;
    private final transient ClassTag<T> tag;
    private final int rowsPerBatch;
    private int emptyBatches;
    private long taken;
    private long firstMillis = -1;

    /// @param emptyBatches after which all windows are over
    Batches(
            StreamingContext streaming,
            Feed feed,
            Maker<T> maker,
            int rowsPerBatch,
            int emptyBatches,
            ClassTag<T> tag) {
        super(streaming, tag);
        this.feed = feed;
        this.maker = maker;
        this.rowsPerBatch = rowsPerBatch;
        this.emptyBatches = emptyBatches;
        this.tag = tag;
    }

    @Override
    public Option<RDD<T>> compute(Time time) {
        done.acquireUninterruptibly();
        if (firstMillis < 0) {
            firstMillis = time.milliseconds();
        }
        long from = taken;
        int count = rowsPerBatch;
        while (taken < from + rowsPerBatch && count > 0) {
            count = feed.take((int) Math.min(from + rowsPerBatch - taken, Feed.MOST));
            taken += count;
        }
        if (taken == from && emptyBatches-- == 0) {
            over.countDown();
        }
        return Option.apply(new RowRdd<>(context().sparkContext(), from, taken, maker, tag));
    }

    /// How many batches there were up to this time, the one of this time among them.
    long number(Time time) {
        return (time.milliseconds() - firstMillis) / slideDuration().milliseconds() + 1;
    }

    /// The batch is done: the next one may come.
    void done() {
        done.release();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    void await() throws InterruptedException {
        over.await();
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}
}
