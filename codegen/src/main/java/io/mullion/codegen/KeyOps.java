package io.mullion.codegen;

import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;

/// What the generated loops over keys call when a few instructions do not do.
final class KeyOps {
    private KeyOps() {}

    /// Whether one of the active rows is null. *Shape*: selected rows ascend; what lies between them counts, too, so
    /// that the answer may be a needless yes.
    static boolean anyNull(long validity, long active, int from, int to) {
        if (from >= to) {
            return false;
        }
        int first = active == 0 ? from : RawMemory.getInt(active + 4L * from);
        int last = active == 0 ? to - 1 : RawMemory.getInt(active + 4L * (to - 1));
        return anyZero(validity, first, last);
    }

    /// Whether one of the bits from `first` to `last` is 0.
    private static boolean anyZero(long bitmap, int first, int last) {
        int firstByte = first >> 3;
        int lastByte = last >> 3;
        int below = (1 << (first & 7)) - 1;
        int above = ~((2 << (last & 7)) - 1);
        if (firstByte == lastByte) {
            return (byte) (RawMemory.getByte(bitmap + firstByte) | below | above) != -1;
        }
        if ((byte) (RawMemory.getByte(bitmap + firstByte) | below) != -1
                || (byte) (RawMemory.getByte(bitmap + lastByte) | above) != -1) {
            return true;
        }
        int at = firstByte + 1;
        for (; at + 8 <= lastByte; at += 8) {
            if (RawMemory.getLong(bitmap + at) != -1L) {
                return true;
            }
        }
        for (; at < lastByte; at++) {
            if (RawMemory.getByte(bitmap + at) != -1) {
                return true;
            }
        }
        return false;
    }

    /// Whether two texts are the same bytes. As [Hashing#text] reads them: eight at a time, the last eight again where
    /// they overlap.
    static boolean sameText(long a, int aLength, long b, int bLength) {
        if (aLength != bLength) {
            return false;
        }
        if (aLength >= 8) {
            int last = aLength - 8;
            for (int i = 0; i < last; i += 8) {
                if (RawMemory.getLong(a + i) != RawMemory.getLong(b + i)) {
                    return false;
                }
            }
            return RawMemory.getLong(a + last) == RawMemory.getLong(b + last);
        }
        if (aLength >= 4) {
            int last = aLength - 4;
            return RawMemory.getInt(a) == RawMemory.getInt(b)
                    && RawMemory.getInt(a + last) == RawMemory.getInt(b + last);
        }
        for (int i = 0; i < aLength; i++) {
            if (RawMemory.getByte(a + i) != RawMemory.getByte(b + i)) {
                return false;
            }
        }
        return true;
    }
}
