package io.mullion.codegen;

/// Folds rows into the accumulators of their groups.
@FunctionalInterface
public interface AccumulateKernel {
    /// Folds the active rows of `in` into `state`; of a kernel with a predicate, those that fulfil it.
    ///
    /// *Shape*: `active`, `from` and `to` as in [FilterKernel]; `groupIds` is the address of int32 group ids *by row
    /// number*, or 0 when all rows belong to group 0. Pages missing from `state` are taken. *Order*: selection order;
    /// the result depends on it only in the last bits of floating sums. *Ownership*: borrows all, writes only `state`.
    /// *Thread*: the worker.
    void accumulate(ColumnAddresses in, long active, int from, int to, long groupIds, StateAddresses state);
}
