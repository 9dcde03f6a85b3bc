package io.mullion.codegen;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Turns expressions over a schema into kernels.
///
/// *Thread*: any; stateless. *Failure*: what is wrong with an expression is an [ExpressionException] that names it.
/// Kernels that differ in their literals only share a class, which goes away with the last of them.
public final class KernelCompiler {
    private static final int MAX_FUSED_OUTPUTS = 24;
    private static final int MAX_FUSED_NODES = 100;

    private final Target target;

    public KernelCompiler(KernelOptions options) {
        this(Target.of(options));
    }

    /// For tests: vectors of another width than the preferred one.
    KernelCompiler(Target target) {
        this.target = target;
    }

    /// Name, type and nullability of a scalar expression.
    public Field typeOf(Schema in, Expr expression) {
        return projectSchema(in, List.of(expression)).field(0);
    }

    /// A kernel that selects the rows whose predicate is true.
    public Compiled<FilterKernel> filter(Schema in, Expr predicate) {
        return filter(in, predicate, Rows.ALL);
    }

    /// @param likely what the kernel will be asked of first; a call for other rows makes the loop for those
    public Compiled<FilterKernel> filter(Schema in, Expr predicate, Rows likely) {
        return Complexity.compile(List.of(predicate), () -> {
            Typed typed = new TypeCheck(in).predicate(predicate);
            Title title = new Title("filter", List.of(predicate));
            return byRows(likely, List.of(predicate), List.of(typed), (forms, form) -> {
                Rows rows = Rows.of(form);
                ShapeKey key = key(FilterKernel.class).fact(rows).schema(in).expressions(List.of(typed));
                return KnownShapes.kernel(
                        FilterKernel.class,
                        key,
                        title,
                        forms,
                        () -> new FilterGenerator(in, typed, title, target, forms, rows).generate());
            });
        });
    }

    private <K> Compiled<K> byRows(
            Rows likely, List<Expr> expressions, List<Typed> typed, Forms.Generator<K> generator) {
        // The loop over all rows may need temporary columns, for which the memory is to be known from the start.
        boolean temporaries = likely != Rows.ALL
                && target.vector()
                && !VectorPlan.of(typed).parts().isEmpty();
        return Forms.of(
                Rows.values().length, expressions, typed, (temporaries ? Rows.ALL : likely).ordinal(), generator);
    }

    /// A kernel that computes expressions. Its output has the columns of [#projectSchema].
    public Compiled<ProjectKernel> project(Schema in, List<Expr> outputs) {
        return project(in, outputs, Rows.ALL);
    }

    /// @param likely what the kernel will be asked of first; a call for other rows makes the loops for those
    public Compiled<ProjectKernel> project(Schema in, List<Expr> outputs, Rows likely) {
        return Complexity.compile(outputs, () -> {
            List<Typed> typed = typed(in, outputs);
            Schema schema = fields(outputs, typed);
            Title title = new Title("project", outputs);
            return byRows(likely, outputs, typed, (forms, form) -> {
                Rows rows = Rows.of(form);
                ShapeKey key = key(ProjectKernel.class)
                        .fact(rows)
                        .schema(in)
                        .schema(schema)
                        .expressions(typed);
                return KnownShapes.kernel(
                        ProjectKernel.class,
                        key,
                        title,
                        forms,
                        () -> new ProjectGenerator(in, schema, typed, title, target, forms, rows).generate());
            });
        });
    }

    /// Whether [#project(Schema, Expr, List)] pays: all outputs are written in one loop, which has to stay small enough
    /// for the JIT.
    public static boolean fusible(Schema in, Expr predicate, List<Expr> outputs) {
        List<Expr> all = new ArrayList<>(outputs);
        all.add(predicate);
        return outputs.size() <= MAX_FUSED_OUTPUTS
                && Complexity.compile(all, () -> {
                    TypeCheck check = new TypeCheck(in);
                    return all.stream()
                                    .mapToInt(it -> check.check(it).facts().nodes())
                                    .sum()
                            <= MAX_FUSED_NODES;
                });
    }

