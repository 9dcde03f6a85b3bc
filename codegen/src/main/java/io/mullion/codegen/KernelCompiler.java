package io.mullion.codegen;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Turns expressions over a schema into kernels.
///
/// *Thread*: any; stateless. *Failure*: what is wrong with an expression is an [ExpressionException] that names it.
/// Each call makes a class of its own, which goes away with the last reference to the kernel.
public final class KernelCompiler {
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
        Typed typed = new TypeCheck(in).check(expression);
        return new Field(Expressions.nameOf(expression), typed.type(), typed.nullable());
    }

    /// A kernel that selects the rows whose predicate is true.
    public Compiled<FilterKernel> filter(Schema in, Expr predicate) {
        Typed typed = new TypeCheck(in).predicate(predicate);
        return new FilterGenerator(in, typed, "filter " + predicate, target).generate();
    }

    /// A kernel that computes expressions. Its output has the columns of [#projectSchema].
    public Compiled<ProjectKernel> project(Schema in, List<Expr> outputs) {
        TypeCheck check = new TypeCheck(in);
        List<Typed> typed = outputs.stream().map(check::check).toList();
        return new ProjectGenerator(in, projectSchema(in, outputs), typed, "project " + text(outputs), target)
                .generate();
    }

    /// The columns that `outputs` become.
    public static Schema projectSchema(Schema in, List<Expr> outputs) {
        TypeCheck check = new TypeCheck(in);
        List<Field> fields = new ArrayList<>();
        for (Expr output : outputs) {
            Typed typed = check.check(output);
            fields.add(new Field(Expressions.nameOf(output), typed.type(), typed.nullable()));
        }
        return new Schema(fields);
    }

    /// A kernel that generates rows. Its output has the columns of [#flatMapSchema].
    ///
    /// @param outputs exactly one is a `split` of a utf8 column, possibly with an alias
    public Compiled<FlatMapKernel> flatMap(Schema in, List<Expr> outputs) {
        SplitOutputs split = SplitOutputs.of(in, outputs);
        return new FlatMapGenerator(
                        in,
                        split.schema(),
                        split.expressions(),
                        split.column(),
                        split.separator(),
                        "flatMap " + text(outputs),
                        target)
                .generate();
    }

    /// The columns that the `outputs` of a flatMap become. The pieces of a split are never null.
    public static Schema flatMapSchema(Schema in, List<Expr> outputs) {
        return SplitOutputs.of(in, outputs).schema();
    }

    /// The kernels of a grouping.
    ///
    /// @param aggregates each is an aggregate, possibly with an alias, whose input cannot fail; [#rewrite] makes such
    /// ones
    public Accumulation accumulation(Schema in, List<Expr> aggregates) {
        AccumulatorPlan plan = AccumulatorPlan.of(in, aggregates);
        String text = text(aggregates);
        return new Accumulation(
                plan.layout(),
                plan.results(),
                new AccumulateGenerator(in, plan, "accumulate " + text, target).generate(),
                new CombineGenerator(plan.layout(), false, "combine " + text, target).generate(),
                plan.layout().retractable()
                        ? Optional.of(new CombineGenerator(plan.layout(), true, "retract " + text, target).generate())
                        : Optional.empty(),
                new ResultGenerator(plan, "result " + text, target).generate());
    }

    /// The columns that `aggregates` become, in the results of their [#accumulation].
    public static Schema aggregateSchema(Schema in, List<Expr> aggregates) {
        return AccumulatorPlan.of(in, aggregates).results();
    }

    /// @throws ExpressionException if the expression is no predicate over these columns
    public static void requirePredicate(Schema in, Expr predicate) {
        new TypeCheck(in).predicate(predicate);
    }

    /// Takes expressions over aggregates apart.
    public static AggregateRewrite rewrite(Schema in, List<Expr> outputs) {
        return AggregateRewrite.of(in, outputs);
    }

    private static String text(List<Expr> expressions) {
        return expressions.stream().map(Expr::toString).collect(Collectors.joining(", "));
    }
}
