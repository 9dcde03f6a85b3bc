package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.count;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Window;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/// Q4: count by word over 60 s by 10 s, 100,000 rows a second, words as they come in a language: Zipf with exponent 1
/// over 10,000 words of 3 to 12 letters.
final class WordQuery extends Query {
    private static final int ROWS_PER_MILLI = 100;
    static final int WORDS = 10_000;
    static final int LEAST_LETTERS = 3;
    static final int MOST_LETTERS = 12;

    /// The word of row i is at [`offsets[i]`, `offsets[i + 1]`), as in an Arrow column.
    final int[] offsets = new int[ROWS + 1];

    final byte[] bytes;

    WordQuery() {
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

    @Override
    Input<Void> addTo(Pipeline pipeline, Sink results) {
        Input<Void> input = input(pipeline, Schema.of(Field.of("word", DataType.UTF8), TIME));
        input.stream()
                .keyBy("word")
                .window(Window.sliding(Duration.ofSeconds(60), Duration.ofSeconds(10)))
                .aggregate(count().as("count"))
                .to(results);
        return input;
    }

    @Override
    Sink sink(Answer answer) {
        return Sinks.forEachBatch(results -> {
            for (int row = 0; row < results.rowCount(); row++) {
                answer.add(results.int64(1, row), hashOfWord(results, row), results.int64(3, row));
            }
        });
    }

    /// As [String#hashCode] has it, without a string: words are ASCII.
    private static int hashOfWord(BatchView results, int row) {
        long word = results.bytesAddress(2, row);
        int hash = 0;
        for (int i = 0; i < results.bytesLength(2, row); i++) {
            hash = 31 * hash + RawMemory.getByte(word + i);
        }
        return hash;
    }

    @Override
    void write(Producer<Void> producer, long shift) {
        for (int row = 0; row < ROWS; row++) {
            producer.row()
                    .setUtf8(0, bytes, offsets[row], offsets[row + 1] - offsets[row])
                    .setLong(1, times[row] + shift)
                    .commit();
        }
    }

    @Override
    ByHand byHand(Answer answer) {
        return new WordsByHand(this, answer);
    }

    @Override
    int telling() {
        return 4;
    }
}
