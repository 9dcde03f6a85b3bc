package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.io.Sink;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.Window;
import io.mullion.spec.WindowOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.BinaryOperator;

/// A stream by key and window, ready to be aggregated. Immutable.
public final class WindowedStream {
    private final Pipeline pipeline;
    private final LogicalStep step;
    private final List<String> keys;
    private final Window window;
    private final WindowOptions options;
    private final Sink lateRows;

    WindowedStream(Pipeline pipeline, LogicalStep step, List<String> keys, Window window) {
        this(pipeline, step, keys, window, WindowOptions.NONE, null);
    }

    private WindowedStream(
            Pipeline pipeline,
            LogicalStep step,
            List<String> keys,
            Window window,
            WindowOptions options,
            Sink lateRows) {
        this.pipeline = pipeline;
        this.step = step;
        this.keys = keys;
        this.window = window;
        this.options = options;
        this.lateRows = lateRows;
    }

    /// A window takes rows until the watermark is `lateness` behind its end. Where rows come after it fired, it fires
    /// again for the keys that have changed. Results have a column `revision`: 0 for the first results of a window,
    /// then 1, 2, ...
    public WindowedStream allowedLateness(Duration lateness) {
        return with(options.withAllowedLateness(lateness), lateRows);
    }

    /// Results of the open windows before their end, for the keys that have changed, every so often by the engine's
    /// clock. They have `revision` -1.
    public WindowedStream earlyResults(Duration every) {
        return with(options.withEarlyEvery(every), lateRows);
    }

    /// Where rows go that came too late for all their windows, as they are. They are counted with or without.
    public WindowedStream lateRowsTo(Sink sink) {
        sink.check(step.schema());
        return with(options, sink);
    }

    /// One row for each key with rows in the window, when the window ends: `window_start`, `window_end`, the key
    /// columns, the aggregates, and a `revision` where windows may fire more than once.
    ///
    /// Windows come in order of their end. Within a window the order of keys is not defined.
    public DataStream aggregate(Expr... aggregates) {
        return new DataStream(
                pipeline, LogicalStep.Aggregate.of(step, keys, window, options, lateRows, List.of(aggregates)));
    }

    /// One row for each key with rows in the window: that of the record which a function makes of all its rows, taken
    /// as records, two at a time. As [#aggregate] has it: the bounds of the window, the key columns, then the
    /// components of the record that are no keys.
    ///
    /// The function must give the same in any grouping, for panes are reduced and then combined; those of one pane come
    /// in order. Components are read from the columns of their names, as [DataStream#map] does.
    ///
    /// *Cost*: records lie on the heap, outside of the memory limit: one is made for each row, and one is kept for each
    /// key and pane. Each result combines those of all panes of its window: as many calls of the function. Expressions
    /// ([#aggregate]) cost neither. *Failure*: what the function throws, and null, fail the job.
    public <T> DataStream reduce(Class<T> type, BinaryOperator<T> function) {
        return new DataStream(
                pipeline, LogicalStep.Aggregate.reduce(step, keys, window, options, lateRows, type, function));
    }

    private WindowedStream with(WindowOptions options, Sink lateRows) {
        return new WindowedStream(pipeline, step, keys, window, options, lateRows);
    }
}
