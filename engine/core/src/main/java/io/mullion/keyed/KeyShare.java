package io.mullion.keyed;

import io.mullion.batch.Batch;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.HashKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;

/// Which keys belong to one of several workers, to whom rows are dealt out by the same hash.
///
/// @param hash of the key of a row
/// @param workers how many there are
/// @param worker which one of them this is
public record KeyShare(Compiled<HashKernel> hash, int workers, int worker) {
    /// Whether the key of the only row of a batch is one of them.
    boolean has(Batch row, OperatorContext context, MemoryAccount account) {
        RunningKernel<HashKernel> running = new RunningKernel<>("hash of an initial key", hash, context, account);
        try (OffHeapArray hashes = new OffHeapArray(account, Long.BYTES)) {
            running.on(row).hash(row.readableRows(1).readable(), 0, 0, 1, hashes.address());
            return Hashing.part(RawMemory.getLong(hashes.address()), workers) == worker;
        } catch (Exception | AssertionError e) {
            throw running.failed(e);
        }
    }
}
