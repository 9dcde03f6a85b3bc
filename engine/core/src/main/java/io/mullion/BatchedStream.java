package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchFunction;
import io.mullion.io.BatchView;
import io.mullion.io.Sink;
import io.mullion.plan.BatchStep;
import io.mullion.plan.JoinStep;
import io.mullion.plan.JoinTerms;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.StreamTime;
import io.mullion.spec.KeepKeys;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import io.mullion.spec.WindowOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// A stream of micro-batches, with the operations of Spark Streaming's. Immutable: each operation gives a new stream,
/// and a stream may be used more than once.
///
/// An operation makes of each batch one batch of the same time, also of an empty one; behind a window there is a batch
/// for each slide. Results do not have the bounds of their window: they are what is in their batch.
/// *Order*: rows stay in the order they came in, but for those of a union and of keys, which have none.
public sealed class BatchedStream permits StatefulBatchedStream {
    private final Pipeline pipeline;
    private final LogicalStep step;
    private final int partitions;

    BatchedStream(Pipeline pipeline, LogicalStep step) {
        this(pipeline, step, 1);
    }

    private BatchedStream(Pipeline pipeline, LogicalStep step, int partitions) {
        this.pipeline = pipeline;
        this.step = step;
        this.partitions = partitions;
    }

    /// The columns of its rows.
    public Schema schema() {
        return step.schema();
    }

    /// Distance of its batches: behind a window, the slide.
    public Duration interval() {
        return ((StreamTime.Batches) step.time()).interval();
    }

    /// In how many parts [#mapBatches] sees a batch.
    public int partitions() {
        return partitions;
    }

    /// Keeps the rows for which `predicate` is true; false and null do not pass.
    public BatchedStream filter(Expr predicate) {
        return stateless(new LogicalStep.Filter(step, predicate));
    }

    /// Computes columns from each row: Spark's `map`.
    public BatchedStream select(Expr... columns) {
        return stateless(LogicalStep.Select.of(step, List.of(columns), false));
    }

    /// Computes any number of rows from each row, as [DataStream#flatMap(Expr...)] does.
    public BatchedStream flatMap(Expr... columns) {
        return stateless(LogicalStep.Select.of(step, List.of(columns), true));
    }

    /// Keeps the rows for which a function over records is true, as [DataStream#filter(Class, Predicate)] does.
    public <T> BatchedStream filter(Class<T> type, Predicate<? super T> predicate) {
        return stateless(LogicalStep.RecordFilter.of(step, type, predicate));
    }

    /// One row for each: that of the record which a function returns. See [DataStream#map(Class, Class, Function)].
    public <T, R> BatchedStream map(Class<T> from, Class<R> to, Function<? super T, ? extends R> function) {
        return stateless(LogicalStep.RecordMap.of(step, from, to, function));
    }

    /// Any number of rows for each: those of the records which a function hands to its second argument. See
    /// [DataStream#flatMap(Class, Class, BiConsumer)].
    public <T, R> BatchedStream flatMap(
            Class<T> from, Class<R> to, BiConsumer<? super T, ? super Consumer<R>> function) {
        return stateless(LogicalStep.RecordFlatMap.of(step, from, to, function));
    }

    /// The rows of this and of other streams of the same pipeline, which have the same columns and batches at the same
    /// times; equal rows are all there. *Order*: the rows of each stay in their order; how those of several lie between
    /// each other is not defined.
    public BatchedStream union(BatchedStream... others) {
        for (BatchedStream other : others) {
            if (!other.step.time().equals(step.time())) {
                throw MullionException.invalid("union needs streams with batches at the same times: batchInterval="
                        + interval() + " and batchInterval=" + other.interval());
            }
        }
        return new BatchedStream(pipeline, new LogicalStep.Union(steps("union", others)));
    }

    /// The same rows, each batch of them in so many parts for [#mapBatches]: part i of n begins i / n of the way.
    /// Filters and projections behind it keep the number.
    public BatchedStream repartition(int partitions) {
        if (partitions < 1) {
            throw MullionException.invalid("a batch has at least one partition: partitions=" + partitions);
        }
        return new BatchedStream(pipeline, step, partitions);
    }

    /// Hands each batch, in as many parts as the stream has partitions, to a function over Arrow vectors, and goes on
    /// with the rows that it returns: Spark's `mapPartitions`. See [BatchFunction].
    ///
    /// @param result the columns of the rows that it returns
    public BatchedStream mapBatches(Schema result, BatchFunction.OfOne function) {
        return transform("mapBatches", result, partitions, BatchFunction.of(function));
    }

    /// Hands each batch, whole, to a function over Arrow vectors, and goes on with the rows that it returns. See
    /// [BatchFunction].
    ///
    /// @param result the columns of the rows that it returns
    public BatchedStream transform(Schema result, BatchFunction.OfOne function) {
        return transform("transform", result, 1, BatchFunction.of(function));
    }

