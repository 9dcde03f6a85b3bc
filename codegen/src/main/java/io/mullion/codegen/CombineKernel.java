package io.mullion.codegen;

import io.mullion.routine.RawMemory;

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

    /// Sets rows of `target` to those of `mine` with those of `source` merged into them: a window of two parts that lie
    /// in memory, which are then read at the same time.
    ///
    /// *Shape*: `rows` accumulator rows side by side at each address. *Ownership*: writes `target` only.
    default void combineInto(long target, long mine, long source, int rows, int rowBytes) {
        RawMemory.copy(mine, target, (long) rowBytes * rows);
        combine(target, source, rows);
    }

    /// The same as [#combine] for rows side by side that belong to groups which lie anywhere: as one loop where the
    /// kernel has one, so that the processor waits for many of these rows at a time.
    ///
    /// *Shape*: `groups` is the address of the int32 group of each row; their pages have been taken. *Ownership*:
    /// writes rows of `target`, and what is at `kept`.
    ///
    /// @param kept address for what the groups had before, row by row; 0 if nobody wants it
    default void combineScattered(StateAddresses target, long groups, long source, int rows, long kept, int rowBytes) {
        long[] pages = target.pages();
        for (int row = 0; row < rows; row++) {
            int group = RawMemory.getInt(groups + 4L * row);
            long at = pages[group >>> StateAddresses.PAGE_SHIFT] + (long) rowBytes * (group & StateAddresses.PAGE_MASK);
            if (kept != 0) {
                RawMemory.copy(at, kept + (long) rowBytes * row, rowBytes);
            }
            combine(at, source + (long) rowBytes * row, 1);
        }
    }

    /// Sets rows that lie anywhere to rows side by side, as [#combineScattered] merges them.
    ///
    /// *Shape*: `groups` is the address of the int32 group of each row; their pages have been taken. *Ownership*:
    /// writes rows of `target`.
    default void setScattered(StateAddresses target, long groups, long source, int rows, int rowBytes) {
        long[] pages = target.pages();
        for (int row = 0; row < rows; row++) {
            int group = RawMemory.getInt(groups + 4L * row);
            long at = pages[group >>> StateAddresses.PAGE_SHIFT] + (long) rowBytes * (group & StateAddresses.PAGE_MASK);
            RawMemory.copy(source + (long) rowBytes * row, at, rowBytes);
        }
    }
}
