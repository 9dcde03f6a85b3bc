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
/// for a vector more. No nulls.
final class FilterByHand {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(LONGS.vectorBitSize() / 2));

    private FilterByHand() {}

    static int branching(
            double[] prices, long[] quantities, int first, int rows, double price, long quantity, int[] out) {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            if (prices[first + row] > price && quantities[first + row] < quantity) {
                out[count++] = row;
            }
        }
        return count;
    }

    static int branchFree(
            double[] prices, long[] quantities, int first, int rows, double price, long quantity, int[] out) {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            out[count] = row;
            int expensive = prices[first + row] > price ? 1 : 0;
            int few = quantities[first + row] < quantity ? 1 : 0;
            count += expensive & few;
        }
        return count;
    }

    static int vector(double[] prices, long[] quantities, int first, int rows, double price, long quantity, int[] out) {
        IntVector numbers = IntVector.zero(INTS).addIndex(1);
        int count = 0;
        int row = 0;
        int end = LONGS.loopBound(rows);
        for (; row < end; row += LONGS.length()) {
            VectorMask<Long> expensive = DoubleVector.fromArray(DOUBLES, prices, first + row)
                    .compare(VectorOperators.GT, price)
                    .cast(LONGS);
            VectorMask<Long> both = LongVector.fromArray(LONGS, quantities, first + row)
                    .compare(VectorOperators.LT, quantity, expensive);
            numbers.add(row).compress(both.cast(INTS)).intoArray(out, count);
            count += both.trueCount();
        }
        for (; row < rows; row++) {
            if (prices[first + row] > price && quantities[first + row] < quantity) {
                out[count++] = row;
            }
        }
        return count;
    }
}
