package io.mullion.plan;

import io.mullion.batch.FilterOperator;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.ProjectOperator;
import io.mullion.batch.SinkOperator;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.FlatMapKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.Keys;
import io.mullion.codegen.ProjectKernel;
import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Sink;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import io.mullion.window.Aggregation;
import io.mullion.window.CountOperator;
import io.mullion.window.GlobalOperator;
import io.mullion.window.SessionOperator;
import io.mullion.window.WindowGrid;
import io.mullion.window.WindowOperator;
import io.mullion.window.WindowSchema;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Compiles the kernels of a pipeline and links its operators, from the sinks up, so that every operator is made with
/// the one it hands rows to.
///
/// *Thread*: the caller's. *Ownership*: what the operators open belongs to the scope of the context. One planner plans
/// one pipeline.
public final class Planner {
    private final OperatorContext context;
    private final KernelCompiler compiler;
    private final Map<LogicalStep, List<LogicalStep>> children = new IdentityHashMap<>();
    private final Explanation explanation = new Explanation();

    public Planner(OperatorContext context, KernelOptions kernels) {
        this.context = context;
        this.compiler = new KernelCompiler(kernels);
    }

    /// @param outputs the sinks of the pipeline with all that leads to them
    public PhysicalPlan plan(List<LogicalStep.Output> outputs) {
        if (outputs.isEmpty()) {
            throw MullionException.invalid("a pipeline needs a sink: end a stream with .to(sink)");
        }
        List<LogicalStep> roots = new ArrayList<>();
        for (LogicalStep.Output output : outputs) {
            addOnce(roots, link(output));
        }
        List<PhysicalPlan.Chain> chains = new ArrayList<>();
        for (LogicalStep step : roots) {
            LogicalStep.Root root = (LogicalStep.Root) step;
            explanation.step(rootText(root));
            chains.add(new PhysicalPlan.Chain(root, after(root)));
        }
        return new PhysicalPlan(chains, explanation);
    }

    /// Notes who reads whom on the way up to the root.
    private LogicalStep.Root link(LogicalStep.Output output) {
        LogicalStep step = output;
        while (!(step instanceof LogicalStep.Root)) {
            addOnce(children.computeIfAbsent(step.parent(), _ -> new ArrayList<>()), step);
            step = step.parent();
        }
        return (LogicalStep.Root) step;
    }

    /// Steps are told apart by identity: two inputs of the same description are still two.
    private static void addOnce(List<LogicalStep> steps, LogicalStep step) {
        if (steps.stream().noneMatch(known -> known == step)) {
            steps.add(step);
        }
    }

    /// The operator that takes the rows of a step.
    private Operator after(LogicalStep step) {
        List<Operator> branches = new ArrayList<>();
        explanation.deeper();
        for (LogicalStep reader : children.get(step)) {
            branches.add(operator(reader));
        }
        explanation.shallower();
        return branches.size() == 1 ? branches.getFirst() : new Fanout(List.copyOf(branches));
    }

    private Operator operator(LogicalStep step) {
        return switch (step) {
            case LogicalStep.Filter filter -> filter(filter);
            case LogicalStep.Select select -> select(select);
            case LogicalStep.RecordFilter filter -> filter(filter);
            case LogicalStep.RecordMap map -> map(map);
            case LogicalStep.RecordFlatMap flatMap -> flatMap(flatMap);
            case LogicalStep.Aggregate aggregate -> aggregate(aggregate);
            case LogicalStep.Output output -> output(output);
            case LogicalStep.Root root -> throw new IllegalStateException("a root reads nothing: " + root);
        };
    }

    /// A filter becomes part of the one step that reads it, where one loop can do both.
    private Operator filter(LogicalStep.Filter filter) {
        List<LogicalStep> readers = children.get(filter);
        if (readers.size() == 1) {
            switch (readers.getFirst()) {
                case LogicalStep.Select select
                when !select.generatesRows()
                        && !compiler.selectsFirst(filter.parent().schema(), filter.predicate(), select.outputs()) -> {
                    return project("select", filter, select.outputs(), () -> after(select));
                }
                case LogicalStep.Aggregate aggregate
                when fusible(filter, aggregate) -> {
                    return window(aggregate, AggregatePlan.of(aggregate), filter);
                }
                case LogicalStep.Output output
                when fusible(filter, columns(filter.schema())) -> {
                    return project("compact", filter, columns(filter.schema()), () -> sink(output));
                }
                default -> {}
            }
        }
        Compiled<FilterKernel> kernel = compiler.filter(filter.parent().schema(), filter.predicate());
        String name = "filter " + filter.predicate();
        explanation.step(name).kernel("filter", kernel);
        return new FilterOperator(name, kernel, context, after(filter));
    }

