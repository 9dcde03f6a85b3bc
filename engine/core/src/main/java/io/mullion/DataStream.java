package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import io.mullion.io.Sink;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

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

    /// Keeps the rows for which a function over records is true.
    ///
    /// Components are read from the columns of their names, as [io.mullion.ingest.RecordColumns] says; a column that
    /// may be null needs a component that is no primitive. The record only needs to have what the function asks for:
    /// text that no one reads is decoded all the same.
    ///
    /// *Thread*: the function is called by the job's worker, once for each row; it must not block. *Failure*: what it
    /// throws fails the job, and the error names the row. A record of primitives is not made at all once the loop is
    /// compiled: nothing is allocated.
    public <T> DataStream filter(Class<T> type, Predicate<? super T> predicate) {
        return new DataStream(pipeline, LogicalStep.RecordFilter.of(step, type, predicate));
    }

    /// One row for each: that of the record which the function returns. Its components are the columns; the event-time
    /// column stays, and where the record has it, too, the function hands it on as it is, or the row fails.
    ///
    /// *Failure*: returning null is an error of the function; a value that its column cannot hold fails the row. For
    /// the rest see [#filter(Class, Predicate)].
    public <T, R> DataStream map(Class<T> from, Class<R> to, Function<? super T, ? extends R> function) {
        return new DataStream(pipeline, LogicalStep.RecordMap.of(step, from, to, function));
    }

    /// Any number of rows for each: those of the records which the function hands to its second argument during the
    /// call. For the rest see [#map(Class, Class, Function)].
    ///
    /// ```java
    /// orders.flatMap(Order.class, Line.class, (order, lines) -> {
    ///     for (int i = 0; i < order.count(); i++) {
    ///         lines.accept(new Line(order.id(), i));
    ///     }
    /// });
    /// ```
    ///
    /// *Failure*: where a record cannot be written, its row fails; what was emitted before it stays.
    public <T, R> DataStream flatMap(Class<T> from, Class<R> to, BiConsumer<? super T, ? super Consumer<R>> function) {
        return new DataStream(pipeline, LogicalStep.RecordFlatMap.of(step, from, to, function));
    }

    /// The rows of this and of other streams of the same pipeline, which have the same columns and the same time. Its
    /// time is the least of theirs: the slowest of them holds it back.
    ///
    /// *Order*: the rows of each stay in their order; how those of several lie between each other is not defined.
    public DataStream union(DataStream... others) {
        List<LogicalStep> steps = new ArrayList<>(List.of(step));
        for (DataStream other : others) {
            if (other.pipeline != pipeline) {
                throw MullionException.invalid("union needs streams of one pipeline");
            }
            steps.add(other.step);
        }
        return new DataStream(pipeline, new LogicalStep.Union(List.copyOf(steps)));
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
