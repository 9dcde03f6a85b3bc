package io.mullion.expr;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Expressions as trees, for who goes through them without a care for what each node means.
public final class ExpressionTree {
    private ExpressionTree() {}

    /// The expressions that this one is made of, in order.
    public static List<Expr> inputs(Expr expression) {
        return switch (expression) {
            case Expr.Column _, Expr.Literal _ -> List.of();
            case Expr.Arithmetic it -> List.of(it.left(), it.right());
            case Expr.Comparison it -> List.of(it.left(), it.right());
            case Expr.And it -> List.of(it.left(), it.right());
            case Expr.Or it -> List.of(it.left(), it.right());
            case Expr.Not it -> List.of(it.input());
            case Expr.Call it -> it.arguments();
            case Expr.Cast it -> List.of(it.input());
            case Expr.Case it -> it.parts();
            case Expr.In it -> List.of(it.input());
            case Expr.Shift it -> List.of(it.input());
            case Expr.Lookup it -> List.of(it.key());
            case Expr.Apply it -> it.arguments();
            case Expr.Generate it -> List.of(it.input());
            case Expr.Alias it -> List.of(it.input());
            case Expr.Aggregate it -> aggregateInputs(it);
        };
    }

    /// The same expression of other inputs, as many as [#inputs] has.
    public static Expr withInputs(Expr expression, List<Expr> inputs) {
        return switch (expression) {
            case Expr.Column it -> it;
            case Expr.Literal it -> it;
            case Expr.Arithmetic it -> new Expr.Arithmetic(it.op(), inputs.get(0), inputs.get(1));
            case Expr.Comparison it -> new Expr.Comparison(it.op(), inputs.get(0), inputs.get(1));
            case Expr.And _ -> new Expr.And(inputs.get(0), inputs.get(1));
            case Expr.Or _ -> new Expr.Or(inputs.get(0), inputs.get(1));
            case Expr.Not _ -> new Expr.Not(inputs.getFirst());
            case Expr.Call it -> new Expr.Call(it.function(), inputs);
            case Expr.Cast it -> new Expr.Cast(inputs.getFirst(), it.type(), it.lenient());
            case Expr.Case it -> it.withParts(inputs);
            case Expr.In it -> new Expr.In(inputs.getFirst(), it.values());
            case Expr.Shift it -> new Expr.Shift(inputs.getFirst(), it.by());
            case Expr.Lookup it -> new Expr.Lookup(it.table(), inputs.getFirst());
            case Expr.Apply it -> new Expr.Apply(it.function(), inputs);
            case Expr.Generate it -> new Expr.Generate(it.generator(), inputs.getFirst());
            case Expr.Alias it -> new Expr.Alias(inputs.getFirst(), it.name());
            case Expr.Aggregate it -> {
                Iterator<Expr> next = inputs.iterator();
                yield it.with(
                        it.input() == null ? null : next.next(),
                        it.by() == null ? null : next.next(),
                        it.where() == null ? null : next.next());
            }
        };
    }

    private static List<Expr> aggregateInputs(Expr.Aggregate it) {
        List<Expr> inputs = new ArrayList<>(3);
        for (Expr input : new Expr[] {it.input(), it.by(), it.where()}) {
            if (input != null) {
                inputs.add(input);
            }
        }
        return inputs;
    }
}
