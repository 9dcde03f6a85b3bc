package io.mullion.bench.kernels;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The projection of [ProjectKernelBenchmark] as one would write it by hand, from arrays to arrays, a batch at a time.
///
/// Validity is the same in all three: a word of an output is the conjunction of the words of its inputs. *Thread*: one.
final class ProjectByHand {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(LONGS.vectorBitSize() / 2));
    private static final int ROWS = Columns.BATCH_ROWS;

    final long[] sum = new long[ROWS];
    final long[] difference = new long[ROWS];
    final long[] scaled = new long[ROWS];
    final long[] product = new long[ROWS];
    final double[] total = new double[ROWS];
    final double[] area = new double[ROWS];
    final double[] half = new double[ROWS];
    final double[] ratio = new double[ROWS];
    final double[] amount = new double[ROWS];
    final double[] weighted = new double[ROWS];
    final long[][] validity = new long[10][ROWS / Long.SIZE];

    private final ProjectRows in;
    private final int[][] inputs = ProjectRows.inputs();

    ProjectByHand(ProjectRows in) {
        this.in = in;
    }

    /// One loop, a row at a time.
    void rows(int first) {
        validity(first);
        for (int i = 0; i < ROWS; i++) {
            long a = in.a[first + i];
            long b = in.b[first + i];
            double x = in.x[first + i];
            double y = in.y[first + i];
            sum[i] = a + b;
            difference[i] = a - b;
            scaled[i] = a * 3 + 7;
            product[i] = a * b;
            total[i] = x + y;
            area[i] = x * y;
            half[i] = (x - y) * 0.5;
            ratio[i] = x / y;
            amount[i] = x * in.q[first + i];
            weighted[i] = b * y;
        }
    }

    /// A loop for each column: the JIT makes vectors of these by itself.
    void columns(int first) {
        validity(first);
        plus(in.a, in.b, first, sum);
        minus(in.a, in.b, first, difference);
        scale(in.a, first, scaled);
        times(in.a, in.b, first, product);
        plus(in.x, in.y, first, total);
        times(in.x, in.y, first, area);
        halve(in.x, in.y, first, half);
        divide(in.x, in.y, first, ratio);
        times(in.x, in.q, first, amount);
        times(in.b, in.y, first, weighted);
    }

    /// One loop with the Vector API: each input is loaded once.
    void vector(int first) {
        validity(first);
        for (int i = 0; i < ROWS; i += LONGS.length()) {
            LongVector a = LongVector.fromArray(LONGS, in.a, first + i);
            LongVector b = LongVector.fromArray(LONGS, in.b, first + i);
            DoubleVector x = DoubleVector.fromArray(DOUBLES, in.x, first + i);
            DoubleVector y = DoubleVector.fromArray(DOUBLES, in.y, first + i);
            IntVector q = IntVector.fromArray(INTS, in.q, first + i);
            a.add(b).intoArray(sum, i);
            a.sub(b).intoArray(difference, i);
            a.mul(3).add(7).intoArray(scaled, i);
            a.mul(b).intoArray(product, i);
            x.add(y).intoArray(total, i);
            x.mul(y).intoArray(area, i);
            x.sub(y).mul(0.5).intoArray(half, i);
            x.div(y).intoArray(ratio, i);
            x.mul(q.convertShape(VectorOperators.I2D, DOUBLES, 0)).intoArray(amount, i);
            y.mul(b.convertShape(VectorOperators.L2D, DOUBLES, 0)).intoArray(weighted, i);
        }
    }

    private void validity(int first) {
        if (in.validity[0] == null) {
            return;
        }
        for (int output = 0; output < inputs.length; output++) {
            long[] left = in.validity[inputs[output][0]];
            long[] right = in.validity[inputs[output][1]];
            long[] words = validity[output];
            int from = first / Long.SIZE;
            for (int word = 0; word < words.length; word++) {
                words[word] = left[from + word] & right[from + word];
            }
        }
    }

    private static void plus(long[] left, long[] right, int first, long[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = left[first + i] + right[first + i];
        }
    }

    private static void minus(long[] left, long[] right, int first, long[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = left[first + i] - right[first + i];
        }
    }

    private static void scale(long[] in, int first, long[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = in[first + i] * 3 + 7;
        }
    }

    private static void times(long[] left, long[] right, int first, long[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = left[first + i] * right[first + i];
        }
    }

    private static void plus(double[] left, double[] right, int first, double[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = left[first + i] + right[first + i];
        }
    }

    private static void times(double[] left, double[] right, int first, double[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = left[first + i] * right[first + i];
        }
    }

    private static void halve(double[] left, double[] right, int first, double[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = (left[first + i] - right[first + i]) * 0.5;
        }
    }

    private static void divide(double[] left, double[] right, int first, double[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = left[first + i] / right[first + i];
        }
    }

    private static void times(double[] left, int[] right, int first, double[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = left[first + i] * right[first + i];
        }
    }

    private static void times(long[] left, double[] right, int first, double[] out) {
        for (int i = 0; i < ROWS; i++) {
            out[i] = left[first + i] * right[first + i];
        }
    }
}
