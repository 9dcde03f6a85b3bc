package io.mullion.plan;

import io.mullion.batch.EveryBatches;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StageTimes.Stage;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.AggregateRewrite;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.Keys;
import io.mullion.codegen.NarrowSums;
import io.mullion.codegen.Rows;
import io.mullion.exchange.Merge;
import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Schema;
import io.mullion.spec.Window;
import io.mullion.window.Aggregation;
import io.mullion.window.CountOperator;
import io.mullion.window.GlobalOperator;
import io.mullion.window.PartialOperator;
import io.mullion.window.RankOperator;
import io.mullion.window.ResultTimes;
import io.mullion.window.SessionOperator;
import io.mullion.window.WindowGrid;
import io.mullion.window.WindowOperator;
import io.mullion.window.WindowSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The part of the [Planner] that plans windows and what is aggregated over them.
final class WindowPlanner {
    private static final List<Expr> ROW_COUNT = List.of(Expressions.count().as("rows$"));

    private final Planner planner;
    private final OperatorContext context;
    private final KernelCompiler compiler;
    private final ExchangePlanner exchanges;
    private final Explanation explanation;

    WindowPlanner(
            Planner planner,
            OperatorContext context,
            KernelCompiler compiler,
            ExchangePlanner exchanges,
            Explanation explanation) {
        this.planner = planner;
        this.context = context;
        this.compiler = compiler;
        this.exchanges = exchanges;
        this.explanation = explanation;
    }

    Operator aggregate(LogicalStep.Aggregate aggregate) {
        AggregatePlan plan = AggregatePlan.of(aggregate);
        return plan.inputs().isEmpty()
                ? window(aggregate, plan, null)
                : planner.project("compute", aggregate.parent(), plan.inputs(), () -> window(aggregate, plan, null));
    }

    /// Windows over the same rows that have keys, groups and panes in common.
    Operator shared(List<LogicalStep.Aggregate> sharing) {
        LogicalStep.Aggregate first = sharing.getFirst();
        AggregatePlan plan = AggregatePlan.of(first);
        return plan.inputs().isEmpty()
                ? sharedWindows(sharing, plan.rows())
                : planner.project("compute", first.parent(), plan.inputs(), () -> sharedWindows(sharing, plan.rows()));
    }

    private Operator sharedWindows(List<LogicalStep.Aggregate> sharing, Schema rows) {
        return panesOrRows(sharing, rows, null, () -> sharedHere(sharing, rows));
    }

    /// Where there are several workers, has what they send to each other as little as may be.
    ///
    /// @param filter that the aggregating loop asks, or null
    private Operator panesOrRows(
            List<LogicalStep.Aggregate> sharing, Schema rows, LogicalStep.Filter filter, Supplier<Operator> ofRows) {
        LogicalStep.Aggregate first = sharing.getFirst();
        if (!exchanges.everywhere() || ExchangePlanner.dealtOut(first, first.keys())) {
            return ofRows.get();
        }
        String obstacle = obstacleToPanes(sharing, rows);
        return obstacle == null ? partial(sharing, rows, filter) : byKey(first, rows, obstacle, ofRows);
    }

    /// Has an operator made where all rows of a key come.
    private Operator byKey(
            LogicalStep.Aggregate aggregate, Schema rows, String obstacleToPanes, Supplier<Operator> operator) {
        return exchanges.byKey(
                aggregate,
                "rows",
                rows,
                aggregate.keys(),
                merge(aggregate, rows),
                "all rows of a key are needed in one place: " + obstacleToPanes,
                operator);
    }

    /// Rows that are numbered come in order.
    private static Merge merge(LogicalStep.Aggregate aggregate, Schema rows) {
        StreamTime time = aggregate.parent().time();
        if (time instanceof StreamTime.WindowEnd && aggregate.window() instanceof Window.Count) {
            return new Merge.ByWindowEnd(AggregatePlan.timeColumn(rows, time));
        }
        return ExchangePlanner.merge(aggregate.parent()) instanceof Merge.ByBatch batches
                ? batches
                : Merge.AS_THEY_COME;
    }

    private Operator sharedHere(List<LogicalStep.Aggregate> sharing, Schema rows) {
        Keys keys = keys(sharing.getFirst(), rows);
        List<List<Expr>> groupings =
                sharing.stream().map(it -> it.rewrite().aggregates()).toList();
        List<Accumulation> accumulations = keys == null
                ? compiler.accumulations(rows, null, groupings, false)
                : compiler.narrowAccumulations(rows, groupings, Rows.ALL);
        List<Expr> folded = groupings.stream().flatMap(List::stream).toList();
        return together(sharing, keys, accumulations, folded, UnaryOperator.identity());
    }

