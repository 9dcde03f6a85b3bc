package io.mullion.plan;

import io.mullion.batch.FilterOperator;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.ProjectOperator;
import io.mullion.batch.SinkOperator;
import io.mullion.batch.StageTimes.Stage;
import io.mullion.batch.StatefulSink;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.FlatMapKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.ProjectKernel;
import io.mullion.codegen.Rows;
import io.mullion.exchange.Presence;
import io.mullion.exchange.WorkerExchanges;
import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.expr.Schema;
import io.mullion.io.Sink;
import io.mullion.join.GivenTables;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Watermark.PerBatch.Policy;
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
    private final Map<LogicalStep, List<Reader>> readers = new IdentityHashMap<>();
    private final Explanation explanation = new Explanation();
    private final WorkerExchanges ends;
    private final ExchangePlanner exchanges;
    private final WindowPlanner windows;
    private final JoinPlanner joins;
    private final BatchPlanner batches;
    private final KeyedPlanner keyed;

    /// A step that reads another.
    ///
    /// @param side which of its parents that is
    private record Reader(LogicalStep step, int side) {
        boolean same(Reader other) {
            return step == other.step && side == other.side;
        }
    }

    /// @param ends those that the worker which is planned has of the job's exchanges
    /// @param tables of the job
    public Planner(OperatorContext context, KernelOptions kernels, WorkerExchanges ends, GivenTables tables) {
        this.context = context;
        this.compiler = new KernelCompiler(kernels);
        this.ends = ends;
        this.exchanges = new ExchangePlanner(this, ends, compiler, explanation);
        this.windows = new WindowPlanner(this, context, compiler, exchanges, explanation);
        this.joins = new JoinPlanner(this, context, compiler, exchanges, explanation, tables);
        this.batches = new BatchPlanner(this, context, compiler, exchanges, explanation);
        this.keyed = new KeyedPlanner(this, context, compiler, exchanges, explanation);
    }

    /// @param outputs the sinks of the pipeline with all that leads to them
    public PhysicalPlan plan(List<LogicalStep.Output> outputs) {
        if (outputs.isEmpty()) {
            throw MullionException.invalid("a pipeline needs a sink: end a stream with .to(sink)");
        }
        List<LogicalStep.Root> roots = new ArrayList<>();
        outputs.forEach(output -> link(output, roots));
        List<PhysicalPlan.Chain> chains = new ArrayList<>();
        for (LogicalStep.Root root : roots) {
            explanation.step(rootText(root));
            Presence presence = presence(root);
            Operator head = after(root);
            chains.add(new PhysicalPlan.Chain(
                    root,
                    root instanceof LogicalStep.FromBatches from ? batches.entrance(from, head) : head,
                    presence));
        }
        return new PhysicalPlan(chains, explanation);
    }

    /// What tells other workers whether this one has rows of an input.
    private Presence presence(LogicalStep.Root root) {
        Watermark watermark = root.watermark();
        boolean greatest =
                watermark instanceof Watermark.PerBatch batches && batches.policy() == Watermark.PerBatch.Policy.MAX;
        boolean idles = watermark instanceof Watermark.Bounded bounded && bounded.advanceWhenIdle();
        return ends.input(greatest, idles ? root.time().unit() : null);
    }

    /// Notes who reads whom on the way up to the roots. Steps are told apart by identity: two inputs of the same
    /// description are still two.
    private void link(LogicalStep step, List<LogicalStep.Root> roots) {
        if (step instanceof LogicalStep.Root root) {
            if (roots.stream().noneMatch(known -> known == root)) {
                roots.add(root);
            }
            return;
        }
        List<LogicalStep> parents = step.parents();
        for (int side = 0; side < parents.size(); side++) {
            Reader reader = new Reader(step, side);
            List<Reader> known = readers.computeIfAbsent(parents.get(side), _ -> new ArrayList<>());
            if (known.stream().noneMatch(reader::same)) {
                known.add(reader);
                link(parents.get(side), roots);
            }
        }
    }

    /// The operator that takes the rows of a step.
    Operator after(LogicalStep step) {
        List<Operator> branches = new ArrayList<>();
        explanation.deeper();
        List<Reader> left = new ArrayList<>(readers.get(step));
        // They are not made of its rows: see snapshotsOf.
        left.removeIf(reader -> reader.step() instanceof LogicalStep.Snapshots);
        while (!left.isEmpty()) {
            if (left.getFirst().step() instanceof LogicalStep.Aggregate aggregate) {
                List<LogicalStep.Aggregate> sharing = SharedWindows.with(aggregate, aggregates(left));
                left.removeIf(reader -> sharing.stream().anyMatch(it -> it == reader.step()));
                branches.add(sharing.size() == 1 ? windows.aggregate(aggregate) : windows.shared(sharing));
            } else {
                branches.add(operator(left.removeFirst()));
            }
        }
        explanation.shallower();
        return branches.size() == 1 ? branches.getFirst() : new Fanout(List.copyOf(branches));
    }

    private Operator operator(Reader reader) {
        return switch (reader.step()) {
            case LogicalStep.Filter filter -> filter(filter);
            case LogicalStep.Select select -> select(select);
            case LogicalStep.RecordFilter filter -> filter(filter);
            case LogicalStep.RecordMap map -> map(map);
            case LogicalStep.RecordFlatMap flatMap -> flatMap(flatMap);
            case LogicalStep.Aggregate aggregate -> windows.aggregate(aggregate);
            case RankStep rank -> windows.rank(rank);
            case LogicalStep.Union union ->
                exchanges.side(union, reader.side(), List.of(), "one stream of several", () -> union(union));
            case JoinStep.Deduplicate deduplicate -> joins.deduplicate(deduplicate);
            case JoinStep.Join join -> joins.join(join, reader.side());
            case BatchStep step -> batches.step(step, reader.side());
            case LogicalStep.Keyed<?, ?, ?> step -> keyed.keyed(step);
            case LogicalStep.Updated<?, ?> step -> keyed.updated(step);
            case LogicalStep.Output output -> output(output);
            case LogicalStep.Snapshots snapshots ->
                throw new IllegalStateException("comes with its operation: " + snapshots);
            case JoinStep.Given given -> throw new IllegalStateException("a table reads nothing: " + given);
            case LogicalStep.Root root -> throw new IllegalStateException("a root reads nothing: " + root);
        };
    }

    /// The steps that read a step.
    List<LogicalStep> readersOf(LogicalStep step) {
        return readers.get(step).stream().map(Reader::step).toList();
    }

    /// The snapshots of its state that somebody wants.
    List<LogicalStep.Snapshots> snapshotsOf(LogicalStep.Keyed<?, ?, ?> step) {
        return readers.get(step).stream()
                .map(Reader::step)
                .filter(LogicalStep.Snapshots.class::isInstance)
                .map(LogicalStep.Snapshots.class::cast)
                .toList();
    }

    /// Whether the state of all keys has to be in one place, where it is handed on as it is at one time. The batches of
    /// workers are at one time wherever they are.
    boolean gathersState(LogicalStep.Keyed<?, ?, ?> step) {
        return step.operation().batchInterval() == null && !snapshotsOf(step).isEmpty();
    }

    /// The windows over the rows of a step.
    List<LogicalStep.Aggregate> aggregatesAfter(LogicalStep step) {
        return aggregates(readers.get(step));
    }

    private static List<LogicalStep.Aggregate> aggregates(List<Reader> readers) {
        return readers.stream()
                .map(Reader::step)
                .filter(LogicalStep.Aggregate.class::isInstance)
                .map(LogicalStep.Aggregate.class::cast)
                .toList();
    }

    private List<Operator> union(LogicalStep.Union union) {
        int streams = union.parents().size();
        explanation.step("union of " + streams + " streams; what follows stands here once");
        return UnionOperator.of(streams, greatestTime(union), context, after(union));
    }

    /// Whether the time of streams that become one is the greatest of theirs: if one of the inputs says so.
    static boolean greatestTime(LogicalStep step) {
        return step instanceof LogicalStep.Root root
                ? root.watermark() instanceof Watermark.PerBatch batches && batches.policy() == Policy.MAX
                : step.parents().stream().anyMatch(Planner::greatestTime);
    }

    /// A filter becomes part of the one step that reads it, where one loop can do both.
    private Operator filter(LogicalStep.Filter filter) {
        List<Reader> after = readers.get(filter);
        if (after.size() == 1) {
            switch (after.getFirst().step()) {
                case LogicalStep.Select select
                when !select.generatesRows()
                        && !compiler.selectsFirst(filter.parent().schema(), filter.predicate(), select.outputs()) -> {
                    return project("select", filter, select.outputs(), () -> after(select));
                }
                case LogicalStep.Aggregate aggregate
                when windows.fusible(filter, aggregate) -> {
                    return windows.window(aggregate, AggregatePlan.of(aggregate), filter);
                }
                case LogicalStep.Output output
                when fusible(filter, columns(filter.schema())) -> {
                    return project("compact", filter, columns(filter.schema()), () -> sink(output, "sink", output));
                }
                default -> {}
            }
        }
        Compiled<FilterKernel> kernel =
                compiler.filter(filter.parent().schema(), filter.predicate(), rows(filter.parent()));
        String name = "filter " + filter.predicate();
        explanation.step(name).kernel("filter", kernel);
        Stage stage = explanation.stage();
        return context.timed(stage, new FilterOperator(name, kernel, context, after(filter)));
    }

    private Operator select(LogicalStep.Select select) {
        if (!select.generatesRows()) {
            return project("select", select.parent(), select.outputs(), () -> after(select));
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

    /// A projection of what a step hands on.
    Operator project(String operation, LogicalStep of, List<Expr> outputs, Supplier<Operator> next) {
        return project(operation, of.schema(), rows(of), outputs, next);
    }

    Operator project(String operation, Schema in, List<Expr> outputs, Supplier<Operator> next) {
        return project(operation, in, Rows.ALL, outputs, next);
    }

    private Operator project(String operation, Schema in, Rows rows, List<Expr> outputs, Supplier<Operator> next) {
        Compiled<ProjectKernel> kernel = compiler.project(in, outputs, rows);
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
        return context.timed(stage, ProjectOperator.filter(name, kernel, schema, context, next.get()));
    }

    private static boolean fusible(LogicalStep.Filter filter, List<Expr> outputs) {
        return KernelCompiler.fusible(filter.parent().schema(), filter.predicate(), outputs);
    }

    /// A sink sees dense rows.
    private Operator output(LogicalStep.Output output) {
        return leavesSelection(output.parent())
                ? project("compact", output.parent(), columns(output.schema()), () -> sink(output, "sink", output))
                : sink(output, "sink", output);
    }

    /// The rows that a step hands on: where it leaves a selection, hardly ever all of a batch.
    static Rows rows(LogicalStep step) {
        return leavesSelection(step) ? Rows.SELECTED : Rows.ALL;
    }

    static boolean leavesSelection(LogicalStep step) {
        return switch (step) {
            case LogicalStep.Filter _, LogicalStep.RecordFilter _, JoinStep.Deduplicate _, RankStep _ -> true;
            case LogicalStep.Union union -> union.parents().stream().anyMatch(Planner::leavesSelection);
            case JoinStep.Join join -> join.leavesSelection();
            case BatchStep ofBatches -> ofBatches.leavesSelection();
            case LogicalStep.Root _,
                    JoinStep.Given _,
                    LogicalStep.Select _,
                    LogicalStep.RecordMap _,
                    LogicalStep.RecordFlatMap _,
                    LogicalStep.Aggregate _,
                    LogicalStep.Keyed<?, ?, ?> _,
                    LogicalStep.Updated<?, ?> _,
                    LogicalStep.Snapshots _,
                    LogicalStep.Output _ -> false;
        };
    }

    static List<Expr> columns(Schema schema) {
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

    /// A sink sees one thread and one window at a time.
    ///
    /// @param step where it stands, and as what
    Operator sink(LogicalStep step, String role, LogicalStep.Output output) {
        return exchanges.toFirst(
                step,
                role,
                output.schema(),
                ExchangePlanner.merge(output),
                "a sink sees one thread",
                () -> sink(output));
    }

    private Operator sink(LogicalStep.Output output) {
        String name = nameOf(output.sink());
        explanation.step("to " + name);
        SinkOperator operator = new SinkOperator(
                name, output.sink(), output.schema(), output.time() instanceof StreamTime.Batches, context);
        context.scope().own(operator);
        operator.open();
        if (output.sink() instanceof StatefulSink stateful) {
            context.states().add("sink", stateful.state(context));
        }
        return context.timed(explanation.stage(), operator);
    }

    private static String rootText(LogicalStep.Root root) {
        return switch (root) {
            case LogicalStep.FromSource source ->
                "from " + source.name() + ": " + source.schema() + ", "
                        + (source.watermark() == null ? "processing time" : source.time() + ", " + source.watermark());
            case LogicalStep.FromBatches source ->
                "from " + source.name() + ": " + source.schema() + ", asked every " + source.interval();
            case LogicalStep.FromInput input ->
                "input " + input.name() + ": " + input.schema() + ", " + input.time() + ", " + input.watermark()
                        + ", overload " + input.overload() + (input.logged() ? ", logged" : "");
        };
    }

    static String text(List<Expr> expressions) {
        return String.join(", ", expressions.stream().map(Expr::toString).toList());
    }
}
