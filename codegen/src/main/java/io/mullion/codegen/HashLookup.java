package io.mullion.codegen;

/// A lookup table of int64 keys anywhere.
final class HashLookup implements LookupForm {
    private final LongSlots slots;
    private final TextBlock texts;

    HashLookup(LongSlots slots, TextBlock texts) {
        this.slots = slots;
        this.texts = texts;
    }

    static long int64(long key, HashLookup table, Scratch scratch) {
        return word(key, table, scratch);
    }

    static double float64(long key, HashLookup table, Scratch scratch) {
        return Double.longBitsToDouble(word(key, table, scratch));
    }

    static boolean bool(long key, HashLookup table, Scratch scratch) {
        return word(key, table, scratch) != 0;
    }

    static long text(long key, HashLookup table, Scratch scratch) {
        long word = word(key, table, scratch);
        return table.texts.result(word, scratch);
    }

    private static long word(long key, HashLookup table, Scratch scratch) {
        int found = table.slots.find(key);
        scratch.valid = found >= 0;
        return found >= 0 ? table.slots.word(found) : 0;
    }
}
