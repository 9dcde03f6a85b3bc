package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.ExpressionTree;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Resolves columns and types of scalar expressions, or says what is wrong with the expression, its columns and their
/// types.
final class TypeCheck {
    static final String NO_ORDER = "bool has no order, only = and <>";

    private final Schema schema;
    private final Map<Expr, Typed> checked = new IdentityHashMap<>();
    private final EqualNodes nodes = new EqualNodes();

    /// What casts of literals give.
    private final Map<Typed, Typed.Constant> values = new HashMap<>();

    private final Map<Typed, Typed> replaced = new IdentityHashMap<>();

    TypeCheck(Schema schema) {
        this.schema = schema;
    }

    /// *Failure*: an [ExpressionException] that names the expression, the columns and what was expected.
    Typed check(Expr expression) {
        Typed typed = part(expression);
        return values.isEmpty() ? typed : withValues(typed);
    }

    /// A part of an expression. Casts of literals are still calls here: literals take the type of what stands beside
    /// them, casts do not.
    private Typed part(Expr expression) {
        Typed known = checked.get(expression);
        if (known == null) {
            known = nodes.of(resolve(expression));
            checked.put(expression, known);
        }
        return known;
    }

    private List<Typed> parts(List<Expr> expressions) {
        List<Typed> parts = new ArrayList<>();
        for (Expr expression : expressions) {
            parts.add(part(expression));
        }
        return parts;
    }

    /// The node of constants that has this value.
    Typed known(Typed node, Typed.Constant value) {
        values.put(node, value);
        return node;
    }

    /// The literal, or what a cast of one gives; null if it is neither.
    Typed.Constant literal(Typed node) {
        return node instanceof Typed.Constant constant ? constant : values.get(node);
    }

    /// The node with constants for what is known.
    private Typed withValues(Typed node) {
        Typed.Constant value = values.get(node);
        if (value != null) {
            return value;
        }
        Typed replacement = replaced.get(node);
        if (replacement == null) {
            List<Typed> inputs = node.inputs();
            List<Typed> withValues = new ArrayList<>(inputs.size());
            boolean same = true;
            for (Typed input : inputs) {
                Typed known = withValues(input);
                withValues.add(known);
                same &= input == known;
            }
            replacement = same ? node : nodes.of(Typed.withInputs(node, withValues));
            replaced.put(node, replacement);
        }
        return replacement;
    }

