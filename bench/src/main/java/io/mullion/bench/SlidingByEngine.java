package io.mullion.bench;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.TestEngine;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;

/// Q2 through the public API on one thread: rows in through a producer's row writer, results out through `forEachRow`.
///
/// *Thread*: one for all calls but the constructor.
final class SlidingByEngine implements AutoCloseable {
    private final TestEngine engine = TestEngine.create();
    private final Job job;
    private final Producer<Void> producer;

    SlidingByEngine(boolean extremes, SlidingAnswer answer) {
        Pipeline pipeline = Pipeline.create();
        Schema schema = Schema.of(
                Field.of("key", DataType.INT64),
                Field.of("value", DataType.INT64),
                Field.of("time", DataType.timestamp(TimeUnit.MILLIS)));
        Input<Void> input = pipeline.input("rows", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        Expr[] aggregates = extremes
                ? new Expr[] {
                    count().as("count"),
                    sum("value").as("sum"),
                    min("value").as("min"),
                    max("value").as("max")
                }
                : new Expr[] {count().as("count"), sum("value").as("sum")};
        input.stream()
                .keyBy("key")
                .window(Window.sliding(Duration.ofSeconds(60), Duration.ofSeconds(1)))
                .aggregate(aggregates)
                .to(Sinks.forEachRow(
                        extremes
                                ? row -> answer.add(
                                        row.int64(1),
                                        row.int64(2),
                                        row.int64(3),
                                        row.int64(4),
                                        row.int64(5),
                                        row.int64(6))
                                : row -> answer.add(row.int64(1), row.int64(2), row.int64(3), row.int64(4))));
        job = engine.run(pipeline);
        producer = job.producer(input);
    }

    /// Takes a block of rows, their times moved on by `shift`, and works them off.
    void rows(SlidingRows rows, long shift) {
        long[] keys = rows.keys();
        long[] values = rows.values();
        long[] times = rows.times();
        for (int row = 0; row < times.length; row++) {
            producer.row()
                    .setLong(0, keys[row])
                    .setLong(1, values[row])
                    .setLong(2, times[row] + shift)
                    .commit();
        }
        engine.runUntilIdle();
    }

    /// The end of input: fires what is left.
    void end() throws InterruptedException {
        producer.close();
        job.drain();
        job.await();
    }

    @Override
    public void close() {
        producer.close();
        engine.close();
    }
}