    /// Whether the rows that fulfil a predicate are better selected first and projected then: where there are vectors
    /// for the predicate but not for all outputs, which in one loop would take them from both.
    public boolean selectsFirst(Schema in, Expr predicate, List<Expr> outputs) {
        List<Expr> all = new ArrayList<>(outputs);
        all.add(predicate);
        return target.vector()
                && Complexity.compile(all, () -> {
                    TypeCheck check = new TypeCheck(in);
                    List<Typed> conditions = Typed.conjuncts(check.predicate(predicate));
                    List<Typed> loop = new ArrayList<>(conditions);
                    outputs.forEach(it -> loop.add(check.check(it)));
                    return FilteredProjectGenerator.refusal(conditions) == null
                            && FilteredProjectGenerator.refusal(loop) != null;
                });
    }

    /// A kernel that computes expressions for the rows that fulfil a predicate, in one loop.
    public Compiled<ProjectKernel> project(Schema in, Expr predicate, List<Expr> outputs) {
        List<Expr> all = new ArrayList<>(outputs);
        all.add(predicate);
        return Complexity.compile(all, () -> {
            TypeCheck check = new TypeCheck(in);
            Typed condition = check.predicate(predicate);
            List<Typed> typed = outputs.stream().map(check::check).toList();
            Title title = new Title("project", outputs, predicate);
            Schema schema = fields(outputs, typed);
            List<Typed> parts = new ArrayList<>(typed);
            parts.add(condition);
            return byRows(Rows.ALL, all, parts, (forms, form) -> {
                Rows rows = Rows.of(form);
                ShapeKey key = key(ProjectKernel.class)
                        .fact(rows)
                        .expression(condition)
                        .schema(in)
                        .schema(schema)
                        .expressions(typed);
                return KnownShapes.kernel(
                        ProjectKernel.class,
                        key,
                        title,
                        forms,
                        () -> new FilteredProjectGenerator(in, schema, condition, typed, title, target, forms, rows)
                                .generate());
            });
        });
    }

    /// The columns that `outputs` become.
    public static Schema projectSchema(Schema in, List<Expr> outputs) {
        return Complexity.compile(outputs, () -> {
            return fields(outputs, typed(in, outputs));
        });
    }

