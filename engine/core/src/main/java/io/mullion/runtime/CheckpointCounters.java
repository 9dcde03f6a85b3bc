package io.mullion.runtime;

import io.mullion.batch.Counters.Counter;
import java.util.List;

/// What has become of the checkpoints of a job. *Thread*: the worker writes, any reads.
public final class CheckpointCounters {
    public final Counter completed = new Counter();
    public final Counter failed = new Counter();
    /// Due while another one was on its way.
    public final Counter skipped = new Counter();
    /// Of all checkpoints, as they lie on disk.
    public final Counter bytes = new Counter();
    /// For which the worker stood still.
    public final Counter pauseNanos = new Counter();

    /// Times that the log of producers could not be written. *Thread*: that which writes it.
    public final Counter logFailures = new Counter();

    private volatile List<String> notices = List.of();
    private volatile long longestPauseNanos;
    private volatile long newest;

    void noticed(List<String> notices) {
        this.notices = notices;
    }

    void complete(long epoch, long bytes) {
        completed.add(1);
        this.bytes.add(bytes);
        newest = epoch;
    }

    void paused(long nanos) {
        pauseNanos.add(nanos);
        longestPauseNanos = Math.max(longestPauseNanos, nanos);
    }

    /// What was not taken over as it was from the checkpoint that the job went on from.
    public List<String> notices() {
        return notices;
    }

    /// For which the worker stood still at once.
    public long longestPauseNanos() {
        return longestPauseNanos;
    }

    /// Number of the newest that is whole; 0 if there is none of this run.
    public long newest() {
        return newest;
    }
}
