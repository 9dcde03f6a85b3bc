package io.mullion.routine;

/// A lookup table of utf8 keys, which are matched as bytes.
public final class TextLookup implements LookupForm {
    private final TextSlots slots;
    private final TextBlock texts;

    public TextLookup(TextSlots slots, TextBlock texts) {
        this.slots = slots;
        this.texts = texts;
    }

    public static long int64(long address, int length, TextLookup table, Scratch scratch) {
        return word(address, length, table, scratch);
    }

    public static double float64(long address, int length, TextLookup table, Scratch scratch) {
        return Double.longBitsToDouble(word(address, length, table, scratch));
    }

    public static boolean bool(long address, int length, TextLookup table, Scratch scratch) {
        return word(address, length, table, scratch) != 0;
    }

    public static long text(long address, int length, TextLookup table, Scratch scratch) {
        long word = word(address, length, table, scratch);
        return table.texts.result(word, scratch);
    }

    private static long word(long address, int length, TextLookup table, Scratch scratch) {
        int found = table.slots.find(address, length);
        scratch.valid = found >= 0;
        return found >= 0 ? table.slots.word(found) : 0;
    }
}
