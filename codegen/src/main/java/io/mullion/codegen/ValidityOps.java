package io.mullion.codegen;

/// What generated drivers ask of validity bitmaps before they choose a loop.
final class ValidityOps {
    private ValidityOps() {}

    /// Whether a row of [from, to) is null: a word of the bitmap at a time, and no byte beyond that of the last row.
    static boolean anyNull(long bitmap, int from, int to) {
        if (from >= to) {
            return false;
        }
        int last = (to - 1) >> 3;
        int byteIndex = from >> 3;
        int wanted = 0xff << (from & 7) & 0xff;
        int ofLast = 0xff >>> (7 - (to - 1 & 7));
        if (byteIndex == last) {
            wanted &= ofLast;
            return (RawMemory.getByte(bitmap + last) & wanted) != wanted;
        }
        if ((RawMemory.getByte(bitmap + byteIndex) & wanted) != wanted
                || (RawMemory.getByte(bitmap + last) & ofLast) != ofLast) {
            return true;
        }
        byteIndex++;
        while (byteIndex + Long.BYTES <= last) {
            if (RawMemory.getLong(bitmap + byteIndex) != -1L) {
                return true;
            }
            byteIndex += Long.BYTES;
        }
        while (byteIndex < last) {
            if (RawMemory.getByte(bitmap + byteIndex) != -1) {
                return true;
            }
            byteIndex++;
        }
        return false;
    }

    /// The first row at or behind `row` whose bit is the first one of a byte; `to` if that lies before it.
    static int wholeByte(int row, int to) {
        return Math.min(row + 7 & -8, to);
    }
}
