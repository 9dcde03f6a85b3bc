package io.mullion.bench.kernels;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The predicates of [TextKernelBenchmark] as one would write them by hand over a `byte[]`: each writes the numbers of
/// the rows in `[first, first + rows)` that pass, counted from `first`, to `out`, which has room for one more.
final class TextByHand {
    /// All topics and all patterns fit one of these.
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;

    private TextByHand() {}

    static int equalBytes(TextRows text, int first, int rows, byte[] other, int[] out) {
        byte[] bytes = text.bytes();
        int[] ends = text.ends();
        int count = 0;
        for (int row = first; row < first + rows; row++) {
            int start = ends[row];
            int end = ends[row + 1];
            if (end - start == other.length
                    && Validity.valid(text.validity(), row)
                    && Arrays.equals(bytes, start, end, other, 0, other.length)) {
                out[count++] = row - first;
            }
        }
        return count;
    }

    static int prefixBytes(TextRows text, int first, int rows, byte[] prefix, int[] out) {
        byte[] bytes = text.bytes();
        int[] ends = text.ends();
        int count = 0;
        for (int row = first; row < first + rows; row++) {
            int start = ends[row];
            int end = start + prefix.length;
            if (end <= ends[row + 1]
                    && Validity.valid(text.validity(), row)
                    && Arrays.equals(bytes, start, end, prefix, 0, prefix.length)) {
                out[count++] = row - first;
            }
        }
        return count;
    }

    static int middleBytes(TextRows text, int first, int rows, byte[] middle, int[] out) {
        byte[] bytes = text.bytes();
        int[] ends = text.ends();
        int count = 0;
        for (int row = first; row < first + rows; row++) {
            if (Validity.valid(text.validity(), row) && contains(bytes, ends[row], ends[row + 1], middle)) {
                out[count++] = row - first;
            }
        }
        return count;
    }

    private static boolean contains(byte[] bytes, int start, int end, byte[] middle) {
        for (int at = start; at <= end - middle.length; at++) {
            if (bytes[at] == middle[0] && Arrays.equals(bytes, at, at + middle.length, middle, 0, middle.length)) {
                return true;
            }
        }
        return false;
    }

    /// The text and the other one as a vector each; bytes behind the end do not count. No branches.
    static int equalVector(TextRows text, int first, int rows, byte[] other, int[] out) {
        byte[] bytes = text.bytes();
        int[] ends = text.ends();
        ByteVector pattern = ByteVector.fromArray(BYTES, Arrays.copyOf(other, BYTES.length()), 0);
        long used = (1L << other.length) - 1;
        int count = 0;
        for (int row = first; row < first + rows; row++) {
            int start = ends[row];
            long differs = ~equal(bytes, start, pattern) & used;
            out[count] = row - first;
            count += (differs == 0 & ends[row + 1] - start == other.length & Validity.valid(text.validity(), row))
                    ? 1
                    : 0;
        }
        return count;
    }

    static int prefixVector(TextRows text, int first, int rows, byte[] prefix, int[] out) {
        byte[] bytes = text.bytes();
        int[] ends = text.ends();
        ByteVector pattern = ByteVector.fromArray(BYTES, Arrays.copyOf(prefix, BYTES.length()), 0);
        long used = (1L << prefix.length) - 1;
        int count = 0;
        for (int row = first; row < first + rows; row++) {
            int start = ends[row];
            long differs = ~equal(bytes, start, pattern) & used;
            out[count] = row - first;
            count += (differs == 0 & ends[row + 1] - start >= prefix.length & Validity.valid(text.validity(), row))
                    ? 1
                    : 0;
        }
        return count;
    }

    /// Where the first and the last byte of the pattern are as far from each other as in the pattern, the bytes between
    /// are compared.
    static int middleVector(TextRows text, int first, int rows, byte[] middle, int[] out) {
        byte[] bytes = text.bytes();
        int[] ends = text.ends();
        byte head = middle[0];
        byte tail = middle[middle.length - 1];
        int count = 0;
        for (int row = first; row < first + rows; row++) {
            int start = ends[row];
            int positions = ends[row + 1] - start - middle.length + 1;
            long candidates = positions <= 0
                    ? 0
                    : ByteVector.fromArray(BYTES, bytes, start).eq(head).toLong()
                            & ByteVector.fromArray(BYTES, bytes, start + middle.length - 1)
                                    .eq(tail)
                                    .toLong()
                            & -1L >>> (Long.SIZE - positions);
            boolean found = false;
            while (candidates != 0 && !found) {
                int at = start + Long.numberOfTrailingZeros(candidates);
                found = Arrays.equals(bytes, at, at + middle.length, middle, 0, middle.length);
                candidates &= candidates - 1;
            }
            out[count] = row - first;
            count += (found & Validity.valid(text.validity(), row)) ? 1 : 0;
        }
        return count;
    }

    private static long equal(byte[] bytes, int at, ByteVector pattern) {
        return ByteVector.fromArray(BYTES, bytes, at)
                .compare(VectorOperators.EQ, pattern)
                .toLong();
    }
}
