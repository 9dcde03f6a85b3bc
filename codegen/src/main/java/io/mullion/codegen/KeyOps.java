package io.mullion.codegen;

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
}
