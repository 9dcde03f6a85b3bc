package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Window;
import java.time.Duration;

/// Q5: count and sum by key over sessions with a gap of 5 s, 10,000 keys, 10,000 rows a second.
final class SessionQuery extends Query {
    private static final int ROWS_PER_MILLI = 10;
    private static final int VALUES = 1_000_000;
    static final int KEYS = 10_000;
    static final long GAP_MILLIS = 5_000;

    final boolean dense;
    final long[] keys = new long[ROWS];
    final long[] values = new long[ROWS];

    SessionQuery(boolean dense) {
        super(ROWS_PER_MILLI);
        this.dense = dense;
        SplitMix64 random = new SplitMix64(5);
        for (int row = 0; row < ROWS; row++) {
            keys[row] = key(random.below(KEYS), dense);
            values[row] = random.below(VALUES);
        }
    }

    @Override
    Input<Void> addTo(Pipeline pipeline, Sink results) {
        Input<Void> input =
                input(pipeline, Schema.of(Field.of("key", DataType.INT64), Field.of("value", DataType.INT64), TIME));
        input.stream()
                .keyBy("key")
                .window(Window.session(Duration.ofMillis(GAP_MILLIS)))
                .aggregate(count().as("count"), sum("value").as("sum"))
                .to(results);
        return input;
    }

    @Override
    Sink sink(Answer answer) {
        return Sinks.forEachRow(
                row -> answer.add(row.int64(0), row.int64(1), row.int64(2), row.int64(3), row.int64(4)));
    }

    @Override
    void write(Producer<Void> producer, long shift) {
        for (int row = 0; row < ROWS; row++) {
            producer.row()
                    .setLong(0, keys[row])
                    .setLong(1, values[row])
                    .setLong(2, times[row] + shift)
                    .commit();
        }
    }

    @Override
    ByHand byHand(Answer answer) {
        return new SessionsByHand(this, answer);
    }
}
