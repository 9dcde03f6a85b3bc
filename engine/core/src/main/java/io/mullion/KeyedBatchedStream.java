package io.mullion;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchFunction;
import io.mullion.io.StateFunction;
import io.mullion.io.UpdateFunction;
import io.mullion.plan.BatchStep;
import io.mullion.plan.JoinTerms;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.JoinKind;
import io.mullion.spec.KeepKeys;
import io.mullion.spec.MullionException;
import io.mullion.spec.StateSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/// A stream of micro-batches whose rows are pairs: the key columns, and the others, the values. Immutable.
public final class KeyedBatchedStream {
    private final BatchedStream stream;
    private final List<String> keys;

    KeyedBatchedStream(BatchedStream stream, List<String> keys) {
        this.stream = stream;
        this.keys = keys;
    }

    /// Computes new values for each row; the key stays.
    public BatchedStream mapValues(Expr... values) {
        return stream.select(withKeys(values));
    }

    /// Computes any number of rows from each row: one of the values is a `split`, and the key stands beside each of its
    /// pieces.
    public BatchedStream flatMapValues(Expr... values) {
        return stream.flatMap(withKeys(values));
    }

    /// One row for each key of a batch: the key and the aggregates of its rows. A reduction by a function is
    /// [Expressions#reduceLong(Expr, java.util.function.LongBinaryOperator)] or one of its kin.
    public BatchedStream reduceByKey(Expr... aggregates) {
        return aggregate("reduceByKey", aggregates);
    }

    /// One row for each key of a batch: the key, and the other components of the record that a function makes of its
    /// rows, taken as records, two at a time. For the rest see [WindowedStream#reduce(Class, BinaryOperator)].
    public <T> BatchedStream reduceByKey(Class<T> type, BinaryOperator<T> function) {
        return stream.reduced("reduceByKey", keys, stream.interval(), stream.interval(), type, function);
    }

    /// One row for each key of a batch: the key and the aggregates of its rows. What Spark builds of three functions is
    /// an aggregate of your own ([Expressions#aggregate]).
    public BatchedStream combineByKey(Expr... aggregates) {
        return aggregate("combineByKey", aggregates);
    }

    /// One row for each key of a batch: the key and the aggregates of its rows.
    public BatchedStream aggregate(Expr... aggregates) {
        return aggregate("aggregate", aggregates);
    }

    /// One row for each key of a batch: the key, and of each other column the list of its values in their order. Nulls
    /// are not in it.
    public BatchedStream groupByKey() {
        return aggregate("groupByKey", lists());
    }

    /// One row for each key of a window: the key and the aggregates of its rows. A key without rows in a window has no
    /// result there. Windows are as in [BatchedStream#window(Duration, Duration)]; panes that enter are added, and
    /// those that leave are taken out or left out, whatever the size is.
    public BatchedStream reduceByKeyAndWindow(Duration size, Duration slide, Expr... aggregates) {
        return reduceByKeyAndWindow("reduceByKeyAndWindow", size, slide, aggregates);
    }

    /// One row for each key of a window: the key, and the other components of the record that a function makes of its
    /// rows. Windows are as in [BatchedStream#window(Duration, Duration)], for the rest see
    /// [WindowedStream#reduce(Class, BinaryOperator)].
    public <T> BatchedStream reduceByKeyAndWindow(
            Duration size, Duration slide, Class<T> type, BinaryOperator<T> function) {
        return stream.reduced("reduceByKeyAndWindow", keys, size, slide, type, function);
    }

    /// With [KeepKeys] a key has results from its first one on, for as long as `keep` says, where its window has no
    /// rows of what is left when all have been taken out again: Spark's function with an inverse, and its filter. The
    /// aggregates are sums and counts, whose rest is 0, and reductions by functions with an inverse
    /// ([Expressions#reduceLong(Expr, java.util.function.LongBinaryOperator, java.util.function.LongBinaryOperator)]),
    /// whose rest is what the inverse makes of a value and the same value.
    public BatchedStream reduceByKeyAndWindow(Duration size, Duration slide, KeepKeys keep, Expr... aggregates) {
        return reduceAndKeep("reduceByKeyAndWindow", size, slide, keep, aggregates);
    }

    /// One row for each key of a window: the key, and of each other column the list of its values in their order. Nulls
    /// are not in it. Windows are as in [BatchedStream#window(Duration, Duration)].
    public BatchedStream groupByKeyAndWindow(Duration size, Duration slide) {
        return reduceByKeyAndWindow("groupByKeyAndWindow", size, slide, lists());
    }

    /// The pairs of rows of one batch that have the same key. A key that is null equals none.
    ///
    /// *Shape*: the key under its names here, then the other columns of this stream and those of the other one; a name
    /// that both have becomes `left_` and `right_` with the name.
    public BatchedStream join(KeyedBatchedStream right) {
        return join(JoinKind.INNER, right);
    }

    /// The pairs, and the rows of this stream that met none in their batch: Spark's `leftOuterJoin`.
    public BatchedStream leftJoin(KeyedBatchedStream right) {
        return join(JoinKind.LEFT, right);
    }

    /// The pairs, and the rows of the other stream that met none in their batch: Spark's `rightOuterJoin`.
    public BatchedStream rightJoin(KeyedBatchedStream right) {
        return join(JoinKind.RIGHT, right);
    }

    /// The pairs, and the rows of both that met none in their batch: Spark's `fullOuterJoin`.
    public BatchedStream fullJoin(KeyedBatchedStream right) {
        return join(JoinKind.FULL, right);
    }

