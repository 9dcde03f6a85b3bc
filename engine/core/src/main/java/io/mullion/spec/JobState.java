package io.mullion.spec;

/// Where a job is in its life. From RUNNING or DRAINING it comes to exactly one of the last three, and stays there.
public enum JobState {
    /// Takes rows.
    RUNNING,
    /// Takes no new rows; works off what it has.
    DRAINING,
    /// All input was processed and all windows fired.
    FINISHED,
    /// Ended by an error, which `await` throws.
    FAILED,
    /// Ended on request; rows that were still in lanes are gone.
    STOPPED;

    /// Whether the job has ended.
    public boolean ended() {
        return this == FINISHED || this == FAILED || this == STOPPED;
    }
}
