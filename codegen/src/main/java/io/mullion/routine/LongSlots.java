package io.mullion.routine;

import java.util.SplittableRandom;
import java.util.stream.LongStream;

/// An open-addressing table of int64 keys, each with a word beside it. It never changes.
///
/// A free slot holds a key that is none of the keys: nothing else has to be looked at.
public final class LongSlots {
    private static final int STRIDE = 2;
    private static final int LEAST_BITS = 2;

    private final long[] slots;
    private final int shift;
    private final long free;
    private int size;

    /// Of equal keys the first one counts.
    ///
    /// @param words one for each key, or null if nobody asks for them
    public LongSlots(long[] keys, long[] words) {
        int bits = bits(keys.length);
        slots = new long[STRIDE << bits];
        shift = 64 - bits;
        free = unused(keys);
        for (int at = 0; at < slots.length; at += STRIDE) {
            slots[at] = free;
        }
        for (int i = 0; i < keys.length; i++) {
            put(keys[i], words == null ? 0 : words[i]);
        }
    }

    /// The binary logarithm of the slots for so many keys: at most a third of them is taken, because a mispredicted
    /// collision costs more than a larger table.
    public static int bits(int keys) {
        return Math.max(LEAST_BITS, 64 - Long.numberOfLeadingZeros(3L * keys));
    }

    /// A number that is not among the values.
    public static long unused(long[] values) {
        SplittableRandom random = new SplittableRandom(values.length);
        while (true) {
            long candidate = random.nextLong();
            if (LongStream.of(values).noneMatch(it -> it == candidate)) {
                return candidate;
            }
        }
    }

    private void put(long key, long word) {
        int at = slot(key);
        while (slots[at] != free) {
            if (slots[at] == key) {
                return;
            }
            at = at + STRIDE & slots.length - 1;
        }
        slots[at] = key;
        slots[at + 1] = word;
        size++;
    }

    /// Where a key is, or -1.
    public int find(long key) {
        long[] table = slots;
        if (key == free) {
            return -1;
        }
        int at = slot(key);
        while (true) {
            long candidate = table[at];
            if (candidate == key) {
                return at;
            }
            if (candidate == free) {
                return -1;
            }
            at = at + STRIDE & table.length - 1;
        }
    }

    /// The word of the key that was found.
    public long word(int found) {
        return slots[found + 1];
    }

    /// How many keys differ.
    public int size() {
        return size;
    }

    private int slot(long key) {
        return (int) (Hashing.int64(key) >>> shift) * STRIDE;
    }
}
