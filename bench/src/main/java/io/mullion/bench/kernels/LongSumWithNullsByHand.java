package io.mullion.bench.kernels;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mullion.routine.RawMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Prices and quantities int64, either may be null.
final class LongSumWithNullsByHand extends FilterSumByHand {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int LANES = LONGS.length();

    private final long[] prices;
    private final long[] quantities;
    private final long[] priceValidity;
    private final long[] quantityValidity;
    private final MemorySegment priceColumn;
    private final MemorySegment quantityColumn;
    private final long priceAddress;
    private final long quantityAddress;
    private long total;

    LongSumWithNullsByHand(
            long[] prices,
            long[] quantities,
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
        long[] prices = this.prices;
        long[] quantities = this.quantities;
        long[] priceValidity = this.priceValidity;
        long[] quantityValidity = this.quantityValidity;
        long sum = 0;
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
        long[] prices = this.prices;
        long[] quantities = this.quantities;
        long sum = 0;
        long valid = 0;
        for (int row = first; row < first + rows; row++) {
            if ((row & 63) == 0) {
                valid = priceValidity[row >> 6] & quantityValidity[row >> 6];
            }
            long expensive = (LEAST_PRICE - prices[row]) >> 63;
            long few = (quantities[row] - QUANTITY_LIMIT) >> 63;
            sum += prices[row] * quantities[row] & expensive & few & -(valid & 1);
            valid >>>= 1;
        }
        total += sum;
    }

    @Override
    void weighing(int first, int rows) {
        long[] prices = this.prices;
        long[] quantities = this.quantities;
        long sum = 0;
        long valid = 0;
        for (int row = first; row < first + rows; row++) {
            if ((row & 63) == 0) {
                valid = priceValidity[row >> 6] & quantityValidity[row >> 6];
            }
            int expensive = prices[row] > LEAST_PRICE ? 1 : 0;
            int few = quantities[row] < QUANTITY_LIMIT ? 1 : 0;
            sum += prices[row] * quantities[row] * (expensive & few & valid);
            valid >>>= 1;
        }
        total += sum;
    }

    @Override
    void weighingSegment(int first, int rows) {
        MemorySegment prices = priceColumn;
        MemorySegment quantities = quantityColumn;
        long sum = 0;
        long valid = 0;
        for (int row = first; row < first + rows; row++) {
            if ((row & 63) == 0) {
                valid = priceValidity[row >> 6] & quantityValidity[row >> 6];
            }
            long price = prices.getAtIndex(JAVA_LONG, row);
            long quantity = quantities.getAtIndex(JAVA_LONG, row);
            int expensive = price > LEAST_PRICE ? 1 : 0;
            int few = quantity < QUANTITY_LIMIT ? 1 : 0;
            sum += price * quantity * (expensive & few & valid);
            valid >>>= 1;
        }
        total += sum;
    }

    /// 64 rows at a time, for which there is one word of validity.
    @Override
    void vector(int first, int rows) {
        LongVector a = LongVector.zero(LONGS);
        LongVector b = a;
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

    private LongVector added(LongVector sum, int row, long valid) {
        LongVector price = load(priceAddress, row);
        LongVector quantity = load(quantityAddress, row);
        VectorMask<Long> few = quantity.compare(VectorOperators.LT, QUANTITY_LIMIT, VectorMask.fromLong(LONGS, valid));
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