    /// Windows whose results all come from the same panes.
    ///
    /// @param folded the aggregates that have accumulators
    /// @param of the rows that are aggregated, where these are not those of the plan
    private Operator together(
            List<LogicalStep.Aggregate> sharing,
            Keys keys,
            List<Accumulation> accumulations,
            List<Expr> folded,
            UnaryOperator<Aggregation> of) {
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
            Aggregation aggregation = of.apply(aggregation(aggregate, each, null, keys, accumulations.get(i), folded));
            explanation.step(aggregation.name()).detail(describe(aggregate, aggregation));
            if (!SharedWindows.grid(aggregate).samePanes(SharedWindows.grid(finest))) {
                explanation.detail("its panes are made of those of window " + finest.window()
                        + ", each of which is combined once more");
            }
            explainResults(aggregation.accumulation());
            windows.add(windows(aggregate, each, aggregation));
        }
        explanation.shallower();
        return context.timed(
                stage, new WindowOperator(windows, SharedWindows.grid(finest), windowContext(sharing.getFirst())));
    }

    /// Each worker aggregates its own rows into panes, and those of all workers are put together by key.
    ///
    /// @param filter that the aggregating loop asks, or null
    private Operator partial(List<LogicalStep.Aggregate> sharing, Schema rows, LogicalStep.Filter filter) {
        LogicalStep.Aggregate first = sharing.getFirst();
        WindowGrid grid = SharedWindows.grid(sharing.size() == 1 ? first : SharedWindows.finest(sharing));
        Keys keys = keys(first, rows);
        List<List<Expr>> groupings = new ArrayList<>(
                sharing.stream().map(it -> it.rewrite().aggregates()).toList());
        // So that it is known how many rows a pane stands for.
        groupings.add(ROW_COUNT);
        List<Accumulation> accumulations =
                compiler.accumulations(rows, filter == null ? null : filter.predicate(), groupings, keys != null);
        List<Expr> folded = sharing.stream()
                .flatMap(it -> it.rewrite().aggregates().stream())
                .toList();
        Aggregation own = aggregation(first, AggregatePlan.of(first), filter, keys, accumulations.getFirst(), folded);
        explanation.step(filterText(filter) + keyText(keys, first) + "panes of each worker's own rows");
        Stage stage = explanation.stage();
        explainRows(keys, accumulations.getFirst());
        Schema panes = PartialOperator.schema(keys);
        Keys panesKeys = keys(first, panes);
        UnaryOperator<Aggregation> ofPanes = aggregation -> aggregation.ofPartials(panesKeys);
        Operator next = exchanges.byKey(
                first,
                "panes",
                panes,
                first.keys(),
                merge(first, panes),
                "panes of all workers are put together when time has passed them",
                () -> sharing.size() > 1
                        ? together(sharing, keys, accumulations, folded, ofPanes)
                        : alone(first, keys, accumulations.getFirst(), folded, ofPanes));
        LogicalStep of = first.parent();
        PartialOperator partial =
                new PartialOperator(own, grid, exchanges.holding(of), exchanges.timeBefore(of), context, next);
        exchanges.addKeeper(partial::handOnAll);
        return context.timed(stage, partial);
    }

    private Operator alone(
            LogicalStep.Aggregate aggregate,
            Keys keys,
            Accumulation accumulation,
            List<Expr> folded,
            UnaryOperator<Aggregation> of) {
        AggregatePlan plan = AggregatePlan.of(aggregate);
        Aggregation aggregation = of.apply(aggregation(aggregate, plan, null, keys, accumulation, folded));
        explanation.step(aggregation.name()).detail(describe(aggregate, aggregation));
        Stage stage = explanation.stage();
        explainAlone(aggregate);
        explainResults(accumulation);
        WindowOperator.Windows windows = windows(aggregate, plan, aggregation);
        return context.timed(stage, new WindowOperator(List.of(windows), windows.grid(), windowContext(aggregate)));
    }

    /// Why workers do not aggregate their own rows into panes, or null if they do.
    private String obstacleToPanes(List<LogicalStep.Aggregate> sharing, Schema rows) {
        if (!exchanges.partialPanes()) {
            return "partial panes are not wanted";
        }
        List<Expr> aggregates = new ArrayList<>(ROW_COUNT);
        for (LogicalStep.Aggregate each : sharing) {
            if (SharedWindows.grid(each) == null) {
                return "window " + each.window() + " has no panes";
            }
            if (!each.rewrite().generated()) {
                return "aggregates that collect, or that are the user's own";
            }
            if (each.lateRows() != null || !each.options().earlyEvery().isZero()) {
                return "late rows and early results are wanted as rows";
            }
            aggregates.addAll(each.rewrite().aggregates());
        }
        if (!KernelCompiler.fitTogether(rows, aggregates)) {
            return "one loop does not take all the accumulators";
        }
        int rowBytes = KernelCompiler.rowBytes(rows, aggregates);
        return rowBytes > context.batchDataBytes() ? "a row of accumulators has " + rowBytes + " bytes" : null;
    }

    /// Puts the rows of each window in order.
    Operator rank(RankStep rank) {
        String name = rank.name();
        Supplier<Operator> operator = () -> {
            explanation.step(name);
            Stage stage = explanation.stage();
            RankOperator.Terms terms = new RankOperator.Terms(
                    name,
                    rank.schema(),
                    rank.window(),
                    rank.keys().stream().mapToInt(rank.schema()::indexOf).toArray(),
                    rank.by().stream().mapToInt(BatchStep.Sort.Order::code).toArray(),
                    rank.most(),
                    rank.ties(),
                    exchanges.owners(rank.schema(), rank.keys()));
            return context.timed(stage, new RankOperator(terms, context, results(rank)));
        };
        return exchanges.byKey(
                rank,
                "rows",
                rank.schema(),
                rank.keys(),
                Merge.AS_THEY_COME,
                "all rows of a window that are compared are needed in one place",
                operator);
    }

    /// Whether the loop that aggregates can ask the predicate: where rows are aggregated before they go to other
    /// workers, there is one group, nothing has to be computed before, and the predicate is quick and cannot fail.
    boolean fusible(LogicalStep.Filter filter, LogicalStep.Aggregate aggregate) {
        return (!exchanges.everywhere()
                        || obstacleToPanes(
                                        List.of(aggregate),
                                        AggregatePlan.of(aggregate).rows())
                                == null)
                && ofPanes(aggregate)
                && aggregate.keys().isEmpty()
                && AggregatePlan.of(aggregate).inputs().isEmpty()
                && aggregate.rewrite().generated()
                && KernelCompiler.fusible(filter.parent().schema(), filter.predicate());
    }

    /// @param filter that the aggregating loop asks, or null
    Operator window(LogicalStep.Aggregate aggregate, AggregatePlan plan, LogicalStep.Filter filter) {
        return panesOrRows(List.of(aggregate), plan.rows(), filter, () -> windowHere(aggregate, plan, filter));
    }

    private Operator windowHere(LogicalStep.Aggregate aggregate, AggregatePlan plan, LogicalStep.Filter filter) {
        AggregateRewrite rewrite = aggregate.rewrite();
        Accumulation accumulation = accumulation(aggregate, plan, filter);
        Keys keys = keys(aggregate, plan.rows());
        Aggregation aggregation = aggregation(aggregate, plan, filter, keys, accumulation, rewrite.aggregates());
        explanation.step(filterText(filter) + aggregation.name()).detail(describe(aggregate, aggregation));
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
                        new WindowOperator(List.of(windows), windows.grid(), windowContext(aggregate));
                    case Window.Session session ->
                        new SessionOperator(
                                aggregation,
                                plan.gap(session, aggregate.parent().time().unit()),
                                aggregate.parent().time() instanceof StreamTime.WindowEnd,
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

    private Accumulation accumulation(LogicalStep.Aggregate aggregate, AggregatePlan plan, LogicalStep.Filter filter) {
        AggregateRewrite rewrite = aggregate.rewrite();
        if (filter != null) {
            return compiler.accumulation(plan.rows(), filter.predicate(), rewrite.aggregates());
        }
        Rows likely = rows(aggregate, plan);
        boolean narrow = ofPanes(aggregate) && rewrite.generated() && grouped(aggregate);
        return narrow
                ? compiler.narrowAccumulations(plan.rows(), List.of(rewrite.aggregates()), likely)
                        .getFirst()
                : compiler.accumulation(plan.rows(), rewrite.aggregates(), rewrite.users(), grouped(aggregate), likely);
    }

    private static boolean ofPanes(LogicalStep.Aggregate aggregate) {
        return aggregate.window() instanceof Window.Sliding || aggregate.window() instanceof Window.Cumulating;
    }

    /// Whether rows are folded into rows of accumulators by number: those of groups, or of windows.
    private static boolean grouped(LogicalStep.Aggregate aggregate) {
        return !aggregate.keys().isEmpty() || !ofPanes(aggregate);
    }

    /// What is computed before the aggregates is computed into rows that lie side by side.
    private static Rows rows(LogicalStep.Aggregate aggregate, AggregatePlan plan) {
        return plan.inputs().isEmpty() ? Planner.rows(aggregate.parent()) : Rows.ALL;
    }

    private Keys keys(LogicalStep.Aggregate aggregate, Schema rows) {
        return aggregate.keys().isEmpty() ? null : compiler.keys(rows, aggregate.keys());
    }

    private static String filterText(LogicalStep.Filter filter) {
        return filter == null ? "" : "filter " + filter.predicate() + ", ";
    }

    private static String keyText(Keys keys, LogicalStep.Aggregate aggregate) {
        return keys == null ? "" : "keyBy " + String.join(", ", aggregate.keys()) + ", ";
    }

    private Aggregation aggregation(
            LogicalStep.Aggregate aggregate,
            AggregatePlan plan,
            LogicalStep.Filter filter,
            Keys keys,
            Accumulation accumulation,
            List<Expr> folded) {
        AggregateRewrite rewrite = aggregate.rewrite();
        StreamTime time = aggregate.parent().time();
        return new Aggregation(
                // Without the filter: it may stand elsewhere with another number of workers.
                keyText(keys, aggregate) + "window " + aggregate.window() + ", aggregate "
                        + Planner.text(aggregate.outputs()),
                aggregate.window() + (keys == null ? "" : " by " + String.join(", ", aggregate.keys())),
                () -> KernelCompiler.meanings(
                        plan.rows(), folded, rewrite.users(), rewrite.variable(), computed(rewrite)),
                keys,
                AggregatePlan.timeColumn(plan.rows(), time),
                LogicalStep.Aggregate.lateness(aggregate.options(), time),
                aggregate.options().earlyEvery().toNanos(),
                filter == null ? null : compiler.filter(plan.rows(), filter.predicate()),
                accumulation,
                rewrite.variable(),
                plan.rows(),
                plan.results(),
                WindowSchema.bounds(aggregate.window(), time.unit()).size(),
                -1);
    }

    /// The expressions that were computed before, by the names of their columns.
    private static Map<String, Expr> computed(AggregateRewrite rewrite) {
        Map<String, Expr> computed = new HashMap<>();
        for (Expr input : rewrite.inputs()) {
            if (input instanceof Expr.Alias(Expr expression, String name)) {
                computed.put(name, expression);
            }
        }
        return computed;
    }

    /// What takes the results of windows and their late rows.
    private WindowOperator.Windows windows(LogicalStep.Aggregate aggregate, AggregatePlan plan, Aggregation of) {
        Operator next = plan.outputs().isEmpty()
                ? results(aggregate)
                : planner.project("compute", plan.results(), plan.outputs(), () -> results(aggregate));
        return new WindowOperator.Windows(
                of, SharedWindows.grid(aggregate), everyBatch(aggregate, next), late(aggregate, plan.rows()));
    }

    /// What takes the results of windows, and may ask for their times where each window has one.
    private Operator results(LogicalStep step) {
        Operator next = planner.after(step);
        boolean once = !(step instanceof LogicalStep.Aggregate aggregate
                && aggregate.options().revises());
        return once && step.time() instanceof StreamTime.WindowEnd end
                ? ResultTimes.of(step.schema().indexOf(end.column()), next)
                : next;
    }

    /// What takes the results of windows over micro-batches: it has one batch for each window.
    private static Operator everyBatch(LogicalStep.Aggregate aggregate, Operator next) {
        return aggregate.time() instanceof StreamTime.Batches batches
                        && !batches.equals(aggregate.parent().time())
                ? new EveryBatches(batches.unit().of(batches.interval()), next)
                : next;
    }

    private OperatorContext windowContext(LogicalStep.Aggregate aggregate) {
        return aggregate.parent().time() instanceof StreamTime.Batches ? context.withoutLatencies() : context;
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
        for (LogicalStep.Aggregate other : planner.aggregatesAfter(aggregate.parent())) {
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
        if (accumulation.narrow() instanceof NarrowSums narrow) {
            explanation.detail(narrow).kernel("extremes", narrow.extremes());
        }
        explanation.kernel("accumulate", accumulation.accumulate()).kernel("combine", accumulation.combine());
    }

    private void explainResults(Accumulation accumulation) {
        accumulation.retract().ifPresent(kernel -> explanation.kernel("retract", kernel));
        explanation.kernel("result", accumulation.result());
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
        Operator operator = planner.project(
                "late rows:",
                rows,
                Planner.columns(output.schema()),
                () -> planner.sink(aggregate, "late rows", output));
        explanation.shallower();
        return operator;
    }
}
