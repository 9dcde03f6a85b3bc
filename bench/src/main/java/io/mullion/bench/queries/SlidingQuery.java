package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.SplitMix64;
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
    static final int ROWS_PER_MILLI = 100;
    static final Window.Sliding WINDOW = Window.sliding(Duration.ofSeconds(60), Duration.ofSeconds(1));
    private static final int VALUES = 1_000_000;

    final int keyCount;
    final boolean dense;
    final boolean extremes;
    private final Window window;
    final long[] keys = new long[ROWS];
    final long[] values = new long[ROWS];

    /// @param extremes whether min and max are asked for, too
    SlidingQuery(int keyCount, boolean dense, boolean extremes) {
        this(keyCount, dense, extremes, WINDOW);
    }

    /// @param window by hand there is only [#WINDOW]
    SlidingQuery(int keyCount, boolean dense, boolean extremes, Window window) {
        super(ROWS_PER_MILLI);
        this.window = window;
        this.keyCount = keyCount;
        this.dense = dense;
        this.extremes = extremes;
        SplitMix64 random = new SplitMix64(2);
        for (int row = 0; row < ROWS; row++) {
            keys[row] = key(random.below(keyCount), dense);
            values[row] = random.below(VALUES);
        }
    }

    @Override
    Input<Void> addTo(Pipeline pipeline, Sink results) {
        Input<Void> input =
                input(pipeline, Schema.of(Field.of("key", DataType.INT64), Field.of("value", DataType.INT64), TIME));
        input.stream().keyBy("key").window(window).aggregate(aggregates()).to(results);
        return input;
    }

    private Expr[] aggregates() {
        Expr count = count().as("count");
        Expr sum = sum("value").as("sum");
        return extremes
                ? new Expr[] {count, sum, min("value").as("min"), max("value").as("max")}
                : new Expr[] {count, sum};
    }

    @Override
    Sink sink(Answer answer) {
        return extremes
                ? Sinks.forEachRow(row ->
                        answer.add(row.int64(1), row.int64(2), row.int64(3), row.int64(4), row.int64(5), row.int64(6)))
                : Sinks.forEachRow(row -> answer.add(row.int64(1), row.int64(2), row.int64(3), row.int64(4)));
    }

    @Override
    void write(Producer<Void> producer, long shift) {
        write(producer, 0, ROWS, shift);
    }

    /// Writes the rows [from, to), their times moved on by `shift`.
    void write(Producer<Void> producer, int from, int to, long shift) {
        for (int row = from; row < to; row++) {
            producer.row()
                    .setLong(0, keys[row])
                    .setLong(1, values[row])
                    .setLong(2, times[row] + shift)
                    .commit();
        }
    }

    @Override
    ByHand byHand(Answer answer) {
        return new SlidingByHand(this, answer);
    }

    /// Long enough for windows to be full and for panes to leave them.
    @Override
    int telling() {
        return keyCount > 1_000 ? 2 : 5;
    }
}
