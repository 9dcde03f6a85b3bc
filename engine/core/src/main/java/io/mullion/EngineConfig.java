package io.mullion;

import io.mullion.codegen.KernelOptions;
import io.mullion.spec.Idle;
import io.mullion.spec.MullionException;
import java.time.Duration;

/// Limits and sizes of an engine.
///
/// @param memoryLimitBytes the most memory the engine holds off the heap, taken when first needed
/// @param batchRows rows of a batch
/// @param batchDataBytes room for the values of each text column of a batch: the longest text that can pass
/// @param laneBatches batches of a lane, at least 2
/// @param laneIdleTimeout after which a lane without rows holds the watermark back no more; zero for never
/// @param idle what a worker does while there is nothing to do, unless its job says otherwise
/// @param kernels which variant of the kernels to generate
public record EngineConfig(
        long memoryLimitBytes,
        int batchRows,
        int batchDataBytes,
        int laneBatches,
        Duration laneIdleTimeout,
        Idle idle,
        KernelOptions kernels) {

    /// 512 MiB, batches of 16384 rows and 512 KiB a text column, 8 batches a lane, lanes idle after 5 s, workers that
    /// back off to parks of 50 us, the fastest kernels this JVM can run.
    public static EngineConfig defaults() {
        return new EngineConfig(
                512L << 20, 1 << 14, 1 << 19, 8, Duration.ofSeconds(5), Idle.backOff(), KernelOptions.best());
    }

    public EngineConfig {
        require(batchRows >= 1 && batchRows <= 1 << 20, "batchRows must be from 1 to 1048576", batchRows);
        require(
                batchDataBytes >= 1 && batchDataBytes <= 1 << 28,
                "batchDataBytes must be from 1 to 2^28",
                batchDataBytes);
        require(laneBatches >= 2 && laneBatches <= 1 << 12, "laneBatches must be from 2 to 4096", laneBatches);
        require(!laneIdleTimeout.isNegative(), "laneIdleTimeout must not be negative", laneIdleTimeout);
    }

    public EngineConfig withMemoryLimitBytes(long memoryLimitBytes) {
        return new EngineConfig(
                memoryLimitBytes, batchRows, batchDataBytes, laneBatches, laneIdleTimeout, idle, kernels);
    }

    public EngineConfig withBatchRows(int batchRows) {
        return new EngineConfig(
                memoryLimitBytes, batchRows, batchDataBytes, laneBatches, laneIdleTimeout, idle, kernels);
    }

    public EngineConfig withBatchDataBytes(int batchDataBytes) {
        return new EngineConfig(
                memoryLimitBytes, batchRows, batchDataBytes, laneBatches, laneIdleTimeout, idle, kernels);
    }

    public EngineConfig withLaneBatches(int laneBatches) {
        return new EngineConfig(
                memoryLimitBytes, batchRows, batchDataBytes, laneBatches, laneIdleTimeout, idle, kernels);
    }

    public EngineConfig withLaneIdleTimeout(Duration laneIdleTimeout) {
        return new EngineConfig(
                memoryLimitBytes, batchRows, batchDataBytes, laneBatches, laneIdleTimeout, idle, kernels);
    }

    public EngineConfig withIdle(Idle idle) {
        return new EngineConfig(
                memoryLimitBytes, batchRows, batchDataBytes, laneBatches, laneIdleTimeout, idle, kernels);
    }

    public EngineConfig withKernels(KernelOptions kernels) {
        return new EngineConfig(
                memoryLimitBytes, batchRows, batchDataBytes, laneBatches, laneIdleTimeout, idle, kernels);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw MullionException.invalid(expected + ": found " + found);
        }
    }
}
