package io.mullion.runtime;

import io.mullion.ingest.Lane;
import io.mullion.ingest.LaneProducer;
import io.mullion.ingest.LaneReader;
import io.mullion.ingest.OverloadCounters;
import io.mullion.ingest.RecordEncoder;
import io.mullion.ingest.SharedQueue;
import io.mullion.ingest.SharedReader;
import io.mullion.io.DeadLetter;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;

/// Makes the ways into the inputs of one job: lanes for producers, queues for many threads.
///
/// *Thread*: any, one at a time.
final class Entrances {
    /// The worker has both ends of the lane behind a queue: it writes to one batch while the other is not read yet.
    private static final int SHARED_LANE_BATCHES = 2;
    /// A queue of more references is larger than it is of use.
    private static final int MAX_QUEUED_RECORDS = 1 << 20;

    private final JobOptions options;
    private final AtomicInteger numbers = new AtomicInteger();

    Entrances(JobOptions options) {
        this.options = options;
    }

    /// A lane with its two ends: the producer's, and the one for the worker, which `input` gets.
    ///
    /// @param idle how the producer waits
    /// @param deadLetters called by the producer's thread
    <T> LaneProducer<T> producer(
            JobInput input,
            LogicalStep.Root root,
            String name,
            RecordEncoder<T> encoder,
            Overload overload,
            IdleStrategy idle,
            Consumer<DeadLetter> deadLetters) {
        Lane lane = lane(
                root,
                numbered(name),
                options.laneBatches(),
                overload,
                input.counters().overload(),
                idle);
        LoggedLane logged = input.log() == null ? null : input.log().log().newLane();
        input.add(new LaneReader(lane), logged);
        return new LaneProducer<>(lane, encoder, deadLetters, logged == null ? null : logged.durable);
    }

    /// A queue, of as many records as a lane has rows; its other end is the input's.
    ///
    /// @param idle how threads wait, many at the same time
    /// @param deadLetters called by the worker
    <T> SharedQueue<T> shared(
            JobInput input,
            LogicalStep.FromInput root,
            RecordEncoder<T> encoder,
            IdleStrategy idle,
            Consumer<DeadLetter> deadLetters) {
        if (encoder == null) {
            throw MullionException.misuse(
                    "this input has no record type; write rows with a producer's row(): " + root.name());
        }
        String name = numbered(root.name());
        long records = (long) options.laneBatches() * options.batchRows();
        SharedQueue<T> queue = new SharedQueue<>(
                name,
                (int) Math.min(records, MAX_QUEUED_RECORDS),
                explicitWatermark(root),
                root.overload(),
                input.counters().overload(),
                idle);
        Lane lane = lane(
                root,
                name,
                SHARED_LANE_BATCHES,
                Overload.FAIL,
                // What the queue gave is never refused: it waits for the next turn.
                new OverloadCounters(),
                NoOpIdleStrategy.INSTANCE);
        input.add(
                new SharedReader<>(queue, encoder, lane, deadLetters),
                input.log() == null ? null : input.log().log().newLane());
        return queue;
    }

    private Lane lane(
            LogicalStep.Root root,
            String name,
            int batches,
            Overload overload,
            OverloadCounters counters,
            IdleStrategy idle) {
        return new Lane(
                name,
                root.schema(),
                batches,
                options.batchRows(),
                options.batchDataBytes(),
                explicitWatermark(root),
                overload,
                counters,
                idle,
                options.pool());
    }

    private String numbered(String name) {
        return name + "#" + numbers.getAndIncrement();
    }

    private static boolean explicitWatermark(LogicalStep.Root root) {
        return root.watermark() instanceof Watermark.Explicit;
    }
}
