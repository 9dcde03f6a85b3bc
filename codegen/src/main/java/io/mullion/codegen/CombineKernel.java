package io.mullion.codegen;

/// Merges accumulator rows into others, row by row: `target = target + source` in the algebra of each accumulator, or
/// `target - source` in the kernel that retracts. The keys play no part: rows are matched by position.
///
/// *Order*: it matters to the last bits of floating sums and variances, and where rows are equal by what an aggregate
/// chooses: there the one in `target` stays, for the last value the one in `source` takes its place. Who combines does
/// so in any order.
@FunctionalInterface
public interface CombineKernel {
    /// *Shape*: `rows` accumulator rows side by side at each address. *Ownership*: writes `target` only.
    void combine(long target, long source, int rows);
}