    /// Hands the batches of this and of other streams of the same pipeline, those of one time together, to a function
    /// over Arrow vectors, and goes on with the rows that it returns. See [BatchFunction].
    ///
    /// @param result the columns of the rows that it returns
    public BatchedStream transformWith(Schema result, BatchFunction function, BatchedStream... others) {
        return transform("transformWith", result, 1, function, others);
    }

    /// The rows of each batch in order of one or more columns, the first one first: nulls first, NaN last, text by its
    /// UTF-8 bytes. Rows that are equal stay in their order.
    public BatchedStream sort(String... columns) {
        return new BatchedStream(pipeline, BatchStep.Sort.of(step, List.of(columns), false));
    }

    /// The same the other way round.
    public BatchedStream sortDescending(String... columns) {
        return new BatchedStream(pipeline, BatchStep.Sort.of(step, List.of(columns), true));
    }

    /// The first rows of each batch.
    public BatchedStream limit(long rows) {
        return new BatchedStream(pipeline, new BatchStep.Limit(step, rows));
    }

    /// The different rows of each batch, once each.
    public BatchedStream distinct() {
        List<String> columns = columns();
        return keyBy(columns.toArray(String[]::new))
                .reduceByKey(Expressions.count().as("count$"))
                .select(columns.stream().map(Expressions::col).toArray(Expr[]::new));
    }

    /// One row for each batch, with the number of its rows as `count`: 0 for an empty one.
    public BatchedStream count() {
        LogicalStep counted = aggregated(
                "count", List.of(), interval(), interval(), Expressions.count().as("count"));
        return new BatchedStream(pipeline, new BatchStep.Kept(counted, List.of(), List.of(0), null, true));
    }

    /// One row for each batch that has rows: their aggregates. A reduction by a function is
    /// [Expressions#reduceLong(Expr, java.util.function.LongBinaryOperator)] or one of its kin.
    public BatchedStream reduce(Expr... aggregates) {
        return new BatchedStream(pipeline, aggregated("reduce", List.of(), interval(), interval(), aggregates));
    }

    /// One row for each batch that has rows: that of the record which a function makes of them, taken as records, two
    /// at a time. For the rest see [WindowedStream#reduce(Class, BinaryOperator)].
    public <T> BatchedStream reduce(Class<T> type, BinaryOperator<T> function) {
        return reduced("reduce", List.of(), interval(), interval(), type, function);
    }

    /// The different rows of each batch with the number of each as `count`.
    public BatchedStream countByValue() {
        return keyBy(columns().toArray(String[]::new))
                .reduceByKey(Expressions.count().as("count"));
    }

    /// The rows of the last batches together, a window once an interval. See [#window(Duration, Duration)].
    public BatchedStream window(Duration size) {
        return window(size, interval());
    }

    /// The rows of the last batches together: the window at time t has the batches of the times in (t - size, t]. There
    /// is one at each multiple of `slide`, partial ones at the start and empty ones, too. Size and slide are multiples
    /// of [#interval], which is `slide` for what follows.
    ///
    /// The rows are kept, and are handed on again for each window: aggregates over windows, as
    /// [KeyedBatchedStream#reduceByKeyAndWindow], do not do so and are cheaper.
    public BatchedStream window(Duration size, Duration slide) {
        return new BatchedStream(pipeline, new BatchStep.RowWindow(step, size, slide));
    }

    /// One row for each window, with the number of its rows as `count`: from the first window with rows on, 0 for an
    /// empty one. Windows are as in [#window(Duration, Duration)].
    public BatchedStream countByWindow(Duration size, Duration slide) {
        LogicalStep counted = aggregated(
                "countByWindow", List.of(), size, slide, Expressions.count().as("count"));
        return new BatchedStream(pipeline, new BatchStep.Kept(counted, List.of(), List.of(0), null, false));
    }

    /// One row for each window that has rows: their aggregates. Windows are as in [#window(Duration, Duration)].
    public BatchedStream reduceByWindow(Duration size, Duration slide, Expr... aggregates) {
        return new BatchedStream(pipeline, aggregated("reduceByWindow", List.of(), size, slide, aggregates));
    }

    /// One row for each window that has rows: that of the record which a function makes of them. Windows are as in
    /// [#window(Duration, Duration)], for the rest see [WindowedStream#reduce(Class, BinaryOperator)].
    public <T> BatchedStream reduceByWindow(Duration size, Duration slide, Class<T> type, BinaryOperator<T> function) {
        return reduced("reduceByWindow", List.of(), size, slide, type, function);
    }

    /// With [KeepKeys], from the first window with rows on there is one row for each, where there are no rows of what
    /// is left when all have been taken out again: 0 for sums and counts. For the rest see
    /// [KeyedBatchedStream#reduceByKeyAndWindow(Duration, Duration, KeepKeys, Expr...)].
    public BatchedStream reduceByWindow(Duration size, Duration slide, KeepKeys keep, Expr... aggregates) {
        return keyBy(List.of()).reduceAndKeep("reduceByWindow", size, slide, keep, aggregates);
    }

