package io.mullion.codegen;

import io.mullion.routine.RawMemory;

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

    /// Copies the bits of `rows` rows from `row` on to a bitmap that begins with them. Bits behind the last one become
    /// 0.
    static void copy(long bitmap, int row, int rows, long out) {
        int o = 0;
        while (o + Long.SIZE <= rows) {
            RawMemory.putLong(out + (o >> 3), word(bitmap, row + o));
            o += Long.SIZE;
        }
        while (o < rows) {
            RawMemory.putByte(out + (o >> 3), (byte) KernelOps.bits(bitmap, row + o, Math.min(rows - o, Byte.SIZE)));
            o += Byte.SIZE;
        }
    }

    /// As [#copy], but clears the bits of `out` that are not set here.
    static void and(long bitmap, int row, int rows, long out) {
        int o = 0;
        while (o + Long.SIZE <= rows) {
            long address = out + (o >> 3);
            RawMemory.putLong(address, RawMemory.getLong(address) & word(bitmap, row + o));
            o += Long.SIZE;
        }
        while (o < rows) {
            long address = out + (o >> 3);
            long bits = KernelOps.bits(bitmap, row + o, Math.min(rows - o, Byte.SIZE));
            RawMemory.putByte(address, (byte) (RawMemory.getByte(address) & bits));
            o += Byte.SIZE;
        }
    }

    /// Puts the lowest `rows` bits of `bits`, at most 8, to row `row` of a bitmap that is filled in order: the bits
    /// below are kept, those above may become anything.
    static void append(long bitmap, int row, int rows, long bits) {
        long address = bitmap + (row >> 3);
        int shift = row & 7;
        long kept = RawMemory.getByte(address) & (1 << shift) - 1;
        long word = kept | bits << shift;
        RawMemory.putByte(address, (byte) word);
        if (shift + rows > Byte.SIZE) {
            RawMemory.putByte(address + 1, (byte) (word >> Byte.SIZE));
        }
    }

    /// Bits of 64 rows, anywhere in a byte.
    private static long word(long bitmap, int row) {
        long address = bitmap + (row >> 3);
        int shift = row & 7;
        long low = RawMemory.getLong(address) >>> shift;
        return shift == 0 ? low : low | (long) RawMemory.getByte(address + Long.BYTES) << Long.SIZE - shift;
    }
}
