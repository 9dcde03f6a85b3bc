package io.mullion.bench.latency;

import static io.mullion.expr.Expressions.col;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.Idle;
import io.mullion.spec.Overload;

/// A pipeline without state: a filter that all rows pass, and a sink that looks at one column of each.
final class EngineHop implements Hop {
    /// What is offered; one object for each row, as a caller has it.
    record Due(long due, long value) {}

    private final Engine engine = Engine.start();
    private final Job job;
    private final Producer<Due> records;
    private final Producer<Void> rows;

    /// @param records whether records are offered, or rows written column by column
    /// @param idle of the worker
    EngineHop(Arrivals arrivals, boolean records, Idle idle) {
        Pipeline pipeline = Pipeline.create();
        JobConfig config = JobConfig.defaults().withIdle(idle).withLatencies(false);
        if (records) {
            Input<Due> input = pipeline.input("due", Due.class);
            job = run(pipeline, input, arrivals, config);
            this.records = job.producer(input);
            rows = null;
        } else {
            Schema schema = Schema.of(Field.of("due", DataType.INT64), Field.of("value", DataType.INT64));
            Input<Void> input = pipeline.input("due", schema, Overload.BLOCK);
            job = run(pipeline, input, arrivals, config);
            rows = job.producer(input);
            this.records = null;
        }
    }

    private Job run(Pipeline pipeline, Input<?> input, Arrivals arrivals, JobConfig config) {
        input.stream().filter(col("value").gt(0)).to(Sinks.forEachRow(row -> arrivals.arrived(row.int64(0))));
        return engine.run(pipeline, config);
    }

    @Override
    public void send(long dueNanos) {
        Offer offer = records != null
                ? records.offer(new Due(dueNanos, 1))
                : rows.row().setLong(0, dueNanos).setLong(1, 1).commit();
        if (offer != Offer.ACCEPTED) {
            throw new IllegalStateException("a row was not taken: " + offer);
        }
    }

    @Override
    public void close() {
        if (records != null) {
            records.close();
        } else {
            rows.close();
        }
        engine.close();
    }
}
