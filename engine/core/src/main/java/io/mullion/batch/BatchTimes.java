package io.mullion.batch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// What all who end the micro-batches of a job have to agree on: when the first one began, how long each is, and after
/// which no other comes. So they end the same ones, if not at the same moment.
///
/// *Thread*: any, once the job is planned.
public final class BatchTimes {
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final long most;
    private final AtomicLong startNanos = new AtomicLong(UNKNOWN);
    private volatile long interval;

    /// @param most after which no batch ends, or 0
    public BatchTimes(long most) {
        this.most = most;
    }

    /// A stream has come to batch time. All of a job have the same interval.
    void interval(Duration interval) {
        this.interval = MicroBatches.UNIT.of(interval);
    }

    /// In the unit of [MicroBatches]; 0 if there are no batches.
    public long interval() {
        return interval;
    }

    /// After which no batch ends, or 0.
    long most() {
        return most;
    }

    /// When the first turn of the job was, by the engine's clock; this is it if none was before.
    long startNanos(long nowNanos) {
        startNanos.compareAndSet(UNKNOWN, nowNanos);
        return startNanos.get();
    }
}
