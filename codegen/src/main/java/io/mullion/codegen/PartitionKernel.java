package io.mullion.codegen;

import io.mullion.routine.Hashing;

/// Deals rows out to partitions by the hashes of their keys.
@FunctionalInterface
public interface PartitionKernel {
    /// Writes the numbers of the active rows as one selection for each partition, one after the other.
    ///
    /// The partition of a row is [Hashing#part] of its hash: a product of it with their number, no remainder. *Shape*:
    /// `active`, `from` and `to` as in [FilterKernel]; `hashes` by position, as [HashKernel] writes them. `rows` has
    /// room for `to - from` int32 and `starts` for `partitions + 2`: the selection of partition `p` is at positions
    /// [`starts[p]`, `starts[p + 1]`) of `rows`. *Order*: within a partition that of the input. *Ownership*: borrows
    /// all, writes `rows` and `starts`. *Thread*: stateless.
    ///
    /// @param partitions at least 1
    void partition(long hashes, long active, int from, int to, int partitions, long rows, long starts);
}