    private static Schema fields(List<Expr> outputs, List<Typed> typed) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            Typed it = typed.get(i);
            fields.add(new Field(Expressions.nameOf(outputs.get(i)), it.type(), it.nullable()));
        }
        return new Schema(fields);
    }

    /// A kernel that generates rows. Its output has the columns of [#flatMapSchema].
    ///
    /// @param outputs exactly one is a `split` of a utf8 column or an `explode` of a list, possibly with an alias
    public Compiled<FlatMapKernel> flatMap(Schema in, List<Expr> outputs) {
        return Complexity.compile(outputs, () -> {
            FlatMapOutputs all = FlatMapOutputs.of(in, outputs);
            return new FlatMapGenerator(in, all, new Title("flatMap", outputs), target).generate();
        });
    }

    /// The columns that the `outputs` of a flatMap become. What a split or an explode makes is never
    /// null.
    public static Schema flatMapSchema(Schema in, List<Expr> outputs) {
        return Complexity.compile(outputs, () -> FlatMapOutputs.of(in, outputs).schema());
    }

    /// A kernel that selects the rows for which a function of the user's over records says true.
    public Compiled<FilterKernel> filterRecords(Schema in, RecordForm record, Predicate<?> predicate) {
        return new RecordFilterGenerator(in, record, predicate, target).generate();
    }

    /// A kernel that gives the records which a function of the user's makes of records, one for each. Its output has
    /// the columns of [RecordFunction#schema].
    public Compiled<ProjectKernel> mapRecords(Schema in, RecordFunction records, Function<?, ?> function) {
        return new RecordMapGenerator(in, records, function, target).generate();
    }

    /// A kernel that gives the records which a function of the user's emits for records, any number for each. Its
    /// output has the columns of [RecordFunction#schema].
    ///
    /// @param function takes a record, and a [java.util.function.Consumer] of records
    public Compiled<FlatMapKernel> flatMapRecords(Schema in, RecordFunction records, BiConsumer<?, ?> function) {
        return new RecordFlatMapGenerator(in, records, function, target).generate();
    }

    /// The kernels of a grouping.
    ///
    /// @param aggregates each is an aggregate, possibly with an alias, whose input cannot fail; [#rewrite] makes such
    /// ones
    public Accumulation accumulation(Schema in, List<Expr> aggregates) {
        return accumulation(in, null, aggregates, true, Rows.ALL);
    }

    /// The kernels of a grouping that has aggregates of the user's own, too; their results follow those of the others.
    ///
    /// @param grouped whether there are group ids, likely
    /// @param likely the rows that are folded first; a call for others makes the loop for those
    public Accumulation accumulation(
            Schema in, List<Expr> aggregates, List<UserAccumulator> users, boolean grouped, Rows likely) {
        if (users.isEmpty()) {
            return accumulation(in, null, aggregates, grouped, likely);
        }
        return Complexity.compile(aggregates, () -> {
            AggregatePlan plan = AggregatePlan.of(in, aggregates, users);
            List<Object> parts = new ArrayList<>(aggregates);
            parts.addAll(users);
            Accumulation generated = accumulation(
                    plan, List.of(), in, parts, null, aggregates, AccumulateGenerator.Form.of(grouped, likely));
            UserKernels kernels = new UserKernels(in, plan, users);
            List<Field> results = new ArrayList<>(generated.results().fields());
            users.forEach(user -> results.add(user.result()));
            return new Accumulation(
                    generated.layout(),
                    new Schema(results),
                    kernels.accumulate(generated.accumulate()),
                    kernels.combine(generated.combine()),
                    UserKernels.retractable(users) ? generated.retract().map(kernels::retract) : Optional.empty(),
                    kernels.result(generated.result()));
        });
    }

    /// The kernels of a grouping whose accumulate kernel folds just the rows that fulfil a predicate, in one loop.
    ///
    /// That pays where all rows belong to group 0. With group ids the predicate is asked row by row: make a selection
    /// before.
    ///
    /// @param predicate null for all rows; otherwise one that is [#fusible]
    public Accumulation accumulation(Schema in, Expr predicate, List<Expr> aggregates) {
        return accumulation(in, predicate, aggregates, predicate == null, Rows.ALL);
    }

    private Accumulation accumulation(Schema in, Expr predicate, List<Expr> aggregates, boolean grouped, Rows likely) {
        List<Expr> all = new ArrayList<>(aggregates);
        if (predicate != null) {
            all.add(predicate);
        }
        return Complexity.compile(all, () -> {
            AccumulateGenerator.Form form = AccumulateGenerator.Form.of(grouped, likely);
            return accumulation(
                    AggregatePlan.of(in, aggregates), conditions(in, predicate), in, aggregates, predicate, all, form);
        });
    }

    private static List<Typed> conditions(Schema in, Expr predicate) {
        if (predicate == null) {
            return List.of();
        }
        Typed typed = new TypeCheck(in).predicate(predicate);
        if (AggregateRewrite.projected(typed)) {
            throw new ExpressionException("the predicate cannot be asked in the loop of the aggregates: " + predicate);
        }
        return Typed.conjuncts(typed);
    }

    /// Whether the predicate can be asked in the loop that folds rows into accumulators: it cannot fail, calls nothing
    /// and is not large.
    public static boolean fusible(Schema in, Expr predicate) {
        return Complexity.compile(
                List.of(predicate), () -> !AggregateRewrite.projected(new TypeCheck(in).predicate(predicate)));
    }

    private Accumulation accumulation(
            AggregatePlan plan,
            List<Typed> conditions,
            Schema in,
            List<?> parts,
            Expr predicate,
            List<Expr> expressions,
            AccumulateGenerator.Form likely) {
        return new Accumulation(
                plan.layout(),
                plan.results(),
                accumulate(plan, conditions, in, new Title("accumulate", parts, predicate), expressions, likely),
                combine(plan.layout(), false, new Title("combine", parts, predicate)),
                plan.layout().retractable()
                        ? Optional.of(combine(plan.layout(), true, new Title("retract", parts, predicate)))
                        : Optional.empty(),
                result(plan, new Title("result", parts, predicate)));
    }

    Compiled<AccumulateKernel> accumulate(
            AggregatePlan plan,
            List<Typed> conditions,
            Schema in,
            Title title,
            List<Expr> expressions,
            AccumulateGenerator.Form likely) {
        List<Typed> typed = new ArrayList<>(conditions);
        plan.loops().forEach(loop -> typed.addAll(loop.inputs()));
        AccumulateGenerator.Form[] all = AccumulateGenerator.Form.values();
        return Forms.of(all.length, expressions, typed, likely.ordinal(), (forms, form) -> {
            ShapeKey key = plan.addLoops(key(AccumulateKernel.class).fact(form).schema(in))
                    .expressions(conditions);
            return KnownShapes.kernel(
                    AccumulateKernel.class,
                    key,
                    title,
                    forms,
                    () -> new AccumulateGenerator(in, plan, conditions, title, target, forms, all[form]).generate());
        });
    }

    private Compiled<CombineKernel> combine(AccumulatorLayout layout, boolean retract, Title title) {
        ShapeKey key = layout.addOps(key(CombineKernel.class).fact(retract ? 1 : 0));
        return KnownShapes.kernel(
                CombineKernel.class, key, title, () -> new CombineGenerator(layout, retract, title, target).generate());
    }

    private Compiled<ResultKernel> result(AggregatePlan plan, Title title) {
        ShapeKey key = plan.addResults(key(ResultKernel.class));
        return KnownShapes.kernel(
                ResultKernel.class, key, title, () -> new ResultGenerator(plan, title, target).generate());
    }

    private ShapeKey key(Class<?> role) {
        return new ShapeKey(role, target);
    }

    /// The kernels of several groupings of the same rows by the same keys, whose accumulators lie side by side in one
    /// row: they have the layout and the kernels that accumulate and combine in common, and differ in their results. A
    /// grouping of counts and integer sums can be retracted, whatever the others are: its results read only lanes that
    /// are.
    ///
    /// @param groupings the aggregates of each, which [#fitTogether]
    /// @param predicate null for all rows; otherwise one that is [#fusible], as [#accumulation(Schema, Expr, List)] has
    /// it
    /// @param grouped whether there are group ids, likely
    public List<Accumulation> accumulations(Schema in, Expr predicate, List<List<Expr>> groupings, boolean grouped) {
        List<Expr> all = groupings.stream().flatMap(List::stream).toList();
        return Complexity.compile(
                predicate == null
                        ? all
                        : Stream.concat(all.stream(), Stream.of(predicate)).toList(),
                () -> accumulations(
                        AggregatePlan.of(in, all),
                        in,
                        predicate,
                        groupings,
                        AccumulateGenerator.Form.of(grouped, Rows.ALL),
                        null));
    }

    /// The same of rows with group ids, and with one lane for each sum of int64 if that makes the accumulators shorter:
    /// then [Accumulation#narrow] says what has to be proven, and goes on where it cannot.
    ///
    /// @param likely the rows that are folded first; a call for others makes the loop for those
    public List<Accumulation> narrowAccumulations(Schema in, List<List<Expr>> groupings, Rows likely) {
        return NarrowSums.accumulations(this, in, groupings, AccumulateGenerator.Form.of(true, likely));
    }

    /// @param plan of all groupings
    /// @param narrow null unless the plan is narrow
    List<Accumulation> accumulations(
            AggregatePlan plan,
            Schema in,
            Expr predicate,
            List<List<Expr>> groupings,
            AccumulateGenerator.Form likely,
            NarrowSums narrow) {
        List<Expr> all = groupings.stream().flatMap(List::stream).toList();
        List<Expr> asked = predicate == null
                ? all
                : Stream.concat(all.stream(), Stream.of(predicate)).toList();
        Compiled<AccumulateKernel> accumulate =
                accumulate(plan, conditions(in, predicate), in, new Title("accumulate", all, predicate), asked, likely);
        Compiled<CombineKernel> combine = combine(plan.layout(), false, new Title("combine", all));
        Compiled<CombineKernel> retract = null;
        List<Accumulation> accumulations = new ArrayList<>();
        int from = 0;
        for (List<Expr> aggregates : groupings) {
            AggregatePlan part = plan.part(from, from + aggregates.size());
            boolean retractable = AggregatePlan.of(in, aggregates).layout().retractable();
            if (retractable && retract == null) {
                retract = combine(plan.layout(), true, new Title("retract", all));
            }
            accumulations.add(new Accumulation(
                    plan.layout(),
                    part.results(),
                    accumulate,
                    combine,
                    retractable ? Optional.of(retract) : Optional.empty(),
                    result(part, new Title("result", aggregates)),
                    narrow));
            from += aggregates.size();
        }
        return accumulations;
    }

    /// What the lanes of [#accumulation(Schema, List, List, boolean, Rows)] mean.
    ///
    /// @param computed expressions that the columns `in` hold, by the names of those columns
    public static LaneMeanings meanings(
            Schema in,
            List<Expr> aggregates,
            List<UserAccumulator> users,
            List<VariableAggregate> variable,
            Map<String, Expr> computed) {
        return LaneMeanings.of(AggregatePlan.of(in, aggregates, users), users, variable, computed);
    }

    /// Whether one loop folds the rows for all of these aggregates; so many that only repetitions could fit do not.
    public static boolean fitTogether(Schema in, List<Expr> aggregates) {
        return aggregates.size() <= 16 * AccumulatorPlan.MAX_LANES
                && Complexity.compile(
                        aggregates,
                        () -> AggregatePlan.of(in, aggregates).loops().size() == 1);
    }

    /// Bytes of a row of accumulators for these aggregates.
    public static int rowBytes(Schema in, List<Expr> aggregates) {
        return Complexity.compile(
                aggregates, () -> AggregatePlan.of(in, aggregates).layout().rowBytes());
    }

    /// The columns that `aggregates` become, in the results of their [#accumulation].
    public static Schema aggregateSchema(Schema in, List<Expr> aggregates) {
        return Complexity.compile(
                aggregates, () -> AggregatePlan.of(in, aggregates).results());
    }

    /// @throws ExpressionException if the expression is no predicate over these columns
    public static void requirePredicate(Schema in, Expr predicate) {
        Complexity.compile(List.of(predicate), () -> new TypeCheck(in).predicate(predicate));
    }

    /// Takes expressions over aggregates apart.
    ///
    /// @param time the column with the event time, or null if there is none
    public static AggregateRewrite rewrite(Schema in, String time, List<Expr> outputs) {
        return Complexity.compile(outputs, () -> AggregateRewrite.of(in, time, outputs));
    }

    /// The kernel that looks up the groups of rows by the named columns, in their order.
    public Keys keys(Schema in, List<String> columns) {
        KeyLayout layout = KeyLayout.of(in, columns);
        return new Keys(layout, new KeyGenerator(in, layout, "key " + String.join(", ", columns), target).generate());
    }

    /// A kernel that hashes the named columns, in their order.
    public Compiled<HashKernel> hash(Schema in, List<String> columns) {
        String text = "hash " + String.join(", ", columns);
        return new HashGenerator(in, KeyLayout.of(in, columns), text, target).generate();
    }

    /// A kernel that partitions rows by their hashes.
    public Compiled<PartitionKernel> partition() {
        return new PartitionGenerator(target).generate();
    }

    /// A kernel that says whether numbers come in order.
    public Compiled<OrderKernel> order() {
        String text = "order of int64";
        return KnownShapes.kernel(
                OrderKernel.class, key(OrderKernel.class), text, () -> new OrderGenerator(text, target).generate());
    }

    /// @throws ExpressionException if these are no key columns of the schema
    public static List<Field> keyFields(Schema in, List<String> columns) {
        return KeyLayout.of(in, columns).columns();
    }

    private static List<Typed> typed(Schema in, List<Expr> expressions) {
        TypeCheck check = new TypeCheck(in);
        List<Typed> typed = new ArrayList<>(expressions.size());
        for (Expr expression : expressions) {
            typed.add(check.check(expression));
        }
        return typed;
    }
}
