package io.mullion.bench.rows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Q4, `wordcount`: count by word over 60 s by 10 s, 100,000 rows a second, words as they come in a language: Zipf with
/// exponent 1 over 10,000 words of 3 to 12 letters.
///
/// *Answer*: end of the window, [String#hashCode] of the word, count.
public final class WordRows extends QueryRows {
    private static final int ROWS_PER_MILLI = 100;
    public static final int WORDS = 10_000;
    private static final int LEAST_LETTERS = 3;
    private static final int MOST_LETTERS = 12;
    public static final long SIZE_MILLIS = 60_000;
    public static final long SLIDE_MILLIS = 10_000;

    /// The word of row i is at [`offsets[i]`, `offsets[i + 1]`), as in an Arrow column.
    public final int[] offsets = new int[ROWS + 1];

    public final byte[] bytes;

    WordRows() {
        super(ROWS_PER_MILLI);
        SplitMix64 random = new SplitMix64(4);
        byte[][] words = words(random);
        double[] shares = shares();
        byte[] room = new byte[ROWS * MOST_LETTERS];
        int end = 0;
        for (int row = 0; row < ROWS; row++) {
            double drawn = (random.next() >>> 11) * 0x1.0p-53 * shares[WORDS - 1];
            int rank = Arrays.binarySearch(shares, drawn);
            byte[] word = words[rank < 0 ? -rank - 1 : rank];
            System.arraycopy(word, 0, room, end, word.length);
            end += word.length;
            offsets[row + 1] = end;
        }
        // Behind the last word there is room for a load of sixteen bytes.
        bytes = Arrays.copyOf(room, end + 16);
    }

    private static byte[][] words(SplitMix64 random) {
        Set<String> words = new LinkedHashSet<>();
        while (words.size() < WORDS) {
            int letters = LEAST_LETTERS + (int) random.below(MOST_LETTERS - LEAST_LETTERS + 1);
            StringBuilder word = new StringBuilder();
            for (int i = 0; i < letters; i++) {
                word.append((char) ('a' + random.below(26)));
            }
            words.add(word.toString());
        }
        return words.stream()
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    /// The weight of each word and all that are more frequent.
    private static double[] shares() {
        double[] shares = new double[WORDS];
        double sum = 0;
        for (int rank = 0; rank < WORDS; rank++) {
            sum += 1.0 / (rank + 1);
            shares[rank] = sum;
        }
        return shares;
    }

    /// The word of each row as a string. There is one string for a word, so that its hash is computed once: rows of
    /// strings are as cheap as they can be.
    public String[] strings() {
        Map<String, String> words = new HashMap<>();
        String[] strings = new String[ROWS];
        for (int row = 0; row < ROWS; row++) {
            String word = new String(bytes, offsets[row], offsets[row + 1] - offsets[row], StandardCharsets.US_ASCII);
            strings[row] = words.computeIfAbsent(word, it -> it);
        }
        return strings;
    }

    @Override
    public ByHand byHand(Answer answer) {
        return new WordsByHand(this, answer);
    }

    @Override
    public int telling() {
        return 4;
    }
}
