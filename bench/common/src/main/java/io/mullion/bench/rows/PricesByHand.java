package io.mullion.bench.rows;

/// Q3 by hand, as plain Java: the product times 0 or 1, which was the fastest of the loops in
/// the benchmark `FilterSumKernelBenchmark` that use no vectors.
final class PricesByHand implements ByHand {
    private final PriceRows rows;
    private final Answer answer;
    private long windowEnd = Long.MIN_VALUE;
    private double sum;
    private long passed;

    PricesByHand(PriceRows rows, Answer answer) {
        this.rows = rows;
        this.answer = answer;
    }

    @Override
    public void rows(int from, int to, long shift) {
        long[] times = rows.times;
        if (windowEnd == Long.MIN_VALUE) {
            windowEnd = Math.floorDiv(times[from] + shift, PriceRows.WINDOW_MILLIS) * PriceRows.WINDOW_MILLIS
                    + PriceRows.WINDOW_MILLIS;
        }
        int row = from;
        while (row < to) {
            row = fold(row, to, windowEnd - shift);
            if (row < to) {
                fire();
            }
        }
    }

    @Override
    public void end() {
        fire();
    }

    /// Folds rows up to the first one at `end`, which it returns.
    private int fold(int from, int to, long end) {
        double[] prices = rows.prices;
        int[] quantities = rows.quantities;
        long[] times = rows.times;
        double sum = this.sum;
        long passed = this.passed;
        int row = from;
        for (; row < to && times[row] < end; row++) {
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
        windowEnd += PriceRows.WINDOW_MILLIS;
    }
}
