package io.mullion.runtime;

import io.mullion.codegen.KernelOptions;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryPool;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.Idle;
import io.mullion.spec.WorkerThread;
import java.time.Duration;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;

/// What a job needs from its engine.
///
/// @param batchRows rows of a batch
/// @param batchDataBytes room for the values of each variable-size column of a batch
/// @param laneBatches batches of a lane
/// @param laneIdleTimeout after which a lane without rows holds the watermark back no more; zero for never
/// @param deadLetters the user's handler, or null: then a dead letter fails the job
/// @param idle what the worker does while there is nothing to do
/// @param workers how many there are
/// @param partialPanes whether they may aggregate their own rows before they come together
/// @param thread where they run
/// @param latencies whether they are measured
/// @param stageTimes whether they are measured
/// @param mostBatches after how many micro-batches the job ends; 0 for never
/// @param checkpoints null for none
/// @param beginning what the job begins with
/// @param inTest whether there is no real time: nothing waits for another thread, and there are no sources
public record JobOptions(
        String name,
        MemoryPool pool,
        EpochNanoClock clock,
        KernelOptions kernels,
        int batchRows,
        int batchDataBytes,
        int laneBatches,
        Duration laneIdleTimeout,
        Consumer<DeadLetter> deadLetters,
        Idle idle,
        int workers,
        boolean partialPanes,
        WorkerThread thread,
        boolean latencies,
        boolean stageTimes,
        long mostBatches,
        Checkpoints checkpoints,
        Beginning beginning,
        boolean inTest) {
    /// What a job begins with.
    public enum Beginning {
        /// Nothing, and an empty folder for checkpoints.
        ANEW,
        /// The newest checkpoint.
        FROM_CHECKPOINT,
        /// The newest checkpoint if there is one.
        EITHER
    }
}
