package io.mullion.bench.kernels;

import io.mullion.bench.rows.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.List;

/// The rows of [FilterSumKernelBenchmark], once as columns off the heap and once as arrays.
///
/// Half of all prices are above the limit and half of all quantities below theirs, independently. *Ownership*: owns the
/// columns.
final class FilterSumRows implements AutoCloseable {
    /// As columns: price, quantity.
    final Columns columns;

    final Schema schema;
    /// The same as arrays, in the loops that go over them.
    final FilterSumByHand byHand;
    /// What is read of a row, validity included.
    final double rowBytes;

    private FilterSumRows(Columns columns, Schema schema, FilterSumByHand byHand, double rowBytes) {
        this.columns = columns;
        this.schema = schema;
        this.byHand = byHand;
        this.rowBytes = rowBytes;
    }

    static FilterSumRows generate(boolean doubles, int nullPercent, int batches) {
        int rows = batches * Columns.BATCH_ROWS;
        SplitMix64 random = new SplitMix64(2);
        boolean nulls = nullPercent > 0;
        Schema schema = new Schema(List.of(
                new Field("price", doubles ? DataType.FLOAT64 : DataType.INT64, nulls),
                new Field("quantity", doubles ? DataType.INT32 : DataType.INT64, nulls)));
        Columns columns = Columns.batches(schema, batches, 0);
        long[] priceValidity = Validity.random(random, rows, nullPercent);
        long[] quantityValidity = Validity.random(random, rows, nullPercent);
        columns.putValidity(0, priceValidity);
        columns.putValidity(1, quantityValidity);
        double rowBytes = (doubles ? 12 : 16) + (nulls ? 0.25 : 0);
        FilterSumByHand byHand = doubles
                ? ofDoubles(random, rows, columns, priceValidity, quantityValidity)
                : ofLongs(random, rows, columns, priceValidity, quantityValidity);
        return new FilterSumRows(columns, schema, byHand, rowBytes);
    }

    private static FilterSumByHand ofDoubles(
            SplitMix64 random, int rows, Columns columns, long[] priceValidity, long[] quantityValidity) {
        double[] prices = new double[rows];
        int[] quantities = new int[rows];
        for (int row = 0; row < rows; row++) {
            // Above 100 half of the time. All products and sums of them are exact in float64.
            prices[row] = (random.below(800) + 1) / 4.0;
            quantities[row] = (int) random.below(100);
        }
        columns.put(0, prices);
        columns.put(1, quantities);
        return priceValidity == null
                ? new DoubleSumByHand(prices, quantities, columns.data(0), columns.data(1))
                : new DoubleSumWithNullsByHand(
                        prices, quantities, priceValidity, quantityValidity, columns.data(0), columns.data(1));
    }

    private static FilterSumByHand ofLongs(
            SplitMix64 random, int rows, Columns columns, long[] priceValidity, long[] quantityValidity) {
        long[] prices = new long[rows];
        long[] quantities = new long[rows];
        for (int row = 0; row < rows; row++) {
            prices[row] = random.below(200) + 1;
            quantities[row] = random.below(100);
        }
        columns.put(0, prices);
        columns.put(1, quantities);
        return priceValidity == null
                ? new LongSumByHand(prices, quantities, columns.data(0), columns.data(1))
                : new LongSumWithNullsByHand(
                        prices, quantities, priceValidity, quantityValidity, columns.data(0), columns.data(1));
    }

    @Override
    public void close() {
        columns.close();
    }
}
