package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.count;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.WordRows;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Window;
import java.time.Duration;

/// Q4: count by word over 60 s by 10 s, 100,000 rows a second, words as they come in a language: Zipf with exponent 1
/// over 10,000 words of 3 to 12 letters.
final class WordQuery extends Query {
    private final WordRows rows;

    WordQuery(WordRows rows) {
        super(rows);
        this.rows = rows;
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
    void write(Producer<Void> producer, int from, int to, long shift) {
        byte[] bytes = rows.bytes;
        int[] offsets = rows.offsets;
        long[] times = rows.times;
        for (int row = from; row < to; row++) {
            producer.row()
                    .setUtf8(0, bytes, offsets[row], offsets[row + 1] - offsets[row])
                    .setLong(1, times[row] + shift)
                    .commit();
        }
    }
}
