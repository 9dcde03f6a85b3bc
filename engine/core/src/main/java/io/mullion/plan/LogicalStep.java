package io.mullion.plan;

import io.mullion.codegen.AggregateRewrite;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.RecordForm;
import io.mullion.codegen.RecordFunction;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordForms;
import io.mullion.io.BatchSource;
import io.mullion.io.KeyedFunction;
import io.mullion.io.Sink;
import io.mullion.io.Source;
import io.mullion.io.UpdateFunction;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import io.mullion.spec.WindowOptions;
import io.mullion.state.RecordReduction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// One step of a pipeline as the user described it. Each refers to the step before it; the types are checked when it is
/// made, so that whatever exists can be planned.
public sealed interface LogicalStep
        permits LogicalStep.Root, LogicalStep.OfOne, LogicalStep.Union, JoinStep, BatchStep, RankStep {
    /// The columns of its rows.
    Schema schema();

    /// What time means after this step, or null where rows have none (results of windows of rows).
    StreamTime time();

    /// The steps whose rows it reads. One may be there more than once.
    List<LogicalStep> parents();

    /// Where rows come in.
    sealed interface Root extends LogicalStep {
        String name();

        /// Null where time is no event time.
        default Watermark watermark() {
            return null;
        }

        @Override
        default List<LogicalStep> parents() {
            return List.of();
        }
    }

    /// Reads the rows of one step.
    sealed interface OfOne extends LogicalStep {
        LogicalStep parent();

        @Override
        default List<LogicalStep> parents() {
            return List.of(parent());
        }
    }

    /// Rows that a source writes.
    ///
    /// @param watermark null for processing time
    record FromSource(Source source, StreamTime time, Watermark watermark) implements Root {
        public FromSource {
            requireNoLists(source.name(), source.schema());
        }

        private static void requireNoLists(String name, Schema schema) {
            for (Field field : schema.fields()) {
                if (field.type() instanceof DataType.ListOf) {
                    throw MullionException.invalid("lists come in as Arrow vectors, which a source does not hand over: "
                            + "source=" + name + ", column " + field.name() + " is " + field.type());
                }
            }
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Schema schema() {
            return source.schema();
        }
    }

    /// Rows that a source is asked for when a micro-batch ends.
    record FromBatches(BatchSource source, Duration interval) implements Root {
        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Schema schema() {
            return source.schema();
        }

        @Override
        public StreamTime time() {
            return new StreamTime.Batches(interval);
        }
    }

    /// Rows that the program's own threads write.
    ///
    /// @param watermark null for processing time
    /// @param logged whether rows are written to a log when they are taken
    record FromInput(
            String name, Schema schema, StreamTime time, Watermark watermark, Overload overload, boolean logged)
            implements Root {
        public FromInput(String name, Schema schema, StreamTime time, Watermark watermark, Overload overload) {
            this(name, schema, time, watermark, overload, false);
        }

        public FromInput {
            if (schema.size() > 64) {
                throw MullionException.invalid(
                        "an input has at most 64 columns: input=" + name + ", columns=" + schema.size());
            }
            if (logged && overload == Overload.DROP_OLDEST) {
                throw MullionException.invalid(
                        "a logged input keeps the rows that it has accepted: input=" + name + ", overload=" + overload);
            }
        }

        /// The same with a log.
        public FromInput withLog() {
            return new FromInput(name, schema, time, watermark, overload, true);
        }
    }

    /// Keeps the rows for which the predicate is true.
    record Filter(LogicalStep parent, Expr predicate) implements OfOne {
        public Filter {
            checked("filter", () -> {
                KernelCompiler.requirePredicate(parent.schema(), predicate);
                return predicate;
            });
        }

        @Override
        public Schema schema() {
            return parent.schema();
        }

        @Override
        public StreamTime time() {
            return parent.time();
        }
    }

    /// Computes columns; one of them may generate rows (`split`).
    record Select(LogicalStep parent, List<Expr> outputs, boolean generatesRows, Schema schema) implements OfOne {
        /// Keeps the event-time column even where it is not named.
        public static Select of(LogicalStep parent, List<Expr> outputs, boolean generatesRows) {
            List<Expr> all = new ArrayList<>(outputs);
            String timeColumn = parent.time() == null ? null : parent.time().column();
            if (timeColumn != null) {
                Expr time = Expressions.col(timeColumn);
                if (outputs.stream()
                        .noneMatch(output -> Expressions.nameOf(output).equals(timeColumn))) {
                    all.add(time);
                } else if (!outputs.contains(time)) {
                    throw MullionException.invalid("the event-time column cannot be replaced: column=" + timeColumn);
                }
            }
            Schema schema = checked(
                    generatesRows ? "flatMap" : "select",
                    () -> generatesRows
                            ? KernelCompiler.flatMapSchema(parent.schema(), all)
                            : KernelCompiler.projectSchema(parent.schema(), all));
            return new Select(parent, List.copyOf(all), generatesRows, schema);
        }

        @Override
        public StreamTime time() {
            return parent.time();
        }
    }

    /// Keeps the rows for which a function of the user's over records says true.
    record RecordFilter(LogicalStep parent, RecordForm record, Predicate<?> predicate) implements OfOne {
        public static RecordFilter of(LogicalStep parent, Class<?> type, Predicate<?> predicate) {
            Objects.requireNonNull(predicate, "predicate");
            return new RecordFilter(parent, RecordForms.reading(type, parent.schema()), predicate);
        }

        @Override
        public Schema schema() {
            return parent.schema();
        }

        @Override
        public StreamTime time() {
            return parent.time();
        }
    }

    /// Makes of each row, as a record, the row of the record that a function of the user's returns.
    record RecordMap(LogicalStep parent, RecordFunction records, Function<?, ?> function, Schema schema)
            implements OfOne {
        public static RecordMap of(LogicalStep parent, Class<?> from, Class<?> to, Function<?, ?> function) {
            Objects.requireNonNull(function, "function");
            RecordFunction records = recordFunction(parent, from, to);
            return new RecordMap(parent, records, function, checked("map", () -> records.schema(parent.schema())));
        }

        @Override
        public StreamTime time() {
            return parent.time();
        }
    }

    /// Makes of each row, as a record, the rows of the records that a function of the user's emits.
    record RecordFlatMap(LogicalStep parent, RecordFunction records, BiConsumer<?, ?> function, Schema schema)
            implements OfOne {
        public static RecordFlatMap of(LogicalStep parent, Class<?> from, Class<?> to, BiConsumer<?, ?> function) {
            Objects.requireNonNull(function, "function");
            RecordFunction records = recordFunction(parent, from, to);
            return new RecordFlatMap(
                    parent, records, function, checked("flatMap", () -> records.schema(parent.schema())));
        }

        @Override
        public StreamTime time() {
            return parent.time();
        }
    }

    /// The event time stays, as it does in a [Select].
    private static RecordFunction recordFunction(LogicalStep parent, Class<?> from, Class<?> to) {
        StreamTime time = parent.time();
        List<String> kept = time == null || time.column() == null ? List.of() : List.of(time.column());
        return RecordForms.function(from, to, parent.schema(), kept);
    }

    /// Aggregates by key and window.
    ///
    /// @param keys names of the key columns, none for one group
    /// @param lateRows where rows go that are late, or null
    /// @param outputs as the user wrote them
    /// @param rewrite the same, taken apart
    /// @param schema as [io.mullion.window.WindowSchema] has it, with the outputs in the place of the aggregates
    record Aggregate(
            LogicalStep parent,
            List<String> keys,
            Window window,
            WindowOptions options,
            Sink lateRows,
            List<Expr> outputs,
            AggregateRewrite rewrite,
            Schema schema)
            implements OfOne {
        public static Aggregate of(
                LogicalStep parent,
                List<String> keys,
                Window window,
                WindowOptions options,
                Sink lateRows,
                List<Expr> outputs) {
            if (outputs.isEmpty()) {
                throw MullionException.invalid("aggregate needs at least one expression: window=" + window);
            }
            return checked("aggregate", () -> {
                AggregatePlan.requireTime(parent, window);
                String time = parent.time() instanceof StreamTime.Event event ? event.column() : null;
                AggregateRewrite rewrite = KernelCompiler.rewrite(parent.schema(), time, outputs);
                return of(parent, keys, window, options, lateRows, outputs, rewrite);
            });
        }

        /// Reduces the rows as records.
        public static <T> Aggregate reduce(
                LogicalStep parent,
                List<String> keys,
                Window window,
                WindowOptions options,
                Sink lateRows,
                Class<T> type,
                BinaryOperator<T> function) {
            return checked("reduce", () -> {
                AggregatePlan.requireTime(parent, window);
                RecordReduction<T> reduction = RecordReduction.of(type, function, parent.schema(), keys);
                AggregateRewrite rewrite = new AggregateRewrite(
                        List.of(), List.of(), List.of(), reduction.aggregates(), reduction.columns());
                return of(parent, keys, window, options, lateRows, reduction.columns(), rewrite);
            });
        }

        private static Aggregate of(
                LogicalStep parent,
                List<String> keys,
                Window window,
                WindowOptions options,
                Sink lateRows,
                List<Expr> outputs,
                AggregateRewrite rewrite) {
            AggregatePlan.requireFits(window, options, parent);
            if (lateRows != null && (window instanceof Window.Count || window instanceof Window.Global)) {
                throw MullionException.invalid("no row is late for such windows: window=" + window);
            }
            return new Aggregate(
                    parent,
                    List.copyOf(keys),
                    window,
                    options,
                    lateRows,
                    List.copyOf(outputs),
                    rewrite,
                    AggregatePlan.resultSchema(parent, keys, window, options, rewrite));
        }

        /// A window over micro-batches: it begins and ends with batches, and there is one at each multiple of the
        /// slide, which is its end.
        public static Window ofBatches(Duration size, Duration slide) {
            Duration past = size.minus(slide.multipliedBy(size.dividedBy(slide)));
            return Window.sliding(size, slide).offset(past.isZero() ? past : slide.minus(past));
        }

        /// In the unit of the stream.
        static long lateness(WindowOptions options, StreamTime time) {
            return units("allowed lateness", options.allowedLateness(), time);
        }

        static long units(String what, Duration duration, StreamTime time) {
            try {
                return time.unit().of(duration);
            } catch (IllegalArgumentException e) {
                throw MullionException.invalid(what + " does not fit the unit of the stream: " + e.getMessage());
            }
        }

        @Override
        public StreamTime time() {
            if (parent.time() instanceof StreamTime.Batches && window instanceof Window.Sliding sliding) {
                return new StreamTime.Batches(sliding.slide());
            }
            boolean ofRows = window instanceof Window.Count || window instanceof Window.Global;
            return ofRows ? null : new StreamTime.WindowEnd(parent.time().unit());
        }
    }

    /// Calls a function of the user's with the state of each row's key.
    ///
    /// @param schema the time if rows have one, the key, the components of what the function makes
    record Keyed<R, S, O>(LogicalStep parent, KeyedOperation<R, S, O, KeyedFunction<R, S, O>> operation, Schema schema)
            implements OfOne {
        /// @param name of the operation, for people
        /// @param batchInterval of a stream on batch time, else null
        public static <R, S, O> Keyed<R, S, O> of(
                LogicalStep parent,
                String name,
                List<String> keys,
                Class<R> row,
                StateSpec<S> state,
                Class<O> out,
                KeyedFunction<R, S, O> function,
                Duration batchInterval) {
            KeyedOperation<R, S, O, KeyedFunction<R, S, O>> operation =
                    new KeyedOperation<>(name, List.copyOf(keys), row, state, out, function, batchInterval);
            operation.check(parent);
            return new Keyed<>(parent, operation, operation.schema(parent));
        }

        @Override
        public StreamTime time() {
            return parent.time();
        }
    }

    /// Calls a function of the user's for every known key at the end of every batch interval.
    ///
    /// @param schema the key, the components of the state
    record Updated<R, S>(LogicalStep parent, KeyedOperation<R, S, S, UpdateFunction<R, S>> operation, Schema schema)
            implements OfOne {
        /// @param batchInterval of the stream, which is on batch time
        public static <R, S> Updated<R, S> of(
                LogicalStep parent,
                List<String> keys,
                Class<R> row,
                StateSpec<S> state,
                UpdateFunction<R, S> function,
                Duration batchInterval) {
            KeyedOperation<R, S, S, UpdateFunction<R, S>> operation = new KeyedOperation<>(
                    "updateState", List.copyOf(keys), row, state, state.type(), function, batchInterval);
            if (state.timeOut() != null) {
                throw MullionException.invalid(
                        "updateState: it sees every key in every batch, and has no time-out: timeOut="
                                + state.timeOut());
            }
            operation.check(parent);
            return new Updated<>(parent, operation, operation.schema(parent));
        }

        @Override
        public StreamTime time() {
            return parent.time();
        }
    }

    /// All keys with their states, every so often; on batch time they are rows of their batch.
    ///
    /// @param everyUnits the same in the unit of the stream
    record Snapshots(Keyed<?, ?, ?> parent, Duration every, long everyUnits, Schema schema) implements OfOne {
        public static Snapshots of(Keyed<?, ?, ?> keyed, Duration every) {
            if (every.isNegative() || every.isZero()) {
                throw MullionException.invalid("snapshots come at a positive distance: every=" + every);
            }
            long units = keyed.operation()
                    .units("distance of snapshots", every, keyed.parent().time());
            return new Snapshots(keyed, every, units, keyed.operation().snapshotSchema(keyed.parent()));
        }

        @Override
        public StreamTime time() {
            return parent.operation().batchInterval() == null ? null : parent.time();
        }
    }

    /// The rows of several streams, which have the same columns and the same time.
    record Union(List<LogicalStep> parents) implements LogicalStep {
        public Union {
            LogicalStep first = parents.getFirst();
            for (LogicalStep other : parents) {
                requireSame("the same columns", first.schema(), other.schema());
                requireSame("the same time", first.time(), other.time());
            }
        }

        private static void requireSame(String what, Object first, Object other) {
            if (!Objects.equals(first, other)) {
                throw MullionException.invalid("union needs " + what + ": " + first + " and " + other);
            }
        }

        @Override
        public Schema schema() {
            return parents.getFirst().schema();
        }

        @Override
        public StreamTime time() {
            return parents.getFirst().time();
        }
    }

    /// Hands rows to a sink.
    record Output(LogicalStep parent, Sink sink) implements OfOne {
        @Override
        public Schema schema() {
            return parent.schema();
        }

        @Override
        public StreamTime time() {
            return parent.time();
        }
    }

    /// The key columns of a stream.
    static List<Field> keyFields(LogicalStep parent, List<String> columns) {
        return keyFields("keyBy", parent, columns);
    }

    static List<Field> keyFields(String operation, LogicalStep parent, List<String> columns) {
        return checked(operation, () -> KernelCompiler.keyFields(parent.schema(), columns));
    }

    static <T> T checked(String operation, Supplier<T> check) {
        try {
            return check.get();
        } catch (ExpressionException e) {
            throw new MullionException(MullionException.Reason.INVALID_PIPELINE, operation + ": " + e.getMessage(), e);
        }
    }
}
