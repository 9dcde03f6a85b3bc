package io.mullion.codegen;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/// [TextSearch] for a separator of one byte, with vectors. Only vector kernels call it.
final class VectorTextSearch {
    private static final VectorSpecies<Byte> SPECIES =
            VectorSupport.bits() >= 256 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;

    private VectorTextSearch() {}

    /// Offset of the first occurrence at or after `start`, or `length` if there is none.
    ///
    /// @param readableEnd the address that no load may cross; behind the text there may be other bytes, which do not
    /// count
    static int indexOf(long text, int start, int length, long readableEnd, byte separator) {
        int i = start;
        while (i < length) {
            if (text + i + SPECIES.length() > readableEnd) {
                return TextSearch.indexOf(text, i, length, separator);
            }
            int found = ByteVector.fromMemorySegment(SPECIES, RawMemory.EVERYTHING, text + i, ByteOrder.nativeOrder())
                    .eq(separator)
                    .firstTrue();
            if (found < SPECIES.length()) {
                return Math.min(i + found, length);
            }
            i += SPECIES.length();
        }
        return length;
    }
}
