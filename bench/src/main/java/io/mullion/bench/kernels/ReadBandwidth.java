package io.mullion.bench.kernels;

import io.mullion.routine.RawMemory;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Reads memory as fast as one core does it, and does nothing else with it: what a kernel over the same bytes cannot
/// beat.
final class ReadBandwidth {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    /// Tells the JIT that an address is not negative, so that the bound of the segment need not be tested.
    private static final long NOT_NEGATIVE = Long.MAX_VALUE >> 1;

    private ReadBandwidth() {}

    /// The exclusive or of all whole vectors in a block. Four of them, as one chain of dependent operations would be
    /// the limit in the first-level cache. The loop steps up an address, which the JIT leaves alone: of a loop it
    /// counts it makes one that reads each 512 bytes backwards, and hardware prefetches less of that.
    static long xor(long address, long bytes) {
        LongVector a = LongVector.zero(LONGS);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
        int width = LONGS.vectorByteSize();
        long at = address;
        long end = address + bytes;
        while (at + 4L * width <= end) {
            a = a.lanewise(VectorOperators.XOR, load(at));
            b = b.lanewise(VectorOperators.XOR, load(at + width));
            c = c.lanewise(VectorOperators.XOR, load(at + 2L * width));
            d = d.lanewise(VectorOperators.XOR, load(at + 3L * width));
            at += 4L * width;
        }
        while (at + width <= end) {
            a = a.lanewise(VectorOperators.XOR, load(at));
            at += width;
        }
        return a.lanewise(VectorOperators.XOR, b)
                .lanewise(VectorOperators.XOR, c.lanewise(VectorOperators.XOR, d))
                .reduceLanes(VectorOperators.XOR);
    }

    private static LongVector load(long address) {
        return LongVector.fromMemorySegment(
                LONGS, RawMemory.EVERYTHING, address & NOT_NEGATIVE, ByteOrder.nativeOrder());
    }
}
