package io.mullion.bench.joins;

import io.mullion.DataStream;
import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.Table;
import io.mullion.TestEngine;
import io.mullion.bench.rows.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import java.time.Duration;
import java.util.stream.IntStream;

/// The questions through the public API on one thread, with batches that are filled while nobody looks at the clock.
///
/// *Thread*: one.
final class JoinsByEngine implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(JoinRows.STEP);

    /// A row, as functions see it.
    record Row(long value) {}

    /// A row of the table that is given.
    record Right(long key, long other) {}

    /// The state of a key.
    record Totals(long count, long sum) {}

    private final Question question;
    private final TestEngine engine;
    private final Job job;
    private final Producer<Void> left;
    private final Producer<Void> right;
    private final long emptyBytes;
    private Duration now = Duration.ZERO;
    /// That is given, or null.
    private Table table;

    private int tableRows;
    private long answer;

    JoinsByEngine(Question question, JoinRows all) {
        this.question = question;
        EngineConfig config =
                EngineConfig.defaults().withLaneIdleTimeout(Duration.ZERO).withMemoryLimitBytes(4L << 30);
        engine = TestEngine.create(
                config.withLaneBatches(JoinRows.ROWS / config.batchRows() + 2).withBatchDataBytes(1 << 16));
        Pipeline pipeline = Pipeline.create();
        Input<Void> lefts = input(pipeline, "value");
        Input<Void> rights = input(pipeline, "other");
        switch (question) {
            case INTERVAL ->
                pairs(lefts.stream()
                        .join(rights.stream())
                        .on("key")
                        .between(Duration.ofMillis(JoinRows.NEAR), Duration.ofMillis(JoinRows.NEAR))
                        .stream());
            case TABLE -> pairs(lefts.stream().join(rights.stream()).on("key").latest().stream());
            case GIVEN -> {
                // Empty at first, so that what is held without it is known.
                table = pipeline.table(
                        "rights",
                        Right.class,
                        () -> () -> IntStream.range(0, tableRows)
                                .mapToObj(row -> new Right(all.rights[row], row))
                                .iterator());
                pairs(lefts.stream().join(table).on("key").stream());
            }
            case DUPLICATES ->
                lefts.stream()
                        .dropDuplicatesWithin(Duration.ofMillis(JoinRows.WITHIN), "key")
                        .to(Sinks.forEachRow(row -> answer += SplitMix64.mix(row.int64(2))));
            // Columns are the time, the key, the count, the sum.
            case PROCESS ->
                lefts.stream()
                        .keyBy("key")
                        .process(Row.class, StateSpec.of(Totals.class), Totals.class, (row, state, _, out) -> {
                            Totals before = state.get();
                            Totals totals = before == null
                                    ? new Totals(1, row.value())
                                    : new Totals(before.count() + 1, before.sum() + row.value());
                            state.update(totals);
                            out.accept(totals);
                        })
                        .to(Sinks.forEachRow(
                                row -> answer += SplitMix64.mix(row.int64(1) + row.int64(2) * 31 + row.int64(3))));
            case UPDATE_STATE ->
                lefts.stream()
                        .batchInterval(INTERVAL)
                        .keyBy("key")
                        .updateState(Row.class, StateSpec.of(Totals.class), (rows, state, _) -> {
                            long count = state == null ? 0 : state.count();
                            long sum = state == null ? 0 : state.sum();
                            for (Row row : rows) {
                                count++;
                                sum += row.value();
                            }
                            return new Totals(count, sum);
                        })
                        .to(Sinks.forEachRow(
                                row -> answer += SplitMix64.mix(row.int64(0) + row.int64(1) * 31 + row.int64(2))));
        }
        if (question != Question.INTERVAL && question != Question.TABLE) {
            rights.stream().filter(Expressions.col("key").eq(0)).to(Sinks.forEachRow(_ -> answer++));
        }
        job = engine.run(pipeline);
        left = job.producer(lefts);
        right = job.producer(rights);
        emptyBytes = engine.memoryBytesInUse();
        if (question == Question.TABLE) {
            load(all);
        } else if (question == Question.GIVEN) {
            tableRows = JoinRows.ROWS;
            job.load(table);
        }
    }

    private static Input<Void> input(Pipeline pipeline, String value) {
        Schema schema = Schema.of(
                Field.of("time", DataType.timestamp(TimeUnit.MILLIS)),
                Field.of("key", DataType.INT64),
                Field.of(value, DataType.INT64));
        return pipeline.input(value, schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
    }

    private void pairs(DataStream pairs) {
        int value = pairs.schema().indexOf("value");
        int other = pairs.schema().indexOf("other");
        pairs.to(Sinks.forEachRow(row -> answer += SplitMix64.mix(row.int64(value) + row.int64(other))));
    }

    /// Fills the table with a row for each key.
    private void load(JoinRows rows) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            write(right, 0, rows.rights[row], row);
        }
        engine.runUntilIdle();
    }

    /// Fills the lanes with a block of rows.
    void fill(JoinRows rows, long shift) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            write(left, rows.times[row] + shift, rows.lefts[row], row);
            if (question.bothSides()) {
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
        if (question == Question.UPDATE_STATE) {
            now = now.plus(INTERVAL);
            engine.advanceTo(now);
        }
        return answer;
    }

    /// What is held for the rows and keys that are kept.
    long stateBytes() {
        return engine.memoryBytesInUse() - emptyBytes;
    }

    @Override
    public void close() {
        left.close();
        right.close();
        engine.close();
    }
}