    private Typed resolve(Expr expression) {
        return switch (expression) {
            case Expr.Column column -> {
                int index = schema.indexOf(column.name());
                yield new Typed.Column(index, schema.field(index));
            }
            case Expr.Literal literal -> new Typed.Constant(literal.value(), literal.type());
            case Expr.Arithmetic it -> arithmetic(it);
            case Expr.Comparison it -> comparison(it.op(), part(it.left()), part(it.right()), it);
            case Expr.And it -> new Typed.Logic(true, bool("and", it.left(), it), bool("and", it.right(), it));
            case Expr.Or it -> new Typed.Logic(false, bool("or", it.left(), it), bool("or", it.right(), it));
            case Expr.Not it -> new Typed.Not(bool("not", it.input(), it));
            case Expr.Call it -> new FunctionChecks(this).check(it, parts(it.arguments()));
            case Expr.Cast it -> Casts.check(this, it, part(it.input()));
            case Expr.Case it -> cases(it);
            case Expr.In it -> InLists.check(this, it, part(it.input()));
            case Expr.Shift it -> TimeChecks.shift(this, it, part(it.input()));
            case Expr.Lookup it -> Lookups.check(this, it, part(it.key()));
            case Expr.Apply it -> apply(it);
            case Expr.Alias it -> part(it.input());
            case Expr.Generate it -> throw wrong("rows are made by an output of flatMap only", it);
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
        if (expression instanceof Expr.Column it) {
            names.add(it.name());
        }
        ExpressionTree.inputs(expression).forEach(input -> collectColumns(input, names));
    }

    private static boolean time(Typed value) {
        return value.type() instanceof DataType.Timestamp || value.type() instanceof DataType.Date32;
    }

    private Typed arithmetic(Expr.Arithmetic it) {
        Typed left = part(it.left());
        Typed right = part(it.right());
        if (it.op() == Expr.Arithmetic.Op.SUBTRACT && (time(left) || time(right))) {
            return TimeChecks.difference(this, it, left, right);
        }
        boolean scales = it.op() == Expr.Arithmetic.Op.MULTIPLY || it.op() == Expr.Arithmetic.Op.DIVIDE;
        Typed l = scales ? DecimalOperands.factor(left, right) : Conversions.adapted(left, right);
        Typed r = scales ? DecimalOperands.factor(right, left) : Conversions.adapted(right, left);
        if (DecimalOperands.among(l, r)) {
            return DecimalChecks.arithmetic(this, it, l, r);
        }
        DataType common = Conversions.common(l.type(), r.type());
        if (common == null || !common.numeric()) {
            throw wrong(
                    "cannot compute " + left.type() + " " + it.op().symbol() + " " + right.type()
                            + " (two numbers are expected)",
                    it);
        }
        DataType type = common instanceof DataType.Int8 || common instanceof DataType.Int16 ? DataType.INT32 : common;
        return new Typed.Arithmetic(it.op(), Conversions.widened(l, type), Conversions.widened(r, type));
    }

    /// The comparison of two values that are brought to one type.
    ///
    /// @param whole what an error names
    Typed comparison(Expr.Comparison.Op op, Typed left, Typed right, Expr whole) {
        if (DecimalOperands.apart(left, right)) {
            return DecimalChecks.comparison(op, left, right);
        }
        List<Typed> sides = common(List.of(left, right), "compare", whole);
        if (sides.getFirst().type() instanceof DataType.ListOf) {
            throw wrong("lists are not compared", whole);
        }
        boolean ordered = op != Expr.Comparison.Op.EQ && op != Expr.Comparison.Op.NE;
        if (ordered && sides.getFirst().type() instanceof DataType.Bool) {
            throw wrong(NO_ORDER, whole);
        }
        return new Typed.Comparison(op, sides.getFirst(), sides.getLast());
    }

    /// The values, brought to the one type that loses nothing of any.
    ///
    /// @param what is to be done with them, for the error
    List<Typed> common(List<Typed> values, String what, Expr whole) {
        DataType type = null;
        for (Typed value : values) {
            if (!(value instanceof Typed.Constant)) {
                type = common(type, value, what, whole);
            }
        }
        Typed.Constant beside =
                new Typed.Constant(null, type == null ? values.getFirst().type() : type);
        List<Typed> adapted = new ArrayList<>();
        for (Typed value : values) {
            Typed fitting = Conversions.adapted(value, beside);
            type = common(type, fitting, what, whole);
            adapted.add(fitting);
        }
        List<Typed> widened = new ArrayList<>();
        for (Typed value : adapted) {
            widened.add(Conversions.widened(value, type));
        }
        return widened;
    }

    /// The values, one of which is chosen, brought to one type. Of timestamps that is the same zone, too: it could not
    /// be said in which the result is to be read.
    List<Typed> choices(List<Typed> values, Expr whole) {
        List<Typed> common = common(values, "choose between", whole);
        DataType type = common.getFirst().type();
        for (Typed value : common) {
            if (!value.type().equals(type)) {
                throw wrong(
                        "cannot choose between " + type + " and " + value.type()
                                + " (cast one to the zone in which the result is to be read)",
                        whole);
            }
        }
        return common;
    }

    /// @param type null at the start
    private DataType common(DataType type, Typed value, String what, Expr whole) {
        DataType common = type == null ? value.type() : Conversions.common(type, value.type());
        if (common == null) {
            boolean choice = what.startsWith("choose");
            throw wrong(
                    "cannot " + what + " " + type + (choice ? " and " : " with ") + value.type()
                            + Conversions.expected(value, type),
                    whole);
        }
        return common;
    }

    /// Nested choices; all values in one type.
    private Typed cases(Expr.Case it) {
        List<Typed> conditions = new ArrayList<>();
        List<Typed> values = new ArrayList<>();
        for (Expr.Case.Branch branch : it.branches()) {
            conditions.add(bool("when", branch.when(), it));
            values.add(part(branch.then()));
        }
        if (it.otherwise() != null) {
            values.add(part(it.otherwise()));
        }
        List<Typed> common = choices(values, it);
        Typed chosen = it.otherwise() != null
                ? common.getLast()
                : new Typed.Constant(null, common.getFirst().type());
        for (int branch = conditions.size() - 1; branch >= 0; branch--) {
            chosen = new Typed.Choose(conditions.get(branch), common.get(branch), chosen);
        }
        return chosen;
    }

    private Typed apply(Expr.Apply it) {
        List<Typed> arguments = new ArrayList<>();
        for (int i = 0; i < it.arguments().size(); i++) {
            Typed argument = part(it.arguments().get(i));
            DataType expected = it.function().parameters().get(i);
            Typed adapted = Conversions.adapted(argument, new Typed.Constant(null, expected));
            boolean fits = adapted.type().equals(expected)
                    || adapted.type() instanceof DataType.Timestamp && expected instanceof DataType.Int64
                    || adapted.type().numeric() && expected.equals(Conversions.common(adapted.type(), expected));
            if (!fits) {
                throw wrong("a function of the user's takes " + expected + ", not " + argument.type(), it);
            }
            arguments.add(
                    adapted.type() instanceof DataType.Timestamp ? adapted : Conversions.widened(adapted, expected));
        }
        return new Typed.Apply(it.function(), List.copyOf(arguments));
    }

    /// The operand, which has to be bool.
    Typed bool(String operator, Expr operand, Expr whole) {
        Typed typed = part(operand);
        if (!(typed.type() instanceof DataType.Bool)) {
            throw wrong(operator + " needs bool, but " + operand + " is " + typed.type(), whole);
        }
        return typed;
    }
}
