package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.SessionRows;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;

/// Q5: count and sum by key over sessions with a gap of 5 s, 10,000 keys, 10,000 rows a second.
final class SessionQuery extends Query {
    private final SessionRows rows;

    SessionQuery(SessionRows rows) {
        super(rows);
        this.rows = rows;
    }

    @Override
    Input<Void> addTo(Pipeline pipeline, Sink results) {
        Schema schema = Schema.of(Field.of("key", DataType.INT64), Field.of("value", DataType.INT64), TIME);
        Duration bound = Duration.ofMillis(SessionRows.BOUND_MILLIS);
        Input<Void> input = pipeline.input("rows", schema, "time", Watermark.bounded(bound), Overload.BLOCK);
        input.stream()
                .keyBy("key")
                .window(Window.session(Duration.ofMillis(SessionRows.GAP_MILLIS)))
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
    void write(Producer<Void> producer, int from, int to, long shift) {
        long[] keys = rows.keys;
        long[] values = rows.values;
        long[] times = rows.times;
        for (int row = from; row < to; row++) {
            producer.row()
                    .setLong(0, keys[row])
                    .setLong(1, values[row])
                    .setLong(2, times[row] + shift)
                    .commit();
        }
    }
}
