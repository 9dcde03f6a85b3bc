package io.mullion.plan;

import io.mullion.codegen.AggregateRewrite;
import io.mullion.codegen.KernelCompiler;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import io.mullion.spec.WindowOptions;
import io.mullion.window.SessionGap;
import io.mullion.window.WindowGrid;
import io.mullion.window.WindowSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The columns on the way through a windowed aggregate:
///
/// ```
/// parent -> rows (only if inputs must be computed first) -> window results -> outputs (only if they are computed from aggregates)
/// ```
///
/// @param rows what the window operator reads
/// @param inputs what to project the parent to, or empty if the window operator reads the parent's rows
/// @param results what the window operator writes: as [WindowSchema] has them
/// @param outputs what to project the results to, or empty if they are the outputs already
/// @param schema the columns of the outputs
record AggregatePlan(Schema rows, List<Expr> inputs, Schema results, List<Expr> outputs, Schema schema) {
    /// The column with the session gap of each row.
    private static final String GAP = "session$gap";

    /// The column with the times of rows that are results of windows themselves.
    private static final String TIME = "time$";

    static Schema resultSchema(
            LogicalStep parent, List<String> keys, Window window, WindowOptions options, AggregateRewrite rewrite) {
        return of(parent, keys, window, options, false, rewrite).schema();
    }

    static AggregatePlan of(LogicalStep.Aggregate aggregate) {
        return of(
                aggregate.parent(),
                aggregate.keys(),
                aggregate.window(),
                aggregate.options(),
                aggregate.lateRows() != null,
                aggregate.rewrite());
    }

    /// @param allColumns whether the rows must keep all columns of the parent
    private static AggregatePlan of(
            LogicalStep parent,
            List<String> keys,
            Window window,
            WindowOptions options,
            boolean allColumns,
            AggregateRewrite rewrite) {
        Expr rowGap = window instanceof Window.Session session ? session.rowGap() : null;
        List<Expr> inputs = inputs(parent, keys, allColumns, rowGap, rewrite);
        Schema rows = inputs.isEmpty() ? parent.schema() : KernelCompiler.projectSchema(parent.schema(), inputs);
        List<Field> keyFields = keys.stream().map(rows::field).toList();
        Schema results = WindowSchema.of(window, options, parent.time().unit(), keyFields, rewrite.results(rows));
        List<Expr> outputs = outputs(parent, keys, window, options, rewrite);
        Schema schema = KernelCompiler.projectSchema(results, outputs);
        return new AggregatePlan(rows, inputs, results, schema.equals(results) ? List.of() : outputs, schema);
    }

    /// @param rowGap the session gap of a row, or null
    private static List<Expr> inputs(
            LogicalStep parent, List<String> keys, boolean allColumns, Expr rowGap, AggregateRewrite rewrite) {
        boolean ofWindows = parent.time() instanceof StreamTime.WindowEnd;
        if (rewrite.inputs().isEmpty() && rowGap == null && !ofWindows) {
            return List.of();
        }
        List<Expr> inputs = new ArrayList<>(rewrite.inputs());
        keys.forEach(key -> addColumn(inputs, key));
        if (parent.time() instanceof StreamTime.Event event) {
            addColumn(inputs, event.column());
        }
        // Where nothing had to be computed, the aggregates refer to columns of the parent.
        if (allColumns || rewrite.inputs().isEmpty()) {
            parent.schema().fields().forEach(field -> addColumn(inputs, field.name()));
        }
        if (ofWindows) {
            Expr end = Expressions.col(WindowSchema.END);
            Duration unit =
                    Duration.ofNanos(1_000_000_000L / parent.time().unit().perSecond());
            inputs.add(end.minus(unit).as(TIME));
        }
        if (rowGap != null) {
            inputs.add(rowGap.cast(DataType.INT64).as(GAP));
        }
        return inputs;
    }

    static void requireTime(LogicalStep parent, Window window) {
        if (parent.time() == null) {
            throw MullionException.invalid(
                    "a window needs time, and the results of windows of rows, and of the global one, have none: window="
                            + window);
        }
    }

    /// The grid is made anew when the pipeline is planned; here it says whether the unit can express the window.
    static void requireFits(Window window, WindowOptions options, LogicalStep parent) {
        StreamTime time = parent.time();
        switch (window) {
            case Window.Sliding sliding -> WindowGrid.of(sliding, time.unit());
            case Window.Cumulating cumulating -> WindowGrid.of(cumulating, time.unit());
            case Window.Session session -> {
                if (session.gap() == null) {
                    requireInteger(session.rowGap(), parent.schema());
                } else {
                    LogicalStep.Aggregate.units("session gap", session.gap(), time);
                }
            }
            case Window.Count _ -> requireOneResult(window, options);
            case Window.Global global -> {
                LogicalStep.Aggregate.units("distance of results", global.every(), time);
                requireOneResult(window, options);
            }
        }
        LogicalStep.Aggregate.lateness(options, time);
    }

    private static void requireInteger(Expr gap, Schema schema) {
        DataType type = LogicalStep.checked(
                        "session", () -> KernelCompiler.projectSchema(schema, List.of(gap.as("gap"))))
                .field(0)
                .type();
        if (!List.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64)
                .contains(type)) {
            throw MullionException.invalid(
                    "a session gap is an integer in the unit of the stream: " + gap + " is " + type);
        }
    }

    private static void requireOneResult(Window window, WindowOptions options) {
        if (options.revises()) {
            throw MullionException.invalid("lateness and early results are for windows of time: window=" + window);
        }
    }

    /// Number of the column with the times of the rows, or -1 if they have none of their own.
    static int timeColumn(Schema rows, StreamTime time) {
        return switch (time) {
            case StreamTime.Event event -> rows.indexOf(event.column());
            case StreamTime.WindowEnd _ -> rows.indexOf(TIME);
            case StreamTime.Processing _, StreamTime.Batches _ -> -1;
        };
    }

    private static void addColumn(List<Expr> inputs, String name) {
        if (!inputs.contains(Expressions.col(name))) {
            inputs.add(Expressions.col(name));
        }
    }

    private static List<Expr> outputs(
            LogicalStep parent, List<String> keys, Window window, WindowOptions options, AggregateRewrite rewrite) {
        List<Expr> outputs = new ArrayList<>();
        // Which batch a result belongs to is said by the batch it is in.
        if (!(parent.time() instanceof StreamTime.Batches)) {
            WindowSchema.bounds(window, parent.time().unit())
                    .forEach(field -> outputs.add(Expressions.col(field.name())));
        }
        keys.forEach(key -> outputs.add(Expressions.col(key)));
        outputs.addAll(rewrite.outputs());
        if (WindowSchema.hasRevision(window, options)) {
            outputs.add(Expressions.col(WindowSchema.REVISION));
        }
        return outputs;
    }

    /// How long the gap between sessions is.
    SessionGap gap(Window.Session session, TimeUnit unit) {
        if (session.gap() != null) {
            return new SessionGap(unit.of(session.gap()), -1, false);
        }
        return new SessionGap(0, rows.indexOf(GAP), rows.field(GAP).nullable());
    }
}