    private Operator select(LogicalStep.Select select) {
        if (!select.generatesRows()) {
            return project("select", select.parent().schema(), select.outputs(), () -> after(select));
        }
        Compiled<FlatMapKernel> kernel = compiler.flatMap(select.parent().schema(), select.outputs());
        String name = "flatMap " + text(select.outputs());
        explanation.step(name).kernel("flatMap", kernel);
        return ProjectOperator.flatMap(name, kernel, select.schema(), context, after(select));
    }

    private Operator filter(LogicalStep.RecordFilter filter) {
        Compiled<FilterKernel> kernel =
                compiler.filterRecords(filter.parent().schema(), filter.record(), filter.predicate());
        String name = "filter " + filter.record().name();
        explanation.step(name).kernel("filter", kernel);
        return new FilterOperator(name, kernel, context, after(filter));
    }

    private Operator map(LogicalStep.RecordMap map) {
        Compiled<ProjectKernel> kernel = compiler.mapRecords(map.parent().schema(), map.records(), map.function());
        String name = "map " + map.records();
        explanation.step(name).kernel("project", kernel);
        return ProjectOperator.select(name, kernel, map.schema(), context, after(map));
    }

    private Operator flatMap(LogicalStep.RecordFlatMap flatMap) {
        Compiled<FlatMapKernel> kernel =
                compiler.flatMapRecords(flatMap.parent().schema(), flatMap.records(), flatMap.function());
        String name = "flatMap " + flatMap.records();
        explanation.step(name).kernel("flatMap", kernel);
        return ProjectOperator.flatMap(name, kernel, flatMap.schema(), context, after(flatMap));
    }

    private Operator project(String operation, Schema in, List<Expr> outputs, Supplier<Operator> next) {
        Compiled<ProjectKernel> kernel = compiler.project(in, outputs);
        String name = operation + " " + text(outputs);
        explanation.step(name).kernel("project", kernel);
        Schema schema = KernelCompiler.projectSchema(in, outputs);
        return ProjectOperator.select(name, kernel, schema, context, next.get());
    }

    /// A projection of the rows that a filter passes.
    private Operator project(String operation, LogicalStep.Filter filter, List<Expr> outputs, Supplier<Operator> next) {
        Schema in = filter.parent().schema();
        Compiled<ProjectKernel> kernel = compiler.project(in, filter.predicate(), outputs);
        String name = "filter " + filter.predicate() + ", " + operation + " " + text(outputs);
        explanation.step(name).kernel("project", kernel);
        Schema schema = KernelCompiler.projectSchema(in, outputs);
        return ProjectOperator.select(name, kernel, schema, context, next.get());
    }

    private Operator aggregate(LogicalStep.Aggregate aggregate) {
        AggregatePlan plan = AggregatePlan.of(aggregate);
        return plan.inputs().isEmpty()
                ? window(aggregate, plan, null)
                : project("compute", aggregate.parent().schema(), plan.inputs(), () -> window(aggregate, plan, null));
    }

    /// Whether the loop that aggregates can ask the predicate: where there is one group, nothing has to be computed
    /// before, and the predicate is quick and cannot fail.
    private static boolean fusible(LogicalStep.Filter filter, LogicalStep.Aggregate aggregate) {
        return (aggregate.window() instanceof Window.Sliding || aggregate.window() instanceof Window.Cumulating)
                && aggregate.keys().isEmpty()
                && AggregatePlan.of(aggregate).inputs().isEmpty()
                && KernelCompiler.fusible(filter.parent().schema(), filter.predicate());
    }

    private static boolean fusible(LogicalStep.Filter filter, List<Expr> outputs) {
        return KernelCompiler.fusible(filter.parent().schema(), filter.predicate(), outputs);
    }

