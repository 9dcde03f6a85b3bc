package io.mullion.bench.queries;

/// Q3 by hand, as plain Java: the product times 0 or 1, which was the fastest of the loops in
/// [io.mullion.bench.kernels.FilterSumKernelBenchmark] that use no vectors.
final class FilterSumByHand implements Query.ByHand {
    private static final long WINDOW_MILLIS = 1_000;

    private final FilterSumQuery rows;
    private final Answer answer;
    private long windowEnd = Long.MIN_VALUE;
    private double sum;
    private long passed;

    FilterSumByHand(FilterSumQuery rows, Answer answer) {
        this.rows = rows;
        this.answer = answer;
    }

    @Override
    public void rows(long shift) {
        long[] times = rows.times;
        if (windowEnd == Long.MIN_VALUE) {
            windowEnd = Math.floorDiv(times[0] + shift, WINDOW_MILLIS) * WINDOW_MILLIS + WINDOW_MILLIS;
        }
        int row = 0;
        while (row < times.length) {
            row = fold(row, windowEnd - shift);
            if (row < times.length) {
                fire();
            }
        }
    }

    @Override
    public void end() {
        fire();
    }

    /// Folds rows up to the first one at `end`, which it returns.
    private int fold(int from, long end) {
        double[] prices = rows.prices;
        int[] quantities = rows.quantities;
        long[] times = rows.times;
        double sum = this.sum;
        long passed = this.passed;
        int row = from;
        for (; row < times.length && times[row] < end; row++) {
            double price = prices[row];
            int quantity = quantities[row];
            int taken = (price > 100 ? 1 : 0) & (quantity < 50 ? 1 : 0);
            sum += price * quantity * taken;
            passed += taken;
        }
        this.sum = sum;
        this.passed = passed;
        return row;
    }

    private void fire() {
        if (passed > 0) {
            answer.add(windowEnd, (long) sum);
        }
        sum = 0;
        passed = 0;
        windowEnd += WINDOW_MILLIS;
    }
}
