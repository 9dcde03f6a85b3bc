package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.Window;
import java.util.List;

/// A stream by key and window, ready to be aggregated.
public final class WindowedStream {
    private final Pipeline pipeline;
    private final LogicalStep step;
    private final List<String> keys;
    private final Window window;

    WindowedStream(Pipeline pipeline, LogicalStep step, List<String> keys, Window window) {
        this.pipeline = pipeline;
        this.step = step;
        this.keys = keys;
        this.window = window;
    }

    /// One row for each key with rows in the window, when the window ends: `window_start`, `window_end`, the key
    /// columns, the aggregates.
    ///
    /// Windows come in order of their end. Within a window the order of keys is not defined.
    public DataStream aggregate(Expr... aggregates) {
        return new DataStream(pipeline, LogicalStep.Aggregate.of(step, keys, window, List.of(aggregates)));
    }
}
