package io.mullion.bench.kernels;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mullion.routine.RawMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Prices and quantities int64, no nulls.
final class LongSumByHand extends FilterSumByHand {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int LANES = LONGS.length();

    private final long[] prices;
    private final long[] quantities;
    private final MemorySegment priceColumn;
    private final MemorySegment quantityColumn;
    private final long priceAddress;
    private final long quantityAddress;
    private long total;

    LongSumByHand(long[] prices, long[] quantities, MemorySegment priceColumn, MemorySegment quantityColumn) {
        this.prices = prices;
        this.quantities = quantities;
        this.priceColumn = priceColumn;
        this.quantityColumn = quantityColumn;
        priceAddress = priceColumn.address();
        quantityAddress = quantityColumn.address();
    }

    @Override
    void branching(int first, int rows) {
        long[] prices = this.prices;
        long[] quantities = this.quantities;
        long sum = 0;
        for (int row = first; row < first + rows; row++) {
            if (prices[row] > LEAST_PRICE && quantities[row] < QUANTITY_LIMIT) {
                sum += prices[row] * quantities[row];
            }
        }
        total += sum;
    }

    @Override
    void masking(int first, int rows) {
        long[] prices = this.prices;
        long[] quantities = this.quantities;
        long sum = 0;
        for (int row = first; row < first + rows; row++) {
            long expensive = (LEAST_PRICE - prices[row]) >> 63;
            long few = (quantities[row] - QUANTITY_LIMIT) >> 63;
            sum += prices[row] * quantities[row] & expensive & few;
        }
        total += sum;
    }

    @Override
    void weighing(int first, int rows) {
        long[] prices = this.prices;
        long[] quantities = this.quantities;
        long sum = 0;
        for (int row = first; row < first + rows; row++) {
            int expensive = prices[row] > LEAST_PRICE ? 1 : 0;
            int few = quantities[row] < QUANTITY_LIMIT ? 1 : 0;
            sum += prices[row] * quantities[row] * (expensive & few);
        }
        total += sum;
    }

    @Override
    void weighingSegment(int first, int rows) {
        MemorySegment prices = priceColumn;
        MemorySegment quantities = quantityColumn;
        long sum = 0;
        for (int row = first; row < first + rows; row++) {
            long price = prices.getAtIndex(JAVA_LONG, row);
            long quantity = quantities.getAtIndex(JAVA_LONG, row);
            int expensive = price > LEAST_PRICE ? 1 : 0;
            int few = quantity < QUANTITY_LIMIT ? 1 : 0;
            sum += price * quantity * (expensive & few);
        }
        total += sum;
    }

    @Override
    void vector(int first, int rows) {
        LongVector a = LongVector.zero(LONGS);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
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

    private LongVector added(LongVector sum, int row) {
        LongVector price = load(priceAddress, row);
        LongVector quantity = load(quantityAddress, row);
        VectorMask<Long> few = quantity.compare(VectorOperators.LT, QUANTITY_LIMIT);
        return sum.add(price.mul(quantity), price.compare(VectorOperators.GT, LEAST_PRICE, few));
    }

    private static LongVector load(long column, int row) {
        return LongVector.fromMemorySegment(
                LONGS, RawMemory.EVERYTHING, column + 8L * row & NOT_NEGATIVE, ByteOrder.nativeOrder());
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
