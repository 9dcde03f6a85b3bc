package io.mullion.spec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// Where a job keeps what it needs to go on after it has died, and how often it puts it there.
///
/// @param folder made if it is not there; one job at a time has it
/// @param every how long after one checkpoint the next is begun; zero if only [io.mullion.Job#checkpoint] makes them
/// @param keep how many are kept: should the newest turn out to be damaged, the one before is used
public record Checkpoints(Path folder, Duration every, int keep) {
    /// Of those that are whole.
    private static final int KEPT = 2;

    public Checkpoints {
        Objects.requireNonNull(folder, "folder");
        if (every.isNegative()) {
            throw MullionException.invalid("time between checkpoints is not negative: every=" + every);
        }
        if (keep < 1) {
            throw MullionException.invalid("at least one checkpoint is kept: keep=" + keep);
        }
    }

    /// Made when [io.mullion.Job#checkpoint] is called, and when the job comes to its end.
    public static Checkpoints to(Path folder) {
        return new Checkpoints(folder, Duration.ZERO, KEPT);
    }

    /// And so often. What a crash takes back is not older than this, as long as the disk follows.
    public Checkpoints every(Duration every) {
        return new Checkpoints(folder, every, keep);
    }

    public Checkpoints keep(int checkpoints) {
        return new Checkpoints(folder, every, checkpoints);
    }
}
