package io.mullion.bench.latency;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.rows.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.io.RowView;
import io.mullion.spec.Idle;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;

/// Q2 with a slide of 20 ms, its event times the times at which rows were due: what arrives is the first result of each
/// window, due at the end of the window.
final class WindowHop implements Hop {
    static final Duration SLIDE = Duration.ofMillis(20);
    private static final int KEYS = 1_000;

    private final Engine engine = Engine.start();
    private final Producer<Void> producer;
    private final SplitMix64 random = new SplitMix64(2);
    private final Arrivals arrivals;
    private long lastEnd = Long.MIN_VALUE;

    WindowHop(Arrivals arrivals, Idle idle) {
        this.arrivals = arrivals;
        Pipeline pipeline = Pipeline.create();
        Schema schema = Schema.of(
                Field.of("key", DataType.INT64),
                Field.of("value", DataType.INT64),
                Field.of("time", DataType.timestamp(TimeUnit.NANOS)));
        Input<Void> input = pipeline.input("rows", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        input.stream()
                .keyBy("key")
                .window(Window.sliding(Duration.ofSeconds(1), SLIDE))
                .aggregate(
                        count().as("count"),
                        sum("value").as("sum"),
                        min("value").as("min"),
                        max("value").as("max"))
                .to(Sinks.forEachRow(this::result));
        producer = engine.run(pipeline, JobConfig.defaults().withIdle(idle)).producer(input);
    }

    private void result(RowView row) {
        long end = row.int64(1);
        if (end != lastEnd) {
            lastEnd = end;
            arrivals.arrived(end);
        }
    }

    @Override
    public void send(long dueNanos) {
        producer.row()
                .setLong(0, random.below(KEYS))
                .setLong(1, random.below(1_000_000))
                .setLong(2, dueNanos)
                .commit();
    }

    @Override
    public void close() {
        producer.close();
        engine.close();
    }
}
