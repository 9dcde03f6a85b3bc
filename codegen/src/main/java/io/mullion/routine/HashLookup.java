package io.mullion.routine;

/// A lookup table of int64 keys anywhere.
public final class HashLookup implements LookupForm {
    private final LongSlots slots;
    private final TextBlock texts;

    public HashLookup(LongSlots slots, TextBlock texts) {
        this.slots = slots;
        this.texts = texts;
    }

    public static long int64(long key, HashLookup table, Scratch scratch) {
        return word(key, table, scratch);
    }

    public static double float64(long key, HashLookup table, Scratch scratch) {
        return Double.longBitsToDouble(word(key, table, scratch));
    }

    public static boolean bool(long key, HashLookup table, Scratch scratch) {
        return word(key, table, scratch) != 0;
    }

    public static long text(long key, HashLookup table, Scratch scratch) {
        long word = word(key, table, scratch);
        return table.texts.result(word, scratch);
    }

    private static long word(long key, HashLookup table, Scratch scratch) {
        int found = table.slots.find(key);
        scratch.valid = found >= 0;
        return found >= 0 ? table.slots.word(found) : 0;
    }
}
