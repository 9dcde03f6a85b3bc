package io.mullion.bench.peers.dstreams;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.spark.rdd.RDD;
import org.apache.spark.streaming.StreamingContext;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStreamLike;
import org.apache.spark.streaming.api.java.JavaInputDStream;
import org.apache.spark.streaming.dstream.InputDStream;
import scala.Option;
import scala.reflect.ClassTag;

/// The feed cut into batches of so many rows, which stand for a fixed piece of event time: DStreams have no event time,
/// a batch is what came in a piece of the clock's. So that rows are taken as fast as they are worked on, a batch is
/// handed out when the one before is done, however often the clock has struck by then.
///
/// Before the feed come empty batches, so that Spark has started when the first row is taken, and behind its end
/// others, until all windows are over.
@SuppressWarnings("deprecation") // of its base class, as all of DStreams
final class Batches<T> extends InputDStream<T> {
    private static final long serialVersionUID = 1;
    /// How many may be handed out: one, and the next one when that is done.
    private static final Semaphore DONE = new Semaphore(1);

    /// As many as the longest slide has, so that slides begin with the first row.
    private static final int BATCHES_BEFORE = 10;

    private static final CountDownLatch OVER = new CountDownLatch(1);

    private final Maker<T> maker;
    private final ClassTag<T> tag;
    private final int rowsPerBatch;
    private int emptyBatches;
    private long taken;
    private int batches;
    private long firstMillis;

    /// @param emptyBatches after which all windows are over
    Batches(StreamingContext streaming, Maker<T> maker, int rowsPerBatch, int emptyBatches, ClassTag<T> tag) {
        super(streaming, tag);
        this.maker = maker;
        this.rowsPerBatch = rowsPerBatch;
        this.emptyBatches = emptyBatches;
        this.tag = tag;
    }

    @Override
    public Option<RDD<T>> compute(Time time) {
        DONE.acquireUninterruptibly();
        if (batches++ < BATCHES_BEFORE) {
            firstMillis = time.milliseconds() + slideDuration().milliseconds();
            return batch(0);
        }
        Feed feed = Run.running().feed();
        long from = taken;
        int count = rowsPerBatch;
        while (taken < from + rowsPerBatch && count > 0) {
            count = feed.take((int) Math.min(from + rowsPerBatch - taken, Feed.MOST));
            taken += count;
        }
        if (taken == from && emptyBatches-- == 0) {
            OVER.countDown();
        }
        return batch(from);
    }

    private Option<RDD<T>> batch(long from) {
        return Option.apply(new RowRdd<>(context().sparkContext(), from, taken, maker, tag));
    }

    /// How many batches there were up to this time, the one of this time among them.
    private long number(Time time) {
        return (time.milliseconds() - firstMillis) / slideDuration().milliseconds() + 1;
    }

    /// Puts a result of the window that ends at `end` into the answer.
    interface Adder<R> extends Serializable {
        void add(Answer answer, long end, R result);
    }

    /// Puts results into the answer, and says when a batch is done.
    ///
    /// @param batchMillis of event time
    <R> void answer(JavaDStreamLike<R, ?, ?> results, long batchMillis, Adder<R> adder) {
        results.foreachRDD((rdd, time) -> add(rdd.collect(), number(time) * batchMillis, adder));
        JavaInputDStream.fromInputDStream(this, tag).foreachRDD(rdd -> DONE.release());
    }

    private static <R> void add(List<R> results, long millis, Adder<R> adder) {
        Answer answer = Run.running().answer();
        for (R result : results) {
            adder.add(answer, QueryRows.START_MILLIS + millis, result);
        }
    }

    /// Waits until all batches are done.
    static void await() throws InterruptedException {
        OVER.await();
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}
}