    /// The different rows of each window with the number of each as `count`. Windows are as in
    /// [#window(Duration, Duration)].
    public BatchedStream countByValueAndWindow(Duration size, Duration slide) {
        return keyBy(columns())
                .reduceByKeyAndWindow(
                        "countByValueAndWindow",
                        size,
                        slide,
                        Expressions.count().as("count"));
    }

    /// The same rows as pairs of a key, one or more columns, and the other columns. A null is a key like any other, NaN
    /// equals NaN and -0.0 equals 0.0.
    public KeyedBatchedStream keyBy(String... columns) {
        List<String> keys = List.of(columns);
        LogicalStep.keyFields(step, keys);
        return keyBy(keys);
    }

    /// Hands the rows to a sink, which is told when a batch ends ([Sink#endBatch]).
    ///
    /// @throws MullionException if it [cannot take][Sink#check] the columns
    public void to(Sink sink) {
        sink.check(schema());
        pipeline.add(new LogicalStep.Output(step, sink));
    }

    /// Calls an action once for each batch, also for an empty one, with all its rows in one piece, which are only good
    /// during the call, and its time: Spark's `foreachRDD`. *Thread*: the job's worker; it must not block.
    public void forEachBatch(BiConsumer<? super BatchView, Duration> action) {
        long interval = interval().toNanos();
        pipeline.add(new LogicalStep.Output(new BatchStep.Whole(step), new Sink() {
            private long timeNanos;

            @Override
            public void open(Schema schema) {
                timeNanos = 0;
            }

            @Override
            public void accept(BatchView batch) {
                timeNanos += interval;
                action.accept(batch, Duration.ofNanos(timeNanos));
            }
        }));
    }

    /// Prints the time of each batch and its first ten rows.
    public void print() {
        print(10);
    }

    /// Prints the time of each batch and its first rows.
    public void print(long rows) {
        to(Sinks.printBatches(System.out, rows));
    }

    /// The batches of the last while, to be asked for by their times as records while the job runs: Spark's `slice`.
    ///
    /// @param keep for how long
    public <T> BatchSlices<T> slices(Class<T> type, Duration keep) {
        BatchSlices<T> slices = new BatchSlices<>(type, keep);
        to(slices.sink());
        return slices;
    }

    LogicalStep aggregated(String operation, List<String> keys, Duration size, Duration slide, Expr... aggregates) {
        BatchStep.requireMultiples(operation, size, slide, step.time());
        Window window = LogicalStep.Aggregate.ofBatches(size, slide);
        return LogicalStep.Aggregate.of(step, keys, window, WindowOptions.NONE, null, Arrays.asList(aggregates));
    }

    <T> BatchedStream reduced(
            String operation,
            List<String> keys,
            Duration size,
            Duration slide,
            Class<T> type,
            BinaryOperator<T> function) {
        BatchStep.requireMultiples(operation, size, slide, step.time());
        Window window = LogicalStep.Aggregate.ofBatches(size, slide);
        return with(LogicalStep.Aggregate.reduce(step, keys, window, WindowOptions.NONE, null, type, function));
    }

    BatchedStream joined(BatchedStream right, JoinTerms terms) {
        List<LogicalStep> sides = steps("join", right);
        return with(JoinStep.Join.of(sides.getFirst(), sides.getLast(), terms));
    }

    BatchedStream joined(Table right, JoinTerms terms) {
        return with(JoinStep.Join.of(step, right.givenTo(pipeline), terms.table(JoinTerms.Table.GIVEN)));
    }

    StatefulBatchedStream stateful(LogicalStep.Keyed<?, ?, ?> keyed) {
        return new StatefulBatchedStream(pipeline, keyed);
    }

    LogicalStep step() {
        return step;
    }

    BatchedStream with(LogicalStep step) {
        return new BatchedStream(pipeline, step);
    }

    private BatchedStream stateless(LogicalStep step) {
        return new BatchedStream(pipeline, step, partitions);
    }

    private KeyedBatchedStream keyBy(List<String> keys) {
        return new KeyedBatchedStream(this, keys);
    }

    private List<String> columns() {
        return schema().fields().stream().map(Field::name).toList();
    }

    private BatchedStream transform(
            String name, Schema result, int parts, BatchFunction function, BatchedStream... others) {
        return new BatchedStream(pipeline, new BatchStep.Transform(name, steps(name, others), parts, function, result));
    }

    private List<LogicalStep> steps(String operation, BatchedStream... others) {
        List<LogicalStep> steps = new ArrayList<>(List.of(step));
        for (BatchedStream other : others) {
            if (other.pipeline != pipeline) {
                throw MullionException.invalid(operation + " needs streams of one pipeline");
            }
            steps.add(other.step);
        }
        return List.copyOf(steps);
    }
}