    /// The keys that a batch of either stream has: the key, and of each other column of both the list of its values in
    /// that batch; null where a stream has no row of the key. Names are those of [#join(KeyedBatchedStream)].
    public BatchedStream cogroup(KeyedBatchedStream right) {
        return groupByKey().keyBy(keyNames()).fullJoin(right.groupByKey().keyBy(right.keyNames()));
    }

    /// The pairs of rows of this stream and rows of a table of the same pipeline that have the same key. A row meets
    /// those that are there when it comes. Names are those of [#join(KeyedBatchedStream)].
    public BatchedStream join(Table right) {
        return stream.joined(right, JoinTerms.of(JoinKind.INNER).on(equalKeys()));
    }

    /// The pairs, and the rows of this stream that meet none of the table.
    public BatchedStream leftJoin(Table right) {
        return stream.joined(right, JoinTerms.of(JoinKind.LEFT).on(equalKeys()));
    }

    private List<JoinTerms.Equality> equalKeys() {
        return keys.stream().map(key -> new JoinTerms.Equality(key, key, true)).toList();
    }

    private String[] keyNames() {
        return keys.toArray(String[]::new);
    }

    private BatchedStream join(JoinKind kind, KeyedBatchedStream right) {
        if (!keys.equals(right.keys)) {
            throw MullionException.invalid("join needs keys of the same names: left " + keys + ", right " + right.keys);
        }
        return stream.joined(right.stream, JoinTerms.of(kind).on(equalKeys()));
    }

    /// Calls a function for every known key in every batch, with the rows of the batch and the state of the key, which
    /// it gives a new one or removes: Spark's `updateStateByKey`. Each batch has all keys that have a state then: the
    /// key, and the components of the state. Keys that the state begins with are there from the first batch on.
    ///
    /// @param row a record type, or [io.mullion.io.RowView]
    public <R, S> BatchedStream updateState(Class<R> row, StateSpec<S> state, UpdateFunction<R, S> function) {
        Objects.requireNonNull(function, "function");
        return stream.with(LogicalStep.Updated.of(stream.step(), keys, row, state, function, stream.interval()));
    }

    /// Calls a function for each row with the state of its key, and, where the state has a time-out, once for each key
    /// that has been idle for longer: Spark's `mapWithState`. A batch has what the function makes of its rows: the key,
    /// and the components of `out`.
    ///
    /// @param row a record type, or [io.mullion.io.RowView]
    /// @param out a record type
    public <R, S, O> StatefulBatchedStream mapWithState(
            Class<R> row, StateSpec<S> state, Class<O> out, StateFunction<R, S, O> function) {
        return stream.stateful(LogicalStep.Keyed.of(
                stream.step(), "mapWithState", keys, row, state, out, KeyedStream.keyed(function), stream.interval()));
    }

    /// The rows of each batch in so many parts, all rows of a key in the same one, each of which is handed to a
    /// function over Arrow vectors: Spark's `partitionBy` and `mapPartitions`. See [BatchFunction].
    ///
    /// @param result the columns of the rows that it returns
    public BatchedStream mapBatches(int partitions, Schema result, BatchFunction.OfOne function) {
        BatchedStream[] parts = new BatchedStream[stream.repartition(partitions).partitions()];
        // Remainders are negative where hashes are.
        Expr part = Expressions.hash(keys.stream().map(Expressions::col).toArray())
                .remainder(partitions)
                .plus(partitions)
                .remainder(partitions);
        for (int i = 0; i < partitions; i++) {
            parts[i] = stream.filter(part.eq(i)).repartition(1).mapBatches(result, function);
        }
        return parts[0].union(Arrays.copyOfRange(parts, 1, partitions));
    }

    BatchedStream reduceByKeyAndWindow(String operation, Duration size, Duration slide, Expr... aggregates) {
        return stream.with(stream.aggregated(operation, keys, size, slide, aggregates));
    }

    BatchedStream reduceAndKeep(String operation, Duration size, Duration slide, KeepKeys keep, Expr... aggregates) {
        List<Number> values = Arrays.stream(aggregates)
                .map(aggregate -> withoutRows(operation, aggregate))
                .toList();
        LogicalStep reduced = stream.aggregated(operation, keys, size, slide, aggregates);
        BatchedStream kept = stream.with(new BatchStep.Kept(reduced, keys, values, keep.filter(), false));
        return keep.filter() == null ? kept : kept.filter(keep.filter());
    }

    /// What a key has that is kept without rows.
    private static Number withoutRows(String operation, Expr output) {
        Expr expression = output instanceof Expr.Alias alias ? alias.input() : output;
        Number value = expression instanceof Expr.Aggregate aggregate
                ? aggregate.function().withoutRows(aggregate.user())
                : null;
        if (value == null) {
            throw MullionException.invalid(
                    operation + ": keys are kept with counts, sums and reductions with an inverse: " + output);
        }
        return value;
    }

    private BatchedStream aggregate(String operation, Expr... aggregates) {
        return reduceByKeyAndWindow(operation, stream.interval(), stream.interval(), aggregates);
    }

    private Expr[] withKeys(Expr... values) {
        return Stream.concat(keys.stream().map(Expressions::col), Arrays.stream(values))
                .toArray(Expr[]::new);
    }

    private Expr[] lists() {
        List<Expr> lists = new ArrayList<>();
        for (Field field : stream.schema().fields()) {
            if (!keys.contains(field.name())) {
                lists.add(Expressions.collectList(field.name()).as(field.name()));
            }
        }
        return lists.toArray(Expr[]::new);
    }
}
