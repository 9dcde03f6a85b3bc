package io.mullion.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// What all who end the micro-batches of a job have to agree on: when the first one began, how long each is, which have
/// ended, and after which no other comes. So they end the same ones, if not at the same moment.
///
/// A job that goes on from a checkpoint goes on in the batch that was open: the clock of batches stands still while
/// there is no job.
/// *Thread*: any, once the job is planned; for a checkpoint, one while all workers stand still.
public final class BatchTimes implements Stateful {
    private static final String INTERVAL = "interval";
    private static final String ENDED = "ended";
    private static final String ELAPSED = "elapsed nanos";
    private static final String ANNOUNCED = "announced";
    private static final String OPEN = "open";
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final long most;
    private final int workers;
    private final List<MicroBatches> all = new ArrayList<>();
    private final AtomicLong startNanos = new AtomicLong(UNKNOWN);
    /// Batches whose end anybody has seen on the clock.
    private final AtomicLong ended = new AtomicLong();
    /// Workers that no input can come to any more.
    private final AtomicInteger drained = new AtomicInteger();

    private volatile boolean lastEnds;
    private volatile long interval;
    private boolean saved;
    /// Whether a job before has told its operators that time begins.
    private boolean begun;
    /// Batches that ended in the jobs before.
    private long endedBefore;
    /// How long before the first turn the first batch began: not at once where a job goes on.
    private long elapsedNanos;
    /// Whether the batch that is open has rows of a job before.
    private boolean openBefore;

    /// @param most after which no batch ends, or 0
    /// @param workers of the job
    public BatchTimes(long most, int workers) {
        this.most = most;
        this.workers = workers;
    }

    /// Some that are ended by these times.
    void add(MicroBatches batches) {
        all.add(batches);
    }

    /// A stream has come to batch time. All of a job have the same interval.
    void interval(Duration interval, States states) {
        this.interval = MicroBatches.UNIT.of(interval);
        if (!saved) {
            // The first worker, which is planned first, has them for all.
            saved = true;
            states.add("batches", this);
        }
    }

    /// In the unit of [MicroBatches]; 0 if there are no batches.
    public long interval() {
        return interval;
    }

    /// After which no batch ends, or 0.
    long most() {
        return most;
    }

    /// When the first turn of the job was, by the engine's clock, or would have been had it not been interrupted; this
    /// is it if none was before.
    long startNanos(long nowNanos) {
        startNanos.compareAndSet(UNKNOWN, nowNanos - elapsedNanos);
        return startNanos.get();
    }

    /// Batches whose end anybody has seen on the clock: it has come for all.
    long ended() {
        return ended.get();
    }

    /// A batch is seen to end on the clock. Behind the last one there is none: workers that have seen it may be gone.
    ///
    /// @param number from 1 on
    /// @return whether it ends
    synchronized boolean end(long number) {
        if (lastEnds && number > ended.get()) {
            return false;
        }
        ended.accumulateAndGet(number, Math::max);
        if (number == most) {
            lastEnds = true;
        }
        return true;
    }

    /// A worker has come to the end of its inputs: said once by each.
    synchronized void drained() {
        if (drained.incrementAndGet() == workers) {
            lastEnds = true;
        }
    }

    /// Whether the last batch ends: there is nothing for a job to go on with but the end.
    public boolean lastEnds() {
        return lastEnds;
    }

    /// Whether operators were told in a job before that time begins.
    boolean begun() {
        return begun;
    }

    /// Batches that ended in the jobs before.
    long endedBefore() {
        return endedBefore;
    }

    /// Whether the batch that is open has rows of a job before.
    boolean openBefore() {
        return openBefore;
    }

    /// The time that streams of an interval had come to in the jobs before; the least int64 if there was none.
    ///
    /// @param interval of the streams, a multiple of that of the job
    public long timeBefore(long interval) {
        return begun ? endedBefore * this.interval / interval * interval : UNKNOWN;
    }

    /// All have ended the same batches, and none is ending.
    @Override
    public void writeTo(StateWriter out) {
        out.value(INTERVAL, interval);
        out.value(ENDED, Math.max(endedBefore, ended.get()));
        out.value(ELAPSED, elapsedNanos());
        out.value(ANNOUNCED, startNanos.get() == UNKNOWN ? 0 : 1);
        out.value(OPEN, all.stream().anyMatch(MicroBatches::isOpen) ? 1 : 0);
    }

    private long elapsedNanos() {
        long start = startNanos.get();
        return start == UNKNOWN
                ? elapsedNanos
                : all.stream().mapToLong(MicroBatches::nowNanos).max().orElseThrow() - start;
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(INTERVAL, Long.toString(interval));
        endedBefore = in.value(ENDED);
        elapsedNanos = in.value(ELAPSED);
        begun = in.value(ANNOUNCED) == 1;
        openBefore = in.value(OPEN) == 1;
    }
}
