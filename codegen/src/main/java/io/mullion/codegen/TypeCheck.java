package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Resolves columns and types of scalar expressions, or says what is wrong with the expression, its columns and their
/// types.
final class TypeCheck {
    private final Schema schema;

    TypeCheck(Schema schema) {
        this.schema = schema;
    }

    Typed check(Expr expression) {
        return switch (expression) {
            case Expr.Column column -> {
                int index = schema.indexOf(column.name());
                yield new Typed.Column(index, schema.field(index));
            }
            case Expr.Literal literal -> new Typed.Constant(literal.value(), literal.type());
            case Expr.Arithmetic it -> arithmetic(it);
            case Expr.Comparison it -> comparison(it);
            case Expr.And it -> new Typed.Logic(true, bool("and", it.left(), it), bool("and", it.right(), it));
            case Expr.Or it -> new Typed.Logic(false, bool("or", it.left(), it), bool("or", it.right(), it));
            case Expr.Not it -> new Typed.Not(bool("not", it.input(), it));
            case Expr.Alias it -> check(it.input());
            case Expr.Split it -> throw wrong("split generates rows and may only be an output of flatMap", it);
            case Expr.Aggregate it -> throw wrong("an aggregate may only stand in an aggregation", it);
        };
    }

    /// The predicate of a filter.
    Typed predicate(Expr expression) {
        Typed typed = check(expression);
        if (!(typed.type() instanceof DataType.Bool)) {
            throw wrong("a filter needs bool, not " + typed.type(), expression);
        }
        return typed;
    }

    ExpressionException wrong(String what, Expr expression) {
        Set<String> names = new LinkedHashSet<>();
        collectColumns(expression, names);
        List<Field> fields = names.stream()
                .filter(name -> schema.find(name) >= 0)
                .map(schema::field)
                .toList();
        String types =
                fields.stream().map(it -> it.name() + " is " + it.type()).collect(Collectors.joining(", ", " (", ")"));
        return new ExpressionException(what + ": " + expression + (fields.isEmpty() ? "" : types));
    }

    static void collectColumns(Expr expression, Set<String> names) {
        switch (expression) {
            case Expr.Column it -> names.add(it.name());
            case Expr.Literal _ -> {}
            case Expr.Arithmetic it -> {
                collectColumns(it.left(), names);
                collectColumns(it.right(), names);
            }
            case Expr.Comparison it -> {
                collectColumns(it.left(), names);
                collectColumns(it.right(), names);
            }
            case Expr.And it -> {
                collectColumns(it.left(), names);
                collectColumns(it.right(), names);
            }
            case Expr.Or it -> {
                collectColumns(it.left(), names);
                collectColumns(it.right(), names);
            }
            case Expr.Not it -> collectColumns(it.input(), names);
            case Expr.Split it -> collectColumns(it.input(), names);
            case Expr.Alias it -> collectColumns(it.input(), names);
            case Expr.Aggregate it -> {
                if (it.input() != null) {
                    collectColumns(it.input(), names);
                }
            }
        }
    }

    private Typed arithmetic(Expr.Arithmetic it) {
        Typed left = check(it.left());
        Typed right = check(it.right());
        if (!number(left) || !number(right)) {
            throw wrong(
                    "cannot compute " + left.type() + " " + it.op().symbol() + " " + right.type()
                            + " (int64 and float64 are expected)",
                    it);
        }
        boolean widen = !left.type().equals(right.type());
        return new Typed.Arithmetic(it.op(), widen ? widened(left) : left, widen ? widened(right) : right);
    }

    private Typed comparison(Expr.Comparison it) {
        Typed left = check(it.left());
        Typed right = check(it.right());
        boolean numbers = number(left) && number(right);
        if (!numbers && !left.type().equals(right.type())) {
            throw wrong("cannot compare " + left.type() + " with " + right.type(), it);
        }
        boolean ordered = it.op() != Expr.Comparison.Op.EQ && it.op() != Expr.Comparison.Op.NE;
        if (ordered && left.type() instanceof DataType.Bool) {
            throw wrong("bool has no order, only = and <>", it);
        }
        if (left instanceof Typed.Constant(String a, _) && right instanceof Typed.Constant(String b, _)) {
            return new Typed.Constant(holds(it.op(), a, b), DataType.BOOL);
        }
        boolean widen = !left.type().equals(right.type());
        return new Typed.Comparison(it.op(), widen ? widened(left) : left, widen ? widened(right) : right);
    }

    private static boolean holds(Expr.Comparison.Op op, String left, String right) {
        int order = java.util.Arrays.compareUnsigned(Literals.utf8(left), Literals.utf8(right));
        return switch (op) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
        };
    }

    private Typed bool(String operator, Expr operand, Expr whole) {
        Typed typed = check(operand);
        if (!(typed.type() instanceof DataType.Bool)) {
            throw wrong(operator + " needs bool, but " + operand + " is " + typed.type(), whole);
        }
        return typed;
    }

    private static boolean number(Typed typed) {
        return typed.type() instanceof DataType.Int64 || typed.type() instanceof DataType.Float64;
    }

    /// Literals are widened here and now, so that `price > 100` compares with 100.0.
    private static Typed widened(Typed typed) {
        if (typed.type() instanceof DataType.Float64) {
            return typed;
        }
        return typed instanceof Typed.Constant(Long value, _)
                ? new Typed.Constant((double) value, DataType.FLOAT64)
                : new Typed.Widen(typed);
    }
}
