package io.mullion.exchange;

import io.mullion.batch.Batch;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.codegen.HashKernel;
import io.mullion.codegen.PartitionKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;

/// Deals rows out by the hashes of their keys, as selections. *Ownership*: what it holds belongs to the job's scope.
/// *Thread*: the sending worker.
final class Split {
    private final RunningKernel<HashKernel> hash;
    private final RunningKernel<PartitionKernel> partition;
    private final int parts;
    private final OffHeapArray hashes;
    private final Selection rows;
    private final OffHeapArray starts;

    Split(WorkerExchanges.Deal.ByKey keys, int parts, OperatorContext context, MemoryAccount account) {
        hash = new RunningKernel<>("hashes of " + keys.text(), keys.hash(), context, account);
        partition = new RunningKernel<>("partitions by " + keys.text(), keys.partition(), context, account);
        this.parts = parts;
        hashes = context.scope().own(new OffHeapArray(account));
        rows = context.scope().own(new Selection(account, context.batchRows()));
        starts = context.scope().own(new OffHeapArray(account, 4L * (parts + 2)));
    }

    /// Deals out the active rows.
    ///
    /// @return address of the numbers of the rows, those of a part at positions [`start(part)`, `start(part + 1)`)
    long deal(Batch batch, long active, int from, int to) {
        hashes.ensure(8L * to);
        long dealt = rows.address(to - from);
        try {
            hash.on(batch).hash(batch.readable(), active, from, to, hashes.address());
            partition.kernel().partition(hashes.address(), active, from, to, parts, dealt, starts.address());
        } catch (Exception | AssertionError e) {
            throw hash.failed(e);
        }
        return dealt;
    }

    int start(int part) {
        return RawMemory.getInt(starts.address() + 4L * part);
    }
}
