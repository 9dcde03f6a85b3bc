package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import io.mullion.io.Sink;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.Window;
import java.util.List;

/// A stream of rows. Immutable: each operation gives a new stream, and a stream may be used more than once.
public final class DataStream {
    private final Pipeline pipeline;
    private final LogicalStep step;

    DataStream(Pipeline pipeline, LogicalStep step) {
        this.pipeline = pipeline;
        this.step = step;
    }

    /// The columns of its rows.
    public Schema schema() {
        return step.schema();
    }

    /// Keeps the rows for which `predicate` is true; false and null do not pass.
    public DataStream filter(Expr predicate) {
        return new DataStream(pipeline, new LogicalStep.Filter(step, predicate));
    }

    /// Computes columns from each row. The event-time column stays, named or not.
    public DataStream select(Expr... columns) {
        return new DataStream(pipeline, LogicalStep.Select.of(step, List.of(columns), false));
    }

    /// Computes any number of rows from each row: one of the columns is a `split`, the others are repeated beside each
    /// of its pieces.
    public DataStream flatMap(Expr... columns) {
        return new DataStream(pipeline, LogicalStep.Select.of(step, List.of(columns), true));
    }

    /// The same rows, grouped by the values of one or more columns. A null is a value like any other, NaN equals NaN
    /// and -0.0 equals 0.0.
    public KeyedStream keyBy(String... columns) {
        List<String> keys = List.of(columns);
        LogicalStep.keyFields(step, keys);
        return new KeyedStream(pipeline, step, keys);
    }

    /// All rows as one group, by window.
    public WindowedStream window(Window window) {
        return new WindowedStream(pipeline, step, List.of(), window);
    }

    /// Hands the rows to a sink.
    public void to(Sink sink) {
        pipeline.add(new LogicalStep.Output(step, sink));
    }
}
