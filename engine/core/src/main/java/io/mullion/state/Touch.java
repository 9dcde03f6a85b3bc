package io.mullion.state;

import io.mullion.routine.RawMemory;

/// Loads what will be needed soon, so that the misses of the cache overlap.
///
/// The processor waits for as many misses at once as lie among the next few hundred instructions: so where to look is
/// found in a loop before, and the loop here does nothing but load. *Thread*: any.
public final class Touch {
    private static final int UNROLLED = 4;

    private Touch() {}

    /// Loads eight bytes at each of some addresses.
    ///
    /// @param addresses address of int64 addresses
    /// @return a sum that means nothing, but that the loads are needed
    public static long all(long addresses, int count) {
        long sum = 0;
        int done = 0;
        for (; done <= count - UNROLLED; done += UNROLLED) {
            long at = addresses + 8L * done;
            sum += RawMemory.getLong(RawMemory.getLong(at))
                    + RawMemory.getLong(RawMemory.getLong(at + 8))
                    + RawMemory.getLong(RawMemory.getLong(at + 16))
                    + RawMemory.getLong(RawMemory.getLong(at + 24));
        }
        for (; done < count; done++) {
            sum += RawMemory.getLong(RawMemory.getLong(addresses + 8L * done));
        }
        return sum;
    }
}
