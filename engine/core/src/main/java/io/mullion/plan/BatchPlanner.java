package io.mullion.plan;

import io.mullion.batch.BatchEntrance;
import io.mullion.batch.BatchSourceReader;
import io.mullion.batch.LimitOperator;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowWindows;
import io.mullion.batch.SortOperator;
import io.mullion.batch.StageTimes.Stage;
import io.mullion.batch.TransformOperator;
import io.mullion.batch.WholeBatches;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.Keys;
import io.mullion.expr.Schema;
import io.mullion.window.KeptGroups;
import java.util.List;
import java.util.stream.IntStream;

/// The part of the [Planner] that plans what only streams of micro-batches have.
final class BatchPlanner {
    private final Planner planner;
    private final OperatorContext context;
    private final KernelCompiler compiler;
    private final ExchangePlanner exchanges;
    private final Explanation explanation;

    BatchPlanner(
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

    /// What takes the rows of a source that is asked for them, by the first worker.
    Operator entrance(LogicalStep.FromBatches from, Operator next) {
        Operator entrance = new BatchEntrance(from.interval(), context, next);
        if (exchanges.first()) {
            new BatchSourceReader(from.source(), needsBatches(from), context, entrance);
        }
        return entrance;
    }

    /// Whether a step behind it cannot do without a batch, not even an empty one. A window can.
    private boolean needsBatches(LogicalStep step) {
        return planner.readersOf(step).stream().anyMatch(reader -> switch (reader) {
            case LogicalStep.Union _, BatchStep.Transform _ -> true;
            case BatchStep.RowWindow _, LogicalStep.Output _ -> false;
            default -> needsBatches(reader);
        });
    }

    /// The operator that takes the rows of one of a step's parents.
    Operator step(BatchStep step, int side) {
        return step.ofFirst()
                ? exchanges.side(step, side, List.of(), "a batch is needed in one place", () -> operators(step))
                : dense(step, side, operator(step));
    }

    /// One for each of the parents of a step.
    private List<Operator> operators(BatchStep step) {
        List<Operator> operators =
                step instanceof BatchStep.Transform transform ? transform(transform) : List.of(operator(step));
        return IntStream.range(0, operators.size())
                .mapToObj(side -> dense(step, side, operators.get(side)))
                .toList();
    }

    private Operator operator(BatchStep step) {
        return switch (step) {
            case BatchStep.Entrance entrance -> {
                explanation.step("micro-batches of " + entrance.interval());
                yield new BatchEntrance(entrance.interval(), context, planner.after(entrance));
            }
            case BatchStep.RowWindow window -> {
                String name = "window " + window.size() + " every " + window.slide();
                explanation.step(name).detail("rows of " + window.batches() + " batches, all of them each time");
                Stage stage = explanation.stage();
                yield context.timed(
                        stage,
                        new RowWindows(
                                name,
                                window.batches(),
                                window.time().unit().of(window.slide()),
                                window.schema(),
                                exchanges.owners(window.schema(), DealtOut.columns(window)),
                                context,
                                planner.after(window)));
            }
            case BatchStep.Kept kept -> kept(kept);
            case BatchStep.Sort sort -> {
                String name = "sort by " + names(sort);
                explanation.step(name);
                Stage stage = explanation.stage();
                yield context.timed(
                        stage,
                        new SortOperator(
                                name,
                                sort.schema(),
                                sort.orders().stream()
                                        .mapToInt(BatchStep.Sort.Order::code)
                                        .toArray(),
                                context,
                                planner.after(sort)));
            }
            case BatchStep.Limit limit -> {
                explanation.step("first " + limit.rows() + " rows of a batch");
                yield new LimitOperator(limit.rows(), context, planner.after(limit));
            }
            case BatchStep.Whole whole -> {
                String name = "batches in one piece";
                explanation.step(name);
                Stage stage = explanation.stage();
                yield context.timed(stage, new WholeBatches(name, whole.schema(), context, planner.after(whole)));
            }
            case BatchStep.Transform transform -> throw new IllegalStateException("has several: " + transform);
        };
    }

    private static String names(BatchStep.Sort sort) {
        return String.join(
                ", ",
                sort.orders().stream()
                        .map(order ->
                                sort.schema().field(order.column()).name() + (order.descending() ? " descending" : ""))
                        .toList());
    }

    private List<Operator> transform(BatchStep.Transform transform) {
        explanation.step(transform.name()
                + (transform.parts() > 1 ? ", in " + transform.parts() + " parts" : "")
                + (transform.parents().size() > 1
                        ? " of " + transform.parents().size() + " streams; what follows stands here once"
                        : ""));
        Stage stage = explanation.stage();
        List<Schema> schemas =
                transform.parents().stream().map(LogicalStep::schema).toList();
        return TransformOperator.of(
                        transform.name(),
                        schemas,
                        transform.schema(),
                        transform.parts(),
                        transform.function(),
                        context,
                        planner.after(transform))
                .stream()
                .map(operator -> context.timed(stage, operator))
                .toList();
    }

    private Operator kept(BatchStep.Kept kept) {
        Keys keys = kept.keys().isEmpty() ? null : compiler.keys(kept.schema(), kept.keys());
        Compiled<FilterKernel> filter = kept.filter() == null ? null : compiler.filter(kept.schema(), kept.filter());
        String name = (keys == null ? "result" : "keys " + String.join(", ", kept.keys())) + " kept"
                + (filter == null ? "" : " where " + kept.filter());
        explanation.step(name);
        if (keys != null) {
            explanation.kernel("key", keys.find());
        }
        if (filter != null) {
            explanation.kernel("filter", filter);
        }
        Stage stage = explanation.stage();
        return context.timed(
                stage,
                new KeptGroups(
                        name, kept.schema(), keys, kept.values(), filter, kept.always(), context, planner.after(kept)));
    }

    /// Rows that come as a selection are put side by side first, where the operator asks for it.
    private Operator dense(BatchStep step, int side, Operator operator) {
        LogicalStep parent = step.parents().get(side);
        return step.gathers() && Planner.leavesSelection(parent)
                ? planner.project("compact", parent, Planner.columns(parent.schema()), () -> operator)
                : operator;
    }
}
