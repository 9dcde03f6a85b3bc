package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import io.mullion.io.Sink;
import io.mullion.plan.BatchStep;
import io.mullion.plan.JoinStep;
import io.mullion.plan.JoinTerms;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.RankStep;
import io.mullion.spec.JoinKind;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// A stream of rows. Immutable: each operation gives a new stream, and a stream may be used more than once.
public sealed class DataStream permits StatefulStream {
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

    /// The first row of each combination of values in some columns. A null is a value like any other.
    ///
    /// If the event time is one of the columns a combination is forgotten when time has passed it, and rows behind the
    /// watermark are late: left out and counted. Otherwise all are remembered to the end of the job. What is left out
    /// is counted (`JobCounters.duplicateRows`).
    public DataStream dropDuplicates(String... columns) {
        return new DataStream(pipeline, new JoinStep.Deduplicate(step, List.of(columns), null));
    }

    /// The same, where a row is a duplicate if its event time is less than `within` behind that of the last one of the
    /// same values that was let through, or before it: those are remembered for so long. Duplicates do not prolong it.
    /// Rows behind the watermark are late: left out and counted.
    public DataStream dropDuplicatesWithin(Duration within, String... columns) {
        return new DataStream(pipeline, new JoinStep.Deduplicate(step, List.of(columns), within));
    }

    /// Of the results of each window the rows with the greatest values, the greatest first: by the first column, where
    /// that is equal by the second one, and so on. Rows that are equal to the last of them come, too, so there may be
    /// more than `rows`. A row with a null in one of the columns is not among them.
    ///
    /// Only of a stream of results of windows of time that fire once. *Cost*: all results of a window are kept until
    /// time has passed its end, then sorted. *Order*: windows by their end; rows that are equal as they came.
    ///
    /// @param rows of a window, at least 1
    public DataStream topOfWindow(int rows, String... columns) {
        return new DataStream(pipeline, RankStep.top(step, List.of(), rows, List.of(columns)));
    }

    /// The results of each window in order of one or more columns, the first one first: nulls first, NaN last, text by
    /// its UTF-8 bytes. Rows that are equal stay in their order. For the rest see [#topOfWindow].
    public DataStream sort(String... columns) {
        return new DataStream(pipeline, RankStep.sort(step, List.of(columns), false));
    }

    /// The same the other way round.
    public DataStream sortDescending(String... columns) {
        return new DataStream(pipeline, RankStep.sort(step, List.of(columns), true));
    }

    /// The first results of each window, no more than `rows`: behind [#sort] the first in that order, else any. For the
    /// rest see [#topOfWindow].
    public DataStream limit(long rows) {
        return new DataStream(pipeline, RankStep.limit(step, rows));
    }

    /// The pairs of rows of this stream, the left one, and another, the right one, that meet; see [JoinedStream].
    public JoinedStream join(DataStream right) {
        return join(JoinKind.INNER, right);
    }

    /// The pairs, and the rows of this stream that meet none.
    public JoinedStream leftJoin(DataStream right) {
        return join(JoinKind.LEFT, right);
    }

    /// The pairs, and the rows of the other stream that meet none.
    public JoinedStream rightJoin(DataStream right) {
        return join(JoinKind.RIGHT, right);
    }

    /// The pairs, and the rows of both streams that meet none.
    public JoinedStream fullJoin(DataStream right) {
        return join(JoinKind.FULL, right);
    }

    /// The rows of this stream that meet at least one of the other, once each.
    public JoinedStream semiJoin(DataStream right) {
        return join(JoinKind.SEMI, right);
    }

    /// The rows of this stream that meet none of the other.
    public JoinedStream antiJoin(DataStream right) {
        return join(JoinKind.ANTI, right);
    }

    /// The pairs of rows of this stream and rows of a table of the same pipeline; see [JoinedStream]. A row of this
    /// stream meets those that are there when it comes, and is answered at once; what it meets has its time.
    public JoinedStream join(Table right) {
        return join(JoinKind.INNER, right);
    }

    /// The pairs, and the rows of this stream that meet none of the table.
    public JoinedStream leftJoin(Table right) {
        return join(JoinKind.LEFT, right);
    }

    /// The rows of this stream that meet at least one of the table, once each.
    public JoinedStream semiJoin(Table right) {
        return join(JoinKind.SEMI, right);
    }

    /// The rows of this stream that meet none of the table.
    public JoinedStream antiJoin(Table right) {
        return join(JoinKind.ANTI, right);
    }

    private JoinedStream join(JoinKind kind, Table right) {
        return new JoinedStream(
                pipeline, step, right.givenTo(pipeline), JoinTerms.of(kind).table(JoinTerms.Table.GIVEN));
    }

    private JoinedStream join(JoinKind kind, DataStream right) {
        if (right.pipeline != pipeline) {
            throw MullionException.invalid("join needs streams of one pipeline");
        }
        return new JoinedStream(pipeline, step, right.step, JoinTerms.of(kind));
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

    /// The same rows in micro-batches: a batch ends whenever an interval of the engine's clock has passed, counted from
    /// the first turn of the job, and has the rows that were taken since the one before. The first batch has number 1,
    /// batch k the time k intervals.
    ///
    /// All micro-batches of a pipeline have one interval. What time the rows had before does not count from here on.
    public BatchedStream batchInterval(Duration interval) {
        pipeline.requireBatchInterval(interval);
        return new BatchedStream(pipeline, new BatchStep.Entrance(step, interval));
    }

    /// Hands the rows to a sink.
    ///
    /// @throws MullionException if it [cannot take][Sink#check] the columns
    public void to(Sink sink) {
        sink.check(schema());
        pipeline.add(new LogicalStep.Output(step, sink));
    }
}
