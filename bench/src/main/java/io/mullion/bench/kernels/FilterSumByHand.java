package io.mullion.bench.kernels;

/// The loops of [FilterSumKernelBenchmark] as one would write them by hand for one pair of types: each adds
/// `sum(price * quantity)` over the rows in `[first, first + rows)` with a price above [#LEAST_PRICE] and a quantity
/// below [#QUANTITY_LIMIT] to its total. Batches begin at multiples of 64 rows.
///
/// *Thread*: one.
abstract sealed class FilterSumByHand
        permits DoubleSumByHand, DoubleSumWithNullsByHand, LongSumByHand, LongSumWithNullsByHand {
    static final int LEAST_PRICE = 100;
    static final int QUANTITY_LIMIT = 50;

    /// Tells the JIT that an address is not negative, so that the bound of the segment need not be tested.
    static final long NOT_NEGATIVE = Long.MAX_VALUE >> 1;

    /// An `if` a row.
    abstract void branching(int first, int rows);

    /// The product, or no bit of it: a mask made of both comparisons.
    abstract void masking(int first, int rows);

    /// The product times 1 or 0.
    abstract void weighing(int first, int rows);

    /// As [#weighing], over a `MemorySegment` where the others have arrays.
    abstract void weighingSegment(int first, int rows);

    /// The Vector API over the columns off the heap, which begin where a vector does (arrays do not), with as many
    /// accumulators as pay.
    abstract void vector(int first, int rows);

    abstract void clear();

    /// A Double or a Long. The sums of doubles are exact, so order does not matter.
    abstract Number total();
}
