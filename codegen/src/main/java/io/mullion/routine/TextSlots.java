package io.mullion.routine;

import java.util.List;

/// An open-addressing table of texts, each with a word. It never changes.
///
/// A slot has the hash of a text, its address (0 if the slot is free), its length and its word: half a cache line, so
/// that a text that is not there is seldom compared, and one that is there is compared once.
public final class TextSlots {
    private static final int STRIDE = 4;
    private static final int ADDRESS = 1;
    private static final int LENGTH = 2;
    private static final int WORD = 3;

    private final TextBlock texts;
    private final long[] slots;
    private final int shift;
    private int size;

    /// Of equal texts the first one counts.
    ///
    /// @param words one for each text, or null if nobody asks for them
    public TextSlots(List<byte[]> texts, long[] words) {
        this.texts = new TextBlock(texts);
        int bits = LongSlots.bits(texts.size());
        slots = new long[STRIDE << bits];
        shift = 64 - bits;
        for (int i = 0; i < texts.size(); i++) {
            put(this.texts.address(i), this.texts.length(i), words == null ? 0 : words[i]);
        }
    }

    private void put(long address, int length, long word) {
        if (find(address, length) >= 0) {
            return;
        }
        long hash = Hashing.text(address, length);
        int at = (int) (hash >>> shift) * STRIDE;
        while (slots[at + ADDRESS] != 0) {
            at = at + STRIDE & slots.length - 1;
        }
        slots[at] = hash;
        slots[at + ADDRESS] = address;
        slots[at + LENGTH] = length;
        slots[at + WORD] = word;
        size++;
    }

    /// Where a text is, or -1.
    public int find(long address, int length) {
        long[] table = slots;
        long hash = Hashing.text(address, length);
        int at = (int) (hash >>> shift) * STRIDE;
        while (true) {
            long candidate = table[at + ADDRESS];
            if (candidate == 0) {
                return -1;
            }
            if (table[at] == hash && table[at + LENGTH] == length && Utf8.equal(candidate, length, address, length)) {
                return at;
            }
            at = at + STRIDE & table.length - 1;
        }
    }

    /// The word of the text that was found.
    public long word(int found) {
        return slots[found + WORD];
    }

    /// How many texts differ.
    public int size() {
        return size;
    }
}
