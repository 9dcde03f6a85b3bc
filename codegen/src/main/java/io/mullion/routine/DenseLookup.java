package io.mullion.routine;

import java.util.Arrays;
import java.util.stream.LongStream;

/// A lookup table whose keys lie close together: a comparison and a load.
///
/// The words lie in a Java array: its own bounds check is the comparison, and vectors can gather from it. A key without
/// a value has a word that is not the word of any value.
public final class DenseLookup implements LookupForm {
    /// As many places for a key as an open-addressing table would take at least.
    private static final int MAX_PLACES_PER_KEY = 6;

    private static final int ALWAYS_DENSE = 1024;

    public final long base;
    public final long[] words;

    /// The word of a key that has no value.
    public final long missing;

    private final TextBlock texts;

    public DenseLookup(long base, long[] words) {
        this(base, words, LongSlots.unused(words), null);
    }

    private DenseLookup(long base, long[] words, long missing, TextBlock texts) {
        this.base = base;
        this.words = words;
        this.missing = missing;
        this.texts = texts;
    }

    /// @return null if the keys lie too far apart
    public static DenseLookup ifDense(long[] keys, long[] words, TextBlock texts) {
        long least = LongStream.of(keys).min().orElse(0);
        long greatest = LongStream.of(keys).max().orElse(0);
        long last = greatest - least;
        long limit = Math.clamp((long) MAX_PLACES_PER_KEY * keys.length, ALWAYS_DENSE, 1 << 28);
        if (last < 0 || last >= limit) {
            return null;
        }
        long missing = LongSlots.unused(words);
        long[] places = new long[(int) last + 1];
        Arrays.fill(places, missing);
        for (int i = 0; i < keys.length; i++) {
            places[(int) (keys[i] - least)] = words[i];
        }
        return new DenseLookup(least, places, missing, texts);
    }

    public static long int64(long key, DenseLookup table, Scratch scratch) {
        return word(key, table, scratch);
    }

    public static double float64(long key, DenseLookup table, Scratch scratch) {
        return Double.longBitsToDouble(word(key, table, scratch));
    }

    public static boolean bool(long key, DenseLookup table, Scratch scratch) {
        return word(key, table, scratch) == 1;
    }

    public static long text(long key, DenseLookup table, Scratch scratch) {
        long word = word(key, table, scratch);
        return table.texts.result(word, scratch);
    }

    private static long word(long key, DenseLookup table, Scratch scratch) {
        long[] words = table.words;
        long offset = key - table.base;
        int at = (int) offset;
        if (at == offset && at >= 0 && at < words.length) {
            long word = words[at];
            scratch.valid = word != table.missing;
            return word;
        }
        scratch.valid = false;
        return 0;
    }
}
