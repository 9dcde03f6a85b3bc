package io.mullion.batch;

import io.mullion.routine.RawMemory;

/// Bits by row number, lowest first, as Arrow lays them out.
public final class Bitmap {
    private Bitmap() {}

    public static boolean get(long bitmap, int row) {
        return (RawMemory.getByte(bitmap + (row >> 3)) >> (row & 7) & 1) != 0;
    }

    /// The other bits of the byte keep their values: those of rows that somebody already reads among them.
    public static void put(long bitmap, int row, boolean value) {
        long address = bitmap + (row >> 3);
        int bit = 1 << (row & 7);
        byte old = RawMemory.getByte(address);
        RawMemory.putByte(address, (byte) (value ? old | bit : old & ~bit));
    }

    /// Sets the bits [from, to). Those before keep their values, those up to the end of the last byte are set, too.
    static void set(long bitmap, int from, int to) {
        int row = from;
        for (; row < to && (row & 7) != 0; row++) {
            put(bitmap, row, true);
        }
        RawMemory.fill(bitmap + (row >> 3), Math.max(0, to - row + 7) >> 3, (byte) -1);
    }

    /// How many of the first `rows` bits are set.
    static int count(long bitmap, int rows) {
        int set = 0;
        int row = 0;
        for (; row <= rows - 64; row += 64) {
            set += Long.bitCount(RawMemory.getLong(bitmap + (row >> 3)));
        }
        for (; row < rows; row++) {
            set += get(bitmap, row) ? 1 : 0;
        }
        return set;
    }
}
