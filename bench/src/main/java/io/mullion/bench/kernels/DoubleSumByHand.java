package io.mullion.bench.kernels;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mullion.routine.RawMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Prices float64, quantities int32, no nulls.
final class DoubleSumByHand extends FilterSumByHand {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));
    private static final int LANES = DOUBLES.length();
    private static final double[] WEIGHTS = {0, 1};

    private final double[] prices;
    private final int[] quantities;
    private final MemorySegment priceColumn;
    private final MemorySegment quantityColumn;
    private final long priceAddress;
    private final long quantityAddress;
    private double total;

    DoubleSumByHand(double[] prices, int[] quantities, MemorySegment priceColumn, MemorySegment quantityColumn) {
        this.prices = prices;
        this.quantities = quantities;
        this.priceColumn = priceColumn;
        this.quantityColumn = quantityColumn;
        priceAddress = priceColumn.address();
        quantityAddress = quantityColumn.address();
    }

    @Override
    void branching(int first, int rows) {
        double[] prices = this.prices;
        int[] quantities = this.quantities;
        double sum = 0;
        for (int row = first; row < first + rows; row++) {
            if (prices[row] > LEAST_PRICE && quantities[row] < QUANTITY_LIMIT) {
                sum += prices[row] * quantities[row];
            }
        }
        total += sum;
    }

    @Override
    void masking(int first, int rows) {
        double[] prices = this.prices;
        int[] quantities = this.quantities;
        double sum = 0;
        for (int row = first; row < first + rows; row++) {
            int expensive = prices[row] > LEAST_PRICE ? 1 : 0;
            int few = quantities[row] < QUANTITY_LIMIT ? 1 : 0;
            long product = Double.doubleToRawLongBits(prices[row] * quantities[row]);
            sum += Double.longBitsToDouble(product & -(long) (expensive & few));
        }
        total += sum;
    }

    @Override
    void weighing(int first, int rows) {
        double[] prices = this.prices;
        int[] quantities = this.quantities;
        double[] weights = WEIGHTS;
        double sum = 0;
        for (int row = first; row < first + rows; row++) {
            int expensive = prices[row] > LEAST_PRICE ? 1 : 0;
            int few = quantities[row] < QUANTITY_LIMIT ? 1 : 0;
            sum += prices[row] * quantities[row] * weights[expensive & few];
        }
        total += sum;
    }

    @Override
    void weighingSegment(int first, int rows) {
        MemorySegment prices = priceColumn;
        MemorySegment quantities = quantityColumn;
        double[] weights = WEIGHTS;
        double sum = 0;
        for (int row = first; row < first + rows; row++) {
            double price = prices.getAtIndex(JAVA_DOUBLE, row);
            int quantity = quantities.getAtIndex(JAVA_INT, row);
            int expensive = price > LEAST_PRICE ? 1 : 0;
            int few = quantity < QUANTITY_LIMIT ? 1 : 0;
            sum += price * quantity * weights[expensive & few];
        }
        total += sum;
    }

    @Override
    void vector(int first, int rows) {
        DoubleVector a = DoubleVector.zero(DOUBLES);
        DoubleVector b = a;
        DoubleVector c = a;
        DoubleVector d = a;
        int row = first;
        int end = first + rows;
        while (row + 4 * LANES <= end) {
            a = added(a, row);
            b = added(b, row + LANES);
            c = added(c, row + 2 * LANES);
            d = added(d, row + 3 * LANES);
            row += 4 * LANES;
        }
        total += a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
        branching(row, end - row);
    }

    private DoubleVector added(DoubleVector sum, int row) {
        DoubleVector price = DoubleVector.fromMemorySegment(
                DOUBLES, RawMemory.EVERYTHING, priceAddress + 8L * row & NOT_NEGATIVE, ByteOrder.nativeOrder());
        IntVector quantity = IntVector.fromMemorySegment(
                INTS, RawMemory.EVERYTHING, quantityAddress + 4L * row & NOT_NEGATIVE, ByteOrder.nativeOrder());
        VectorMask<Double> few =
                quantity.compare(VectorOperators.LT, QUANTITY_LIMIT).cast(DOUBLES);
        VectorMask<Double> both = price.compare(VectorOperators.GT, LEAST_PRICE, few);
        return sum.add(price.mul(quantity.convertShape(VectorOperators.I2D, DOUBLES, 0)), both);
    }

    @Override
    void clear() {
        total = 0;
    }

    @Override
    Number total() {
        return total;
    }
}
