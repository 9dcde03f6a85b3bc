package io.mullion.bench.kernels;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// The split of [SplitKernelBenchmark] as one would write it by hand: the words of the rows in `[first, first + rows)`
/// of a text, side by side in `bytes`, and their offsets in `ends`.
///
/// *Thread*: one.
final class SplitByHand {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final byte SEPARATOR = ' ';

    final byte[] bytes;
    final int[] ends;

    SplitByHand(int maxBytes, int maxWords) {
        bytes = new byte[maxBytes + BYTES.length()];
        ends = new int[maxWords + 1];
    }

    /// Looks for the end of a word, then copies it.
    int bytes(TextRows text, int first, int rows) {
        byte[] from = text.bytes();
        int[] rowEnds = text.ends();
        byte[] bytes = this.bytes;
        int[] ends = this.ends;
        int length = 0;
        int words = 0;
        for (int row = first; row < first + rows; row++) {
            if (!Validity.valid(text.validity(), row)) {
                continue;
            }
            int rowEnd = rowEnds[row + 1];
            int start = rowEnds[row];
            while (start <= rowEnd) {
                int end = start;
                while (end < rowEnd && from[end] != SEPARATOR) {
                    end++;
                }
                System.arraycopy(from, start, bytes, length, end - start);
                length += end - start;
                ends[++words] = length;
                start = end + 1;
            }
        }
        return words;
    }

    /// A vector of text at a time: its separators are squeezed out, and each gives an offset.
    int vector(TextRows text, int first, int rows) {
        byte[] from = text.bytes();
        int[] rowEnds = text.ends();
        int length = 0;
        int words = 0;
        for (int row = first; row < first + rows; row++) {
            if (!Validity.valid(text.validity(), row)) {
                continue;
            }
            int rowEnd = rowEnds[row + 1];
            for (int at = rowEnds[row]; at < rowEnd; at += BYTES.length()) {
                ByteVector piece = ByteVector.fromArray(BYTES, from, at);
                long used = -1L >>> (Long.SIZE - Math.min(rowEnd - at, BYTES.length()));
                long separators = piece.eq(SEPARATOR).toLong() & used;
                long letters = used & ~separators;
                piece.compress(VectorMask.fromLong(BYTES, letters)).intoArray(bytes, length);
                for (long left = separators; left != 0; left &= left - 1) {
                    long before = (left & -left) - 1;
                    ends[++words] = length + Long.bitCount(letters & before);
                }
                length += Long.bitCount(letters);
            }
            ends[++words] = length;
        }
        return words;
    }
}
