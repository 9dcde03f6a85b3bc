package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Window;
import java.time.Duration;

/// Q2: count, sum, min and max by key over 60 s by 1 s, 100,000 rows a second; and the same over other windows.
final class SlidingQuery extends Query {
    private final SlidingRows rows;

    SlidingQuery(SlidingRows rows) {
        super(rows);
        this.rows = rows;
    }

    @Override
    Input<Void> addTo(Pipeline pipeline, Sink results) {
        Input<Void> input =
                input(pipeline, Schema.of(Field.of("key", DataType.INT64), Field.of("value", DataType.INT64), TIME));
        Window window = Window.sliding(Duration.ofMillis(rows.sizeMillis), Duration.ofMillis(rows.slideMillis));
        input.stream().keyBy("key").window(window).aggregate(aggregates()).to(results);
        return input;
    }

    private Expr[] aggregates() {
        Expr count = count().as("count");
        Expr sum = sum("value").as("sum");
        return rows.extremes
                ? new Expr[] {count, sum, min("value").as("min"), max("value").as("max")}
                : new Expr[] {count, sum};
    }

    @Override
    Sink sink(Answer answer) {
        return rows.extremes
                ? Sinks.forEachRow(row ->
                        answer.add(row.int64(1), row.int64(2), row.int64(3), row.int64(4), row.int64(5), row.int64(6)))
                : Sinks.forEachRow(row -> answer.add(row.int64(1), row.int64(2), row.int64(3), row.int64(4)));
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
