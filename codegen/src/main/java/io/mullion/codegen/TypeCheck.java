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
    private final Schema schema;
    private final Map<Expr, Typed> checked = new IdentityHashMap<>();
    private final Map<Typed, Typed> canonical = new HashMap<>();
    /// Where nodes that were seen went, by identity.
    private final Map<Typed, Typed> canonicals = new IdentityHashMap<>();

    TypeCheck(Schema schema) {
        this.schema = schema;
    }

    /// *Failure*: an [ExpressionException] that names the expression, the columns and what was expected.
    Typed check(Expr expression) {
        Typed known = checked.get(expression);
        if (known == null) {
            known = canonical(resolve(expression));
            checked.put(expression, known);
        }
        return known;
    }

    /// The one node that is equal to this one, so that equal nodes below are the same and comparing two takes no time.
    private Typed canonical(Typed node) {
        Typed known = canonicals.get(node);
        if (known != null) {
            return known;
        }
        List<Typed> inputs = node.inputs();
        List<Typed> canonicalInputs = new ArrayList<>(inputs.size());
        boolean same = true;
        for (Typed input : inputs) {
            Typed canonicalInput = canonical(input);
            canonicalInputs.add(canonicalInput);
            same &= input == canonicalInput;
        }
        Typed rebuilt = same ? node : Typed.withInputs(node, canonicalInputs);
        Typed equal = canonical.putIfAbsent(rebuilt, rebuilt);
        Typed result = equal == null ? rebuilt : equal;
        canonicals.put(node, result);
        canonicals.put(result, result);
        return result;
    }

    private Typed resolve(Expr expression) {
        return switch (expression) {
            case Expr.Column column -> {
                int index = schema.indexOf(column.name());
                yield new Typed.Column(index, schema.field(index));
            }
            case Expr.Literal literal -> new Typed.Constant(literal.value(), literal.type());
            case Expr.Arithmetic it -> arithmetic(it);
            case Expr.Comparison it -> comparison(it.op(), check(it.left()), check(it.right()), it);
            case Expr.And it -> new Typed.Logic(true, bool("and", it.left(), it), bool("and", it.right(), it));
            case Expr.Or it -> new Typed.Logic(false, bool("or", it.left(), it), bool("or", it.right(), it));
            case Expr.Not it -> new Typed.Not(bool("not", it.input(), it));
            case Expr.Call it ->
                new FunctionChecks(this)
                        .check(it, it.arguments().stream().map(this::check).toList());
            case Expr.Cast it -> Casts.cast(this, it, check(it.input()));
            case Expr.Case it -> cases(it);
            case Expr.In it -> InLists.check(this, it, check(it.input()));
            case Expr.Shift it -> TimeChecks.shift(this, it, check(it.input()));
            case Expr.Lookup it -> Lookups.check(this, it, check(it.key()));
            case Expr.Apply it -> apply(it);
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
        if (expression instanceof Expr.Column it) {
            names.add(it.name());
        }
        ExpressionTree.inputs(expression).forEach(input -> collectColumns(input, names));
    }

    private Typed arithmetic(Expr.Arithmetic it) {
        Typed left = check(it.left());
        Typed right = check(it.right());
        if (it.op() == Expr.Arithmetic.Op.SUBTRACT
                && (left.type() instanceof DataType.Timestamp || right.type() instanceof DataType.Timestamp)) {
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
        boolean ordered = op != Expr.Comparison.Op.EQ && op != Expr.Comparison.Op.NE;
        if (ordered && sides.getFirst().type() instanceof DataType.Bool) {
            throw wrong("bool has no order, only = and <>", whole);
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

    /// The first literal that is not null, if there is one.
    private static Typed firstKnown(List<Typed> literals) {
        return literals.stream()
                .filter(it -> it instanceof Typed.Constant(Object value, _) && value != null)
                .findFirst()
                .orElse(literals.getFirst());
    }

    /// @param type null at the start
    private DataType common(DataType type, Typed value, String what, Expr whole) {
        DataType common = type == null ? value.type() : Conversions.common(type, value.type());
        if (common == null) {
            throw wrong("cannot " + what + " " + type + " with " + value.type(), whole);
        }
        return common;
    }

    /// Nested choices; all values in one type.
    private Typed cases(Expr.Case it) {
        List<Typed> conditions = new ArrayList<>();
        List<Typed> values = new ArrayList<>();
        for (Expr.Case.Branch branch : it.branches()) {
            conditions.add(bool("when", branch.when(), it));
            values.add(check(branch.then()));
        }
        if (it.otherwise() != null) {
            values.add(check(it.otherwise()));
        }
        List<Typed> common = common(values, "choose between", it);
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
            Typed argument = check(it.arguments().get(i));
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
        Typed typed = check(operand);
        if (!(typed.type() instanceof DataType.Bool)) {
            throw wrong(operator + " needs bool, but " + operand + " is " + typed.type(), whole);
        }
        return typed;
    }
}
