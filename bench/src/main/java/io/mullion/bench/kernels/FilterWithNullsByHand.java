package io.mullion.bench.kernels;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The filter of [FilterKernelBenchmark] as one would write it by hand: numbers of the rows in `[first, first + rows)`,
/// counted from `first`, with a price above `price` and a quantity below `quantity`, written to `out`, which has room
/// for a vector more. Either column may be null. `first` is a multiple of 64.
final class FilterWithNullsByHand {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(LONGS.vectorBitSize() / 2));

    private FilterWithNullsByHand() {}

    static int branching(
            double[] prices,
            long[] priceValidity,
            long[] quantities,
            long[] quantityValidity,
            int first,
            int rows,
            double price,
            long quantity,
            int[] out) {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            if (prices[first + row] > price
                    && quantities[first + row] < quantity
                    && Validity.bit(priceValidity, first + row) != 0
                    && Validity.bit(quantityValidity, first + row) != 0) {
                out[count++] = row;
            }
        }
        return count;
    }

    static int branchFree(
            double[] prices,
            long[] priceValidity,
            long[] quantities,
            long[] quantityValidity,
            int first,
            int rows,
            double price,
            long quantity,
            int[] out) {
        int count = 0;
        long valid = 0;
        for (int row = 0; row < rows; row++) {
            if ((row & 63) == 0) {
                valid = priceValidity[first + row >> 6] & quantityValidity[first + row >> 6];
            }
            out[count] = row;
            int expensive = prices[first + row] > price ? 1 : 0;
            int few = quantities[first + row] < quantity ? 1 : 0;
            count += expensive & few & (int) valid;
            valid >>>= 1;
        }
        return count;
    }

    /// 64 rows at a time, for which there is one word of validity. `rows` is a multiple of 64.
    static int vector(
            double[] prices,
            long[] priceValidity,
            long[] quantities,
            long[] quantityValidity,
            int first,
            int rows,
            double price,
            long quantity,
            int[] out) {
        IntVector numbers = IntVector.zero(INTS).addIndex(1);
        int count = 0;
        for (int block = 0; block < rows; block += Long.SIZE) {
            int word = first + block >> 6;
            long valid = priceValidity[word] & quantityValidity[word];
            for (int lane = 0; lane < Long.SIZE; lane += LONGS.length()) {
                int row = block + lane;
                VectorMask<Double> expensive = DoubleVector.fromArray(DOUBLES, prices, first + row)
                        .compare(VectorOperators.GT, price, VectorMask.fromLong(DOUBLES, valid >>> lane));
                VectorMask<Long> both = LongVector.fromArray(LONGS, quantities, first + row)
                        .compare(VectorOperators.LT, quantity, expensive.cast(LONGS));
                numbers.add(row).compress(both.cast(INTS)).intoArray(out, count);
                count += both.trueCount();
            }
        }
        return count;
    }
}
