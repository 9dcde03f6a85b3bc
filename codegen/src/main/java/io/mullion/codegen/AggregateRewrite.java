package io.mullion.codegen;

import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.ExpressionTree;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.ObjectAggregate;
import io.mullion.expr.Schema;
import io.mullion.expr.StateAggregate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Expressions over aggregates, taken apart: first `inputs` over the rows, then `aggregates` over those, then `outputs`
/// over the results.
///
/// @param inputs what to project before aggregating, or empty when the aggregates refer to the columns as they are. Not
/// empty only if the input of an aggregate can fail (integer division), calls a routine or is large, or one of
/// `users` or `variable` is not of a column: then it holds every column and expression that the aggregates refer to,
/// and whoever projects adds keys and event time
/// @param aggregates distinct, each with a name (`agg$0` and so on, or the name of the output that is just this
/// aggregate); those that loops fold which are generated
/// @param users those of the user's own that have a state of fixed size, named in the same way
/// @param variable those whose states take any room, named in the same way
/// @param outputs a projection over [#results]
public record AggregateRewrite(
        List<Expr> inputs,
        List<Expr> aggregates,
        List<UserAccumulator> users,
        List<VariableAggregate> variable,
        List<Expr> outputs) {
    /// Nodes of an input that a loop over groups computes itself.
    private static final int MAX_NODES = 50;

    public AggregateRewrite {
        inputs = List.copyOf(inputs);
        aggregates = List.copyOf(aggregates);
        users = List.copyOf(users);
        variable = List.copyOf(variable);
        outputs = List.copyOf(outputs);
    }

    /// @param time the column with the event time, by which the first and the last value are chosen; null if there is
    /// none
    /// @throws ExpressionException if an output is wrong in itself, or uses a column outside of an aggregate
    public static AggregateRewrite of(Schema in, String time, List<Expr> written) {
        Map<Expr.Aggregate, String> names = new LinkedHashMap<>();
        List<Expr> outputs = written.stream().map(it -> timed(it, time)).toList();
        for (Expr output : outputs) {
            if (unaliased(output) instanceof Expr.Aggregate aggregate) {
                names.putIfAbsent(aggregate, Expressions.nameOf(output));
            }
        }
        List<Expr> projection = new ArrayList<>();
        for (Expr output : outputs) {
            String name = Expressions.nameOf(output);
            Expr rewritten = replace(unaliased(output), output, names);
            projection.add(rewritten.equals(Expressions.col(name)) ? rewritten : rewritten.as(name));
        }
        return withInputs(in, names, projection);
    }

    /// Whether generated loops fold all of them.
    public boolean generated() {
        return users.isEmpty() && variable.isEmpty();
    }

    /// The columns that the aggregates become.
    ///
    /// @param rows what they read
    public Schema results(Schema rows) {
        List<Field> fields =
                new ArrayList<>(AggregatePlan.of(rows, aggregates).results().fields());
        users.forEach(it -> fields.add(it.result()));
        variable.forEach(it -> fields.add(it.result()));
        return new Schema(fields);
    }

    /// What an aggregate takes of a row: null where the row does not count. Null itself if every row counts.
    static Typed value(TypeCheck check, Expr.Aggregate aggregate) {
        Expr value = guarded(check, aggregate, aggregate.input());
        return value == null ? null : check.check(value);
    }

    /// By what an aggregate chooses a row: null where the row does not count.
    static Typed order(TypeCheck check, Expr.Aggregate aggregate) {
        if (aggregate.by() == null) {
            throw noTime(aggregate);
        }
        return check.check(guarded(check, aggregate, aggregate.by()));
    }

    private static Expr guarded(TypeCheck check, Expr.Aggregate aggregate, Expr value) {
        if (aggregate.where() == null) {
            return value;
        }
        check.bool("filter", aggregate.where(), aggregate);
        return where(aggregate.where(), value);
    }

    /// The value of an aggregate where a row counts, and null elsewhere.
    static Expr where(Expr counts, Expr value) {
        return Expressions.when(counts, value == null ? Expressions.lit(1) : value);
    }

    private static ExpressionException noTime(Expr.Aggregate aggregate) {
        return new ExpressionException(
                aggregate.function().text() + " needs event time (minBy and maxBy choose by a column): " + aggregate);
    }

    /// The first and the last value as those of the row with the least and the greatest time.
    private static Expr timed(Expr part, String time) {
        if (part instanceof Expr.Aggregate it) {
            if (!it.function().byTime() || it.by() != null) {
                return it;
            }
            if (time == null) {
                throw noTime(it);
            }
            return it.with(it.input(), Expressions.col(time), it.where());
        }
        List<Expr> timed = new ArrayList<>();
        boolean same = true;
        for (Expr input : ExpressionTree.inputs(part)) {
            Expr its = timed(input, time);
            same &= its == input;
            timed.add(its);
        }
        return same ? part : ExpressionTree.withInputs(part, timed);
    }

    /// Whether the input of an aggregate has to be a column, since it can fail, calls something, or is large: loops
    /// over groups compute what is small and cannot fail.
    static boolean projected(Typed input) {
        return input.fallible() || input.calls() || input.facts().nodes() > MAX_NODES;
    }

    private static AggregateRewrite withInputs(Schema in, Map<Expr.Aggregate, String> names, List<Expr> projection) {
        TypeCheck check = new TypeCheck(in);
        boolean projected = names.keySet().stream().anyMatch(it -> anyProjected(check, it));
        Map<Expr, String> computed = new LinkedHashMap<>();
        Set<String> passed = new LinkedHashSet<>();
        List<Expr> aggregates = new ArrayList<>();
        List<UserAccumulator> users = new ArrayList<>();
        List<VariableAggregate> variable = new ArrayList<>();
        for (Map.Entry<Expr.Aggregate, String> entry : names.entrySet()) {
            Expr.Aggregate aggregate = entry.getKey();
            if (aggregate.user() instanceof StateAggregate user) {
                users.add(user(aggregate, user, entry.getValue(), check, computed, passed));
                continue;
            }
            if (variableSize(check, aggregate)) {
                variable.add(variable(aggregate, entry.getValue(), check, computed, passed));
                continue;
            }
            if (projected && (aggregate.input() != null || aggregate.where() != null)) {
                aggregate = overProjection(aggregate, check, computed, passed);
            }
            aggregates.add(aggregate.as(entry.getValue()));
        }
        List<Expr> inputs = new ArrayList<>();
        if (projected) {
            passed.forEach(name -> inputs.add(Expressions.col(name)));
        }
        computed.forEach((input, name) -> inputs.add(input.as(name)));
        return new AggregateRewrite(inputs, aggregates, users, variable, projection);
    }

    private static boolean variableSize(TypeCheck check, Expr.Aggregate aggregate) {
        if (aggregate.user() != null || aggregate.input() == null) {
            return aggregate.user() instanceof ObjectAggregate<?>;
        }
        return aggregate.function().variableSize(check.check(aggregate.input()).type());
    }

    private static UserAccumulator user(
            Expr.Aggregate aggregate,
            StateAggregate user,
            String name,
            TypeCheck check,
            Map<Expr, String> computed,
            Set<String> passed) {
        List<Expr> inputs = inputs(check, aggregate);
        return new UserAccumulator(
                user,
                inputs.stream().map(it -> columnName(it, computed, passed)).toList(),
                UserAccumulator.result(check, aggregate, name, inputs));
    }

    /// What a user's aggregate takes of a row: null where the row does not count.
    private static List<Expr> inputs(TypeCheck check, Expr.Aggregate aggregate) {
        Expr first = guarded(check, aggregate, aggregate.input());
        return aggregate.by() == null ? List.of(first) : List.of(first, aggregate.by());
    }

    private static VariableAggregate variable(
            Expr.Aggregate aggregate, String name, TypeCheck check, Map<Expr, String> computed, Set<String> passed) {
        Expr value = guarded(check, aggregate, aggregate.input());
        Expr by = chooses(aggregate) ? guarded(check, aggregate, aggregate.by()) : null;
        return new VariableAggregate(
                aggregate.function(),
                aggregate.user() instanceof ObjectAggregate<?> user ? user : null,
                columnName(value, computed, passed),
                by == null ? null : columnName(by, computed, passed),
                aggregate.function().collects() ? (long) ((Expr.Literal) aggregate.by()).value() : 0,
                VariableAggregate.result(check, aggregate, name, value, by));
    }

    private static boolean chooses(Expr.Aggregate aggregate) {
        return aggregate.by() != null && !aggregate.function().collects();
    }

    /// The column with a value, which is computed before if it is none.
    private static String columnName(Expr expression, Map<Expr, String> computed, Set<String> passed) {
        if (unaliased(expression) instanceof Expr.Column(String name)) {
            passed.add(name);
            return name;
        }
        return computed.computeIfAbsent(unaliased(expression), _ -> "in$" + computed.size());
    }

    private static boolean anyProjected(TypeCheck check, Expr.Aggregate aggregate) {
        if (aggregate.user() != null || variableSize(check, aggregate)) {
            return aggregate.where() != null
                    || !(unaliased(aggregate.input()) instanceof Expr.Column)
                    || chooses(aggregate) && !(unaliased(aggregate.by()) instanceof Expr.Column);
        }
        Typed value = value(check, aggregate);
        return value != null && projected(value) || aggregate.by() != null && projected(order(check, aggregate));
    }

    /// The condition goes into what is projected: a row that does not count cannot fail.
    private static Expr.Aggregate overProjection(
            Expr.Aggregate aggregate, TypeCheck check, Map<Expr, String> computed, Set<String> passed) {
        if (!anyProjected(check, aggregate)) {
            ExpressionTree.inputs(aggregate).forEach(it -> TypeCheck.collectColumns(it, passed));
            return aggregate;
        }
        Expr value = guarded(check, aggregate, aggregate.input());
        Expr by = aggregate.by() == null ? null : guarded(check, aggregate, aggregate.by());
        return aggregate.with(
                column(value, check, computed, passed), by == null ? null : column(by, check, computed, passed), null);
    }

    private static Expr column(Expr expression, TypeCheck check, Map<Expr, String> computed, Set<String> passed) {
        Expr input = unaliased(expression);
        if (!projected(check.check(input))) {
            TypeCheck.collectColumns(input, passed);
            return input;
        }
        return Expressions.col(computed.computeIfAbsent(input, _ -> "in$" + computed.size()));
    }

    private static Expr replace(Expr part, Expr output, Map<Expr.Aggregate, String> names) {
        return switch (part) {
            case Expr.Aggregate it -> Expressions.col(names.computeIfAbsent(it, _ -> "agg$" + names.size()));
            case Expr.Alias it -> replace(it.input(), output, names);
            case Expr.Column it ->
                throw new ExpressionException("column " + it.name() + " stands outside of an aggregate: " + output);
            case Expr.Generate it -> throw new ExpressionException("rows are made by an output of flatMap only: " + it);
            default ->
                ExpressionTree.withInputs(
                        part,
                        ExpressionTree.inputs(part).stream()
                                .map(input -> replace(input, output, names))
                                .toList());
        };
    }

    private static Expr unaliased(Expr expression) {
        return expression instanceof Expr.Alias alias ? unaliased(alias.input()) : expression;
    }
}
