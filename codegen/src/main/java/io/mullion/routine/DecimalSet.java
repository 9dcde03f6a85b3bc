package io.mullion.routine;

import java.math.BigInteger;
import java.util.List;

/// The values of an `in` list of decimals, unscaled, of one scale: an open-addressing table. It never changes.
public final class DecimalSet {
    private static final int STRIDE = 2;

    /// The high word of a free slot: that of -2^127, which is no decimal.
    private static final long FREE = Long.MIN_VALUE;

    private final long[] slots;
    private final int shift;
    private int size;

    public DecimalSet(List<BigInteger> unscaled) {
        int bits = LongSlots.bits(unscaled.size());
        slots = new long[STRIDE << bits];
        shift = 64 - bits;
        for (int at = 0; at < slots.length; at += STRIDE) {
            slots[at] = FREE;
        }
        for (BigInteger value : unscaled) {
            put(DecimalRules.high(value), DecimalRules.low(value));
        }
    }

    private void put(long high, long low) {
        if (contains(high, low, this)) {
            return;
        }
        int at = slot(high, low);
        while (slots[at] != FREE) {
            at = at + STRIDE & slots.length - 1;
        }
        slots[at] = high;
        slots[at + 1] = low;
        size++;
    }

    public static boolean contains(long high, long low, DecimalSet set) {
        long[] slots = set.slots;
        int at = set.slot(high, low);
        while (slots[at] != FREE) {
            if (slots[at] == high && slots[at + 1] == low) {
                return true;
            }
            at = at + STRIDE & slots.length - 1;
        }
        return false;
    }

    /// How many values differ.
    public int size() {
        return size;
    }

    private int slot(long high, long low) {
        return (int) (Hashing.decimal(high, low) >>> shift) * STRIDE;
    }
}
