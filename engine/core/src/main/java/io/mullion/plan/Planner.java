package io.mullion.plan;

import io.mullion.batch.FilterOperator;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.ProjectOperator;
import io.mullion.batch.SinkOperator;
import io.mullion.batch.StageTimes.Stage;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.AggregateRewrite;
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
        List<LogicalStep> readers = new ArrayList<>(children.get(step));
        while (!readers.isEmpty()) {
            if (readers.getFirst() instanceof LogicalStep.Aggregate aggregate) {
                List<LogicalStep.Aggregate> sharing = SharedWindows.with(aggregate, aggregates(readers));
                readers.removeIf(reader -> sharing.stream().anyMatch(it -> it == reader));
                branches.add(sharing.size() == 1 ? aggregate(aggregate) : shared(sharing));
            } else {
                branches.add(operator(readers.removeFirst()));
            }
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

    private static List<LogicalStep.Aggregate> aggregates(List<LogicalStep> steps) {
        return steps.stream()
                .filter(LogicalStep.Aggregate.class::isInstance)
                .map(LogicalStep.Aggregate.class::cast)
                .toList();
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
        Stage stage = explanation.stage();
        return context.timed(stage, new FilterOperator(name, kernel, context, after(filter)));
    }

    private Operator select(LogicalStep.Select select) {
        if (!select.generatesRows()) {
            return project("select", select.parent().schema(), select.outputs(), () -> after(select));
        }
        Compiled<FlatMapKernel> kernel = compiler.flatMap(select.parent().schema(), select.outputs());
        String name = "flatMap " + text(select.outputs());
        explanation.step(name).kernel("flatMap", kernel);
        Stage stage = explanation.stage();
        return context.timed(stage, ProjectOperator.flatMap(name, kernel, select.schema(), context, after(select)));
    }

    private Operator filter(LogicalStep.RecordFilter filter) {
        Compiled<FilterKernel> kernel =
                compiler.filterRecords(filter.parent().schema(), filter.record(), filter.predicate());
        String name = "filter " + filter.record().name();
        explanation.step(name).kernel("filter", kernel);
        Stage stage = explanation.stage();
        return context.timed(stage, new FilterOperator(name, kernel, context, after(filter)));
    }

    private Operator map(LogicalStep.RecordMap map) {
        Compiled<ProjectKernel> kernel = compiler.mapRecords(map.parent().schema(), map.records(), map.function());
        String name = "map " + map.records();
        explanation.step(name).kernel("project", kernel);
        Stage stage = explanation.stage();
        return context.timed(stage, ProjectOperator.select(name, kernel, map.schema(), context, after(map)));
    }

    private Operator flatMap(LogicalStep.RecordFlatMap flatMap) {
        Compiled<FlatMapKernel> kernel =
                compiler.flatMapRecords(flatMap.parent().schema(), flatMap.records(), flatMap.function());
        String name = "flatMap " + flatMap.records();
        explanation.step(name).kernel("flatMap", kernel);
        Stage stage = explanation.stage();
        return context.timed(stage, ProjectOperator.flatMap(name, kernel, flatMap.schema(), context, after(flatMap)));
    }

    private Operator project(String operation, Schema in, List<Expr> outputs, Supplier<Operator> next) {
        Compiled<ProjectKernel> kernel = compiler.project(in, outputs);
        String name = operation + " " + text(outputs);
        explanation.step(name).kernel("project", kernel);
        Stage stage = explanation.stage();
        Schema schema = KernelCompiler.projectSchema(in, outputs);
        return context.timed(stage, ProjectOperator.select(name, kernel, schema, context, next.get()));
    }

    /// A projection of the rows that a filter passes.
    private Operator project(String operation, LogicalStep.Filter filter, List<Expr> outputs, Supplier<Operator> next) {
        Schema in = filter.parent().schema();
        Compiled<ProjectKernel> kernel = compiler.project(in, filter.predicate(), outputs);
        String name = "filter " + filter.predicate() + ", " + operation + " " + text(outputs);
        explanation.step(name).kernel("project", kernel);
        Stage stage = explanation.stage();
        Schema schema = KernelCompiler.projectSchema(in, outputs);
        return context.timed(stage, ProjectOperator.select(name, kernel, schema, context, next.get()));
    }

    private Operator aggregate(LogicalStep.Aggregate aggregate) {
        AggregatePlan plan = AggregatePlan.of(aggregate);
        return plan.inputs().isEmpty()
                ? window(aggregate, plan, null)
                : project("compute", aggregate.parent().schema(), plan.inputs(), () -> window(aggregate, plan, null));
    }

    /// Windows over the same rows that have keys, groups and panes in common.
    private Operator shared(List<LogicalStep.Aggregate> sharing) {
        LogicalStep.Aggregate first = sharing.getFirst();
        AggregatePlan plan = AggregatePlan.of(first);
        return plan.inputs().isEmpty()
                ? sharedWindows(sharing, plan.rows())
                : project("compute", first.parent().schema(), plan.inputs(), () -> sharedWindows(sharing, plan.rows()));
    }

    private Operator sharedWindows(List<LogicalStep.Aggregate> sharing, Schema rows) {
        List<Accumulation> accumulations = compiler.accumulations(
                rows, sharing.stream().map(it -> it.rewrite().aggregates()).toList());
        Keys keys = keys(sharing.getFirst(), rows);
        LogicalStep.Aggregate finest = SharedWindows.finest(sharing);
        explanation
                .step(keyText(keys, sharing.getFirst()) + sharing.size() + " windows share groups and panes")
                .detail("rows are folded into the panes of window " + finest.window());
        Stage stage = explanation.stage();
        explainRows(keys, accumulations.getFirst());
        explanation.deeper();
        List<WindowOperator.Windows> windows = new ArrayList<>();
        for (int i = 0; i < sharing.size(); i++) {
            LogicalStep.Aggregate aggregate = sharing.get(i);
            AggregatePlan each = AggregatePlan.of(aggregate);
            Aggregation aggregation = aggregation(aggregate, each, null, keys, accumulations.get(i));
            explanation.step(aggregation.name()).detail(describe(aggregate, aggregation));
            if (!SharedWindows.grid(aggregate).samePanes(SharedWindows.grid(finest))) {
                explanation.detail("its panes are made of those of window " + finest.window()
                        + ", each of which is combined once more");
            }
            explainResults(aggregation.accumulation());
            windows.add(windows(aggregate, each, aggregation));
        }
        explanation.shallower();
        return context.timed(stage, new WindowOperator(windows, SharedWindows.grid(finest), context));
    }

    /// Whether the loop that aggregates can ask the predicate: where there is one group, nothing has to be computed
    /// before, and the predicate is quick and cannot fail.
    private static boolean fusible(LogicalStep.Filter filter, LogicalStep.Aggregate aggregate) {
        return (aggregate.window() instanceof Window.Sliding || aggregate.window() instanceof Window.Cumulating)
                && aggregate.keys().isEmpty()
                && AggregatePlan.of(aggregate).inputs().isEmpty()
                && aggregate.rewrite().generated()
                && KernelCompiler.fusible(filter.parent().schema(), filter.predicate());
    }

    private static boolean fusible(LogicalStep.Filter filter, List<Expr> outputs) {
        return KernelCompiler.fusible(filter.parent().schema(), filter.predicate(), outputs);
    }

    /// @param filter that the aggregating loop asks, or null
    private Operator window(LogicalStep.Aggregate aggregate, AggregatePlan plan, LogicalStep.Filter filter) {
        AggregateRewrite rewrite = aggregate.rewrite();
        Accumulation accumulation = filter == null
                ? compiler.accumulation(plan.rows(), rewrite.aggregates(), rewrite.users())
                : compiler.accumulation(plan.rows(), filter.predicate(), rewrite.aggregates());
        Keys keys = keys(aggregate, plan.rows());
        Aggregation aggregation = aggregation(aggregate, plan, filter, keys, accumulation);
        explanation.step(aggregation.name()).detail(describe(aggregate, aggregation));
        Stage stage = explanation.stage();
        explainCollected(aggregation);
        explainAlone(aggregate);
        explainRows(keys, accumulation);
        explainResults(accumulation);
        WindowOperator.Windows windows = windows(aggregate, plan, aggregation);
        return context.timed(
                stage,
                switch (aggregate.window()) {
                    case Window.Sliding _, Window.Cumulating _ ->
                        new WindowOperator(List.of(windows), windows.grid(), context);
                    case Window.Session session ->
                        new SessionOperator(
                                aggregation,
                                gap(session, aggregate.parent().time().unit(), plan),
                                context,
                                windows.next(),
                                windows.late());
                    case Window.Count count ->
                        new CountOperator(aggregation, WindowGrid.of(count), context, windows.next());
                    case Window.Global global ->
                        new GlobalOperator(
                                aggregation,
                                aggregate.parent().time().unit().of(global.every()),
                                global.changedOnly(),
                                context,
                                windows.next());
                });
    }

    private Keys keys(LogicalStep.Aggregate aggregate, Schema rows) {
        return aggregate.keys().isEmpty() ? null : compiler.keys(rows, aggregate.keys());
    }

    private static String keyText(Keys keys, LogicalStep.Aggregate aggregate) {
        return keys == null ? "" : "keyBy " + String.join(", ", aggregate.keys()) + ", ";
    }

    private Aggregation aggregation(
            LogicalStep.Aggregate aggregate,
            AggregatePlan plan,
            LogicalStep.Filter filter,
            Keys keys,
            Accumulation accumulation) {
        StreamTime time = aggregate.parent().time();
        return new Aggregation(
                (filter == null ? "" : "filter " + filter.predicate() + ", ") + keyText(keys, aggregate) + "window "
                        + aggregate.window() + ", aggregate " + text(aggregate.outputs()),
                keys,
                AggregatePlan.timeColumn(plan.rows(), time),
                LogicalStep.Aggregate.lateness(aggregate.options(), time),
                aggregate.options().earlyEvery().toNanos(),
                filter == null ? null : compiler.filter(plan.rows(), filter.predicate()),
                accumulation,
                aggregate.rewrite().variable(),
                plan.rows(),
                plan.results(),
                WindowSchema.bounds(aggregate.window(), time.unit()).size());
    }

    /// What takes the results of windows and their late rows.
    private WindowOperator.Windows windows(LogicalStep.Aggregate aggregate, AggregatePlan plan, Aggregation of) {
        Operator next = plan.outputs().isEmpty()
                ? after(aggregate)
                : project("compute", plan.results(), plan.outputs(), () -> after(aggregate));
        return new WindowOperator.Windows(of, SharedWindows.grid(aggregate), next, late(aggregate, plan.rows()));
    }

    private void explainCollected(Aggregation aggregation) {
        if (!aggregation.variable().isEmpty()) {
            explanation.detail("put together for each result from all that its panes or rows have kept: "
                    + String.join(
                            ", ",
                            aggregation.variable().stream()
                                    .map(it -> it.result().name())
                                    .toList()));
        }
    }

    /// Why other windows over the same rows have an operator of their own.
    private void explainAlone(LogicalStep.Aggregate aggregate) {
        for (LogicalStep.Aggregate other : aggregates(children.get(aggregate.parent()))) {
            if (other != aggregate) {
                explanation.detail("shares nothing with window " + other.window() + ": "
                        + SharedWindows.obstacleBetween(aggregate, other));
            }
        }
    }

    private void explainRows(Keys keys, Accumulation accumulation) {
        if (keys != null) {
            explanation.kernel("key", keys.find());
        }
        explanation.kernel("accumulate", accumulation.accumulate()).kernel("combine", accumulation.combine());
    }

    private void explainResults(Accumulation accumulation) {
        accumulation.retract().ifPresent(kernel -> explanation.kernel("retract", kernel));
        explanation.kernel("result", accumulation.result());
    }

    private static SessionOperator.Gap gap(Window.Session session, TimeUnit unit, AggregatePlan plan) {
        if (session.gap() != null) {
            return new SessionOperator.Gap(unit.of(session.gap()), -1, false);
        }
        Field column = plan.rows().field(AggregatePlan.GAP);
        return new SessionOperator.Gap(0, plan.rows().indexOf(AggregatePlan.GAP), column.nullable());
    }

    private static String describe(LogicalStep.Aggregate aggregate, Aggregation aggregation) {
        return switch (aggregate.window()) {
            case Window.Sliding _, Window.Cumulating _ ->
                WindowOperator.describe(SharedWindows.grid(aggregate), aggregation);
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
        // A lambda is hidden as the JVM makes it, synthetic as the build does.
        return type.isHidden() || type.isSynthetic() || type.isAnonymousClass() ? "sink" : type.getSimpleName();
    }

    private Operator sink(LogicalStep.Output output) {
        String name = nameOf(output.sink());
        explanation.step("to " + name);
        SinkOperator operator = new SinkOperator(name, output.sink(), output.schema(), context.counters());
        context.scope().own(operator);
        operator.open();
        return context.timed(explanation.stage(), operator);
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