    /// @param filter that the aggregating loop asks, or null
    private Operator window(LogicalStep.Aggregate aggregate, AggregatePlan plan, LogicalStep.Filter filter) {
        Expr predicate = filter == null ? null : filter.predicate();
        Accumulation accumulation = compiler.accumulation(
                plan.rows(), predicate, aggregate.rewrite().aggregates());
        StreamTime time = aggregate.parent().time();
        Keys keys = aggregate.keys().isEmpty() ? null : compiler.keys(plan.rows(), aggregate.keys());
        Window window = aggregate.window();
        String name = (filter == null ? "" : "filter " + predicate + ", ")
                + (keys == null ? "" : "keyBy " + String.join(", ", aggregate.keys()) + ", ") + "window " + window
                + ", aggregate " + text(aggregate.outputs());
        Aggregation aggregation = new Aggregation(
                name,
                keys,
                AggregatePlan.timeColumn(plan.rows(), time),
                LogicalStep.Aggregate.lateness(aggregate.options(), time),
                aggregate.options().earlyEvery().toNanos(),
                filter == null ? null : compiler.filter(plan.rows(), predicate),
                accumulation,
                plan.results(),
                WindowSchema.bounds(window, time.unit()).size());
        explanation.step(name).detail(describe(window, time.unit(), aggregation));
        if (keys != null) {
            explanation.kernel("key", keys.find());
        }
        explanation.kernel("accumulate", accumulation.accumulate()).kernel("combine", accumulation.combine());
        accumulation.retract().ifPresent(kernel -> explanation.kernel("retract", kernel));
        explanation.kernel("result", accumulation.result());
        Operator next = plan.outputs().isEmpty()
                ? after(aggregate)
                : project("compute", plan.results(), plan.outputs(), () -> after(aggregate));
        Operator late = late(aggregate, plan.rows());
        return switch (window) {
            case Window.Sliding sliding ->
                new WindowOperator(aggregation, WindowGrid.of(sliding, time.unit()), context, next, late);
            case Window.Cumulating cumulating ->
                new WindowOperator(aggregation, WindowGrid.of(cumulating, time.unit()), context, next, late);
            case Window.Session session ->
                new SessionOperator(aggregation, gap(session, time.unit(), plan), context, next, late);
            case Window.Count count -> new CountOperator(aggregation, WindowGrid.of(count), context, next);
            case Window.Global global ->
                new GlobalOperator(aggregation, time.unit().of(global.every()), global.changedOnly(), context, next);
        };
    }

    private static SessionOperator.Gap gap(Window.Session session, TimeUnit unit, AggregatePlan plan) {
        if (session.gap() != null) {
            return new SessionOperator.Gap(unit.of(session.gap()), -1, false);
        }
        Field column = plan.rows().field(AggregatePlan.GAP);
        return new SessionOperator.Gap(0, plan.rows().indexOf(AggregatePlan.GAP), column.nullable());
    }

    private static String describe(Window window, TimeUnit unit, Aggregation aggregation) {
        return switch (window) {
            case Window.Sliding sliding -> WindowOperator.describe(WindowGrid.of(sliding, unit), aggregation);
            case Window.Cumulating cumulating -> WindowOperator.describe(WindowGrid.of(cumulating, unit), aggregation);
            case Window.Session _ -> "sessions are merged by key";
            case Window.Count count -> WindowGrid.of(count).panesPerWindow() + " panes of rows a window, by key";
            case Window.Global _ -> "one total for each key";
        };
    }

    /// Takes rows that are late, or null if nobody wants them.
    private Operator late(LogicalStep.Aggregate aggregate, Schema rows) {
        if (aggregate.lateRows() == null) {
            return null;
        }
        LogicalStep.Output output = new LogicalStep.Output(aggregate.parent(), aggregate.lateRows());
        explanation.deeper();
        Operator operator = project("late rows:", rows, columns(output.schema()), () -> sink(output));
        explanation.shallower();
        return operator;
    }

    private Operator output(LogicalStep.Output output) {
        if (output.parent() instanceof LogicalStep.Filter || output.parent() instanceof LogicalStep.RecordFilter) {
            // A sink sees dense rows; what a filter leaves is a selection.
            return project("compact", output.schema(), columns(output.schema()), () -> sink(output));
        }
        return sink(output);
    }

    private static List<Expr> columns(Schema schema) {
        return schema.fields().stream()
                .map(field -> Expressions.col(field.name()))
                .toList();
    }

    /// A lambda's class has a name that no two runs share, an anonymous one has none.
    private static String nameOf(Sink sink) {
        Class<?> type = sink.getClass();
        return type.isHidden() || type.isAnonymousClass() ? "sink" : type.getSimpleName();
    }

    private Operator sink(LogicalStep.Output output) {
        String name = nameOf(output.sink());
        explanation.step("to " + name);
        SinkOperator operator = new SinkOperator(name, output.sink(), output.schema(), context.counters());
        context.scope().own(operator);
        operator.open();
        return operator;
    }

    private static String rootText(LogicalStep.Root root) {
        return switch (root) {
            case LogicalStep.FromSource source ->
                "from " + source.name() + ": " + source.schema() + ", processing time";
            case LogicalStep.FromInput input ->
                "input " + input.name() + ": " + input.schema() + ", " + input.time() + ", " + input.watermark()
                        + ", overload " + input.overload();
        };
    }

    private static String text(List<Expr> expressions) {
        return String.join(", ", expressions.stream().map(Expr::toString).toList());
    }
}
