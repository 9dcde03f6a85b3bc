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

/// Prices float64, quantities int32, either may be null.
final class DoubleSumWithNullsByHand extends FilterSumByHand {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));
    private static final int LANES = DOUBLES.length();
    private static final double[] WEIGHTS = {0, 1};

    private final double[] prices;
    private final int[] quantities;
    private final long[] priceValidity;
    private final long[] quantityValidity;
    private final MemorySegment priceColumn;
    private final MemorySegment quantityColumn;
    private final long priceAddress;
    private final long quantityAddress;
    private double total;

    DoubleSumWithNullsByHand(
            double[] prices,
            int[] quantities,
            long[] priceValidity,
            long[] quantityValidity,
            MemorySegment priceColumn,
            MemorySegment quantityColumn) {
        this.prices = prices;
        this.quantities = quantities;
        this.priceValidity = priceValidity;
        this.quantityValidity = quantityValidity;
        this.priceColumn = priceColumn;
        this.quantityColumn = quantityColumn;
        priceAddress = priceColumn.address();
        quantityAddress = quantityColumn.address();
    }

    @Override
    void branching(int first, int rows) {
        double[] prices = this.prices;
        int[] quantities = this.quantities;
        long[] priceValidity = this.priceValidity;
        long[] quantityValidity = this.quantityValidity;
        double sum = 0;
        for (int row = first; row < first + rows; row++) {
            if (prices[row] > LEAST_PRICE
                    && quantities[row] < QUANTITY_LIMIT
                    && Validity.bit(priceValidity, row) != 0
                    && Validity.bit(quantityValidity, row) != 0) {
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
        long valid = 0;
        for (int row = first; row < first + rows; row++) {
            if ((row & 63) == 0) {
                valid = priceValidity[row >> 6] & quantityValidity[row >> 6];
            }
            int expensive = prices[row] > LEAST_PRICE ? 1 : 0;
            int few = quantities[row] < QUANTITY_LIMIT ? 1 : 0;
            long product = Double.doubleToRawLongBits(prices[row] * quantities[row]);
            sum += Double.longBitsToDouble(product & -(expensive & few & valid));
            valid >>>= 1;
        }
        total += sum;
    }

    @Override
    void weighing(int first, int rows) {
        double[] prices = this.prices;
        int[] quantities = this.quantities;
        double[] weights = WEIGHTS;
        double sum = 0;
        long valid = 0;
        for (int row = first; row < first + rows; row++) {
            if ((row & 63) == 0) {
                valid = priceValidity[row >> 6] & quantityValidity[row >> 6];
            }
            int expensive = prices[row] > LEAST_PRICE ? 1 : 0;
            int few = quantities[row] < QUANTITY_LIMIT ? 1 : 0;
            sum += prices[row] * quantities[row] * weights[expensive & few & (int) valid];
            valid >>>= 1;
        }
        total += sum;
    }

    @Override
    void weighingSegment(int first, int rows) {
        MemorySegment prices = priceColumn;
        MemorySegment quantities = quantityColumn;
        double[] weights = WEIGHTS;
        double sum = 0;
        long valid = 0;
        for (int row = first; row < first + rows; row++) {
            if ((row & 63) == 0) {
                valid = priceValidity[row >> 6] & quantityValidity[row >> 6];
            }
            double price = prices.getAtIndex(JAVA_DOUBLE, row);
            int quantity = quantities.getAtIndex(JAVA_INT, row);
            int expensive = price > LEAST_PRICE ? 1 : 0;
            int few = quantity < QUANTITY_LIMIT ? 1 : 0;
            sum += price * quantity * weights[expensive & few & (int) valid];
            valid >>>= 1;
        }
        total += sum;
    }

    /// 64 rows at a time, for which there is one word of validity.
    @Override
    void vector(int first, int rows) {
        DoubleVector a = DoubleVector.zero(DOUBLES);
        DoubleVector b = a;
        int block = first;
        int end = first + rows;
        while (block + Long.SIZE <= end) {
            long valid = priceValidity[block >> 6] & quantityValidity[block >> 6];
            for (int lane = 0; lane < Long.SIZE; lane += 2 * LANES) {
                a = added(a, block + lane, valid >>> lane);
                b = added(b, block + lane + LANES, valid >>> (lane + LANES));
            }
            block += Long.SIZE;
        }
        total += a.add(b).reduceLanes(VectorOperators.ADD);
        branching(block, end - block);
    }

    private DoubleVector added(DoubleVector sum, int row, long valid) {
        DoubleVector price = DoubleVector.fromMemorySegment(
                DOUBLES, RawMemory.EVERYTHING, priceAddress + 8L * row & NOT_NEGATIVE, ByteOrder.nativeOrder());
        IntVector quantity = IntVector.fromMemorySegment(
                INTS, RawMemory.EVERYTHING, quantityAddress + 4L * row & NOT_NEGATIVE, ByteOrder.nativeOrder());
        VectorMask<Double> few = quantity.compare(VectorOperators.LT, QUANTITY_LIMIT, VectorMask.fromLong(INTS, valid))
                .cast(DOUBLES);
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
