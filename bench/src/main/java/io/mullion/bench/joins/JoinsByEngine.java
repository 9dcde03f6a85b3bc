package io.mullion.bench.joins;

import static io.mullion.expr.Expressions.col;

import io.mullion.DataStream;
import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.TestEngine;
import io.mullion.bench.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.time.Duration;

/// Joins through the public API on one thread, with batches that are filled while nobody looks at the clock.
///
/// *Thread*: one.
final class JoinsByEngine implements AutoCloseable {
    private final TestEngine engine;
    private final Job job;
    private final Producer<Void> left;
    private final Producer<Void> right;
    private final long emptyBytes;
    private long answer;

    JoinsByEngine(JoinBenchmark.Question question) {
        EngineConfig config =
                EngineConfig.defaults().withLaneIdleTimeout(Duration.ZERO).withMemoryLimitBytes(4L << 30);
        engine = TestEngine.create(config.withLaneBatches(JoinRows.KEYS / config.batchRows() + 2));
        Pipeline pipeline = Pipeline.create();
        Input<Void> lefts = input(pipeline, "left_value");
        Input<Void> rights = input(pipeline, "right_value");
        switch (question) {
            case INTERVAL ->
                pairs(lefts.stream()
                        .join(rights.stream())
                        .on("key")
                        .between(Duration.ofMillis(JoinRows.NEAR), Duration.ofMillis(JoinRows.NEAR))
                        .stream());
            case TABLE -> pairs(lefts.stream().join(rights.stream()).on("key").latest().stream());
            case DUPLICATES -> {
                lefts.stream()
                        .dropDuplicates("key")
                        .to(Sinks.forEachRow(row -> answer += SplitMix64.mix(row.int64(2))));
                rights.stream().filter(col("key").eq(0)).to(Sinks.forEachRow(_ -> answer++));
            }
        }
        job = engine.run(pipeline);
        left = job.producer(lefts);
        right = job.producer(rights);
        emptyBytes = engine.memoryBytesInUse();
    }

    private static Input<Void> input(Pipeline pipeline, String value) {
        Schema schema = Schema.of(
                Field.of("time", DataType.timestamp(TimeUnit.MILLIS)),
                Field.of("key", DataType.INT64),
                Field.of(value, DataType.INT64));
        return pipeline.input(value, schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
    }

    private void pairs(DataStream pairs) {
        int leftValue = pairs.schema().indexOf("left_value");
        int rightValue = pairs.schema().indexOf("right_value");
        pairs.to(Sinks.forEachRow(row -> answer += SplitMix64.mix(row.int64(leftValue) + row.int64(rightValue))));
    }

    void load(JoinRows rows) {
        for (long key : rows.domain) {
            write(right, 0, key, key >>> 7);
        }
        engine.runUntilIdle();
    }

    /// Fills the lanes with a block of rows.
    void fill(JoinRows rows, long shift, boolean bothSides) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            write(left, rows.times[row] + shift, rows.lefts[row], row);
            if (bothSides) {
                write(right, rows.times[row] + shift, rows.rights[row], row);
            }
        }
    }

    private static void write(Producer<Void> producer, long time, long key, long value) {
        producer.row().setLong(0, time).setLong(1, key).setLong(2, value).commit();
    }

    /// A sum modulo 2^64 of hashes of the result rows, which no order of them changes.
    long work() {
        engine.runUntilIdle();
        return answer;
    }

    /// What is held for the rows and keys that are kept.
    long stateBytes() {
        return engine.memoryBytesInUse() - emptyBytes;
    }

    long rowsKept() {
        return job.counters().rowsKept();
    }

    @Override
    public void close() {
        left.close();
        right.close();
        engine.close();
    }
}
