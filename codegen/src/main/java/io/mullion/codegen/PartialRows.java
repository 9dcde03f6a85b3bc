package io.mullion.codegen;

import io.mullion.routine.RawMemory;

/// Folds rows that are accumulator rows themselves: what somebody else has aggregated of the same groups.
///
/// *Shape*: they are the values of a column of bytes, each of the length of an accumulator row, side by side from the
/// start of the column's data. *Order*: as that of [CombineKernel].
public final class PartialRows implements AccumulateKernel {
    private final CombineKernel combine;
    private final int column;
    private final int rowBytes;

    private PartialRows(CombineKernel combine, int column, int rowBytes) {
        this.combine = combine;
        this.column = column;
        this.rowBytes = rowBytes;
    }

    /// The same aggregates over such rows.
    ///
    /// @param column number of the column with accumulator rows
    public static Accumulation of(Accumulation aggregates, int column) {
        Compiled<CombineKernel> combine = aggregates.combine();
        AccumulateKernel kernel =
                new PartialRows(combine.kernel(), column, aggregates.layout().rowBytes());
        return new Accumulation(
                aggregates.layout(),
                aggregates.results(),
                new Compiled<>(kernel, "for each row: " + combine, combine.variant(), combine.scratchBytes()),
                combine,
                aggregates.retract(),
                aggregates.result());
    }

    @Override
    public void accumulate(ColumnAddresses in, long active, int from, int to, long groupIds, StateAddresses state) {
        long rows = in.address(column, ColumnAddresses.DATA);
        if (active == 0 && groupIds != 0) {
            takePages(groupIds, from, to, state);
            combine.combineScattered(
                    state, groupIds + 4L * from, rows + (long) rowBytes * from, to - from, 0, rowBytes);
            return;
        }
        for (int position = from; position < to; position++) {
            int row = active == 0 ? position : RawMemory.getInt(active + 4L * position);
            int group = groupIds == 0 ? 0 : RawMemory.getInt(groupIds + 4L * row);
            long page = page(group, state);
            combine.combine(
                    page + (long) rowBytes * (group & StateAddresses.PAGE_MASK), rows + (long) rowBytes * row, 1);
        }
    }

    /// How many rows the rows have been made of. They are counted in lane 0 where an aggregate asks for their number.
    ///
    /// @param accumulators address of the column's data
    public static long count(long accumulators, int rowBytes, long active, int from, int to) {
        long count = 0;
        for (int position = from; position < to; position++) {
            int row = active == 0 ? position : RawMemory.getInt(active + 4L * position);
            count += RawMemory.getLong(accumulators + (long) rowBytes * row);
        }
        return count;
    }

    private static void takePages(long groupIds, int from, int to, StateAddresses state) {
        for (int row = from; row < to; row++) {
            page(RawMemory.getInt(groupIds + 4L * row), state);
        }
    }

    private static long page(int group, StateAddresses state) {
        int page = group >>> StateAddresses.PAGE_SHIFT;
        long address = state.pages()[page];
        return address != 0 ? address : state.takePage(page);
    }
}
