package io.mullion.routine;

import java.util.stream.LongStream;

/// The values of an `in` list of integers, days or points in time: bits if they lie close together, else an
/// open-addressing table. It never changes.
public final class LongSet {
    /// Bits take less than slots up to here.
    private static final int MAX_BITS_PER_VALUE = 256;

    private static final int ALWAYS_BITS = 4096;

    private final long base;
    private final long[] bits;
    private final LongSlots slots;
    private final int size;

    public LongSet(long... values) {
        long least = LongStream.of(values).min().orElse(0);
        long last = LongStream.of(values).max().orElse(-1) - least;
        long limit = Math.clamp((long) MAX_BITS_PER_VALUE * values.length, ALWAYS_BITS, 1L << 36);
        if (last < 0 && values.length > 0 || last >= limit) {
            base = 0;
            bits = null;
            slots = new LongSlots(values, null);
            size = slots.size();
            return;
        }
        base = least;
        slots = null;
        bits = new long[(int) (last >> 6) + 1];
        for (long value : values) {
            bits[(int) (value - least >> 6)] |= 1L << value - least;
        }
        size = (int) LongStream.of(bits).map(Long::bitCount).sum();
    }

    public static boolean contains(long value, LongSet set) {
        long[] bits = set.bits;
        if (bits == null) {
            return set.slots.find(value) >= 0;
        }
        long offset = value - set.base;
        long word = offset >>> 6;
        return word < bits.length && (bits[(int) word] >>> offset & 1) != 0;
    }

    /// How many values differ.
    public int size() {
        return size;
    }
}
