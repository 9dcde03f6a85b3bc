package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.TestEngine;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.SplitMix64;
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
import java.util.List;

/// Several windows over one stream through the public API on one thread.
///
/// *Thread*: one for all calls but the constructor.
final class WindowsByEngine implements AutoCloseable {
    private static final List<String> KEYS = List.of("key", "same", "again");

    private final TestEngine engine = TestEngine.create();
    private final Job job;
    private final Producer<Void> producer;
    private long answer;

    /// @param windows size and slide of each
    /// @param oneKey whether all are by the same column
    WindowsByEngine(List<Duration[]> windows, boolean oneKey) {
        Pipeline pipeline = Pipeline.create();
        Schema schema = Schema.of(
                Field.of("key", DataType.INT64),
                Field.of("same", DataType.INT64),
                Field.of("again", DataType.INT64),
                Field.of("value", DataType.INT64),
                Field.of("time", DataType.timestamp(TimeUnit.MILLIS)));
        Input<Void> input = pipeline.input("rows", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        for (int i = 0; i < windows.size(); i++) {
            boolean last = i > 0 && i == windows.size() - 1;
            Expr second = last ? min("value").as("least") : sum("value").as("sum");
            int window = i;
            input.stream()
                    .keyBy(KEYS.get(oneKey ? 0 : i))
                    .window(Window.sliding(windows.get(i)[0], windows.get(i)[1]))
                    .aggregate(count().as("count"), second)
                    .to(Sinks.forEachRow(row -> answer += SplitMix64.mix(
                            SplitMix64.mix(row.int64(1) ^ row.int64(2)) + row.int64(3) * 31 + row.int64(4) + window)));
        }
        job = engine.run(pipeline);
        producer = job.producer(input);
    }

    /// Takes a block of rows, their times moved on by `shift`, and works them off.
    void rows(SlidingRows rows, long shift) {
        long[] keys = rows.keys;
        long[] values = rows.values;
        long[] times = rows.times;
        for (int row = 0; row < times.length; row++) {
            producer.row()
                    .setLong(0, keys[row])
                    .setLong(1, keys[row])
                    .setLong(2, keys[row])
                    .setLong(3, values[row])
                    .setLong(4, times[row] + shift)
                    .commit();
        }
        engine.runUntilIdle();
    }

    /// A sum modulo 2^64 of hashes of the result rows, which no order of them changes.
    long answer() {
        return answer;
    }

    boolean sharing() {
        return job.explain().contains("windows share groups and panes");
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
