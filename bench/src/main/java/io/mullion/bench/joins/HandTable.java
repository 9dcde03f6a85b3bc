package io.mullion.bench.joins;

import io.mullion.bench.rows.SplitMix64;
import java.util.Arrays;

/// Open addressing with what belongs to a key beside it, in one array.
///
/// *Shape*: a power of two of words a slot: the key, then a word that is not 0 where the slot is taken, then what else
/// there is.
final class HandTable {
    /// For a million keys: half of them are taken.
    static final int SLOT_BITS = 21;

    static final int SLOTS = 1 << SLOT_BITS;

    final long[] words;
    private final int width;
    private final int mask;

    HandTable(int width) {
        this.width = width;
        words = new long[SLOTS * width];
        mask = words.length - 1;
    }

    private int home(long key) {
        return (int) (SplitMix64.mix(key) >>> Long.SIZE - SLOT_BITS) * width;
    }

    /// Where a key is, or where it would be entered.
    int at(long key) {
        int at = home(key);
        while (words[at + 1] != 0 && words[at] != key) {
            at = at + width & mask;
        }
        return at;
    }

    /// Takes a key out, and moves those behind it up that could not be found otherwise.
    void remove(int slot) {
        int hole = slot;
        for (int next = hole + width & mask; words[next + 1] != 0; next = next + width & mask) {
            if ((next - home(words[next]) & mask) >= (next - hole & mask)) {
                System.arraycopy(words, next, words, hole, width);
                hole = next;
            }
        }
        words[hole + 1] = 0;
    }

    void clear() {
        Arrays.fill(words, 0);
    }
}
