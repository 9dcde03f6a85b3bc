package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Function;
import io.mullion.expr.Schema;
import io.mullion.routine.Failure;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.DoubleToLongFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/// Computes expressions for one row of Java objects, as slowly and plainly as one would explain them.
///
/// Null is null; a Boolean, a Long (integers of all widths, days, points in time), a Float, a Double, a BigDecimal of
/// the type's scale, a String and a ByteBuffer are the values. What each operator means for values is in
/// [OracleNumbers], [OracleTexts], [OracleTimes] and [OracleCasts]; here is what it means for nulls and for rows that
/// fail.
final class Oracle {
    /// The row has no result.
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Failure failure;

        Failed(Failure failure) {
            super(failure.text(), null, false, false);
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    private final OracleTypes types;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final Map<Expr, Object> once = new IdentityHashMap<>();

    Oracle(Schema schema) {
        types = new OracleTypes(schema);
        for (int index = 0; index < schema.size(); index++) {
            indexes.put(schema.field(index).name(), index);
        }
    }

    OracleTypes types() {
        return types;
    }

    /// Whether a filter lets the row pass: the right side of a conjunction is asked only where the left one is true.
    boolean passes(Expr predicate, Object[] row) {
        return switch (predicate) {
            case Expr.And it -> passes(it.left(), row) && passes(it.right(), row);
            case Expr.Call it when it.function() == Function.BETWEEN -> passes(bounds(it), row);
            case Expr.Alias it -> passes(it.input(), row);
            default -> Boolean.TRUE.equals(value(predicate, row));
        };
    }

    Object value(Expr expression, Object[] row) {
        return switch (expression) {
            case Expr.Column it -> row[indexes.get(it.name())];
            case Expr.Literal it -> OracleNumbers.convert(it.value(), it.type(), it.type());
            case Expr.Alias it -> value(it.input(), row);
            case Expr.Not it -> value(it.input(), row) instanceof Boolean known ? !known : null;
            case Expr.And it -> and(it, row);
            case Expr.Or it -> or(it, row);
            case Expr.Arithmetic it -> arithmetic(it, row);
            case Expr.Comparison it -> comparison(it, row);
            case Expr.Call it -> call(it, row);
            case Expr.Cast it -> cast(it, row);
            case Expr.Case it -> cases(it, row);
            case Expr.In it -> in(it, row);
            case Expr.Shift it -> {
                DataType type = types.type(it);
                yield value(it.input(), row) instanceof Long time ? OracleTimes.shift(time, it.by(), type) : null;
            }
            case Expr.Lookup it -> {
                TestTable table = TestTable.of(it.table());
                Object key = as(it.key(), table.key(), row);
                yield key == null ? null : table.rows().get(key);
            }
            case Expr.Apply it -> apply(it, row);
            case Expr.Generate it -> throw new IllegalArgumentException("no scalar: " + it);
            case Expr.Aggregate it -> throw new IllegalArgumentException("no scalar: " + it);
        };
    }

    /// The value as one of another type that holds all values of its own.
    private Object as(Expr expression, DataType type, Object[] row) {
        return OracleNumbers.convert(value(expression, row), types.type(expression), type);
    }

    /// What is known of an expression without a row, found when the first row comes.
    @SuppressWarnings("unchecked")
    private <T> T once(Expr expression, Supplier<T> find) {
        Object known = once.get(expression);
        if (known == null) {
            known = find.get();
            once.put(expression, known);
        }
        return (T) known;
    }

    /// The values of operands that stand beside each other, literals having taken the type of the others.
    private List<Object> operands(Expr whole, List<Expr> operands, Object[] row) {
        List<DataType> operandTypes = once(whole, () -> types.operands(operands));
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            values.add(as(operands.get(i), operandTypes.get(i), row));
        }
        return values;
    }

    private Object and(Expr.And it, Object[] row) {
        Object left = value(it.left(), row);
        if (Boolean.FALSE.equals(left)) {
            return false;
        }
        Object right = value(it.right(), row);
        if (Boolean.FALSE.equals(right)) {
            return false;
        }
        return left == null || right == null ? null : true;
    }

    private Object or(Expr.Or it, Object[] row) {
        Object left = value(it.left(), row);
        if (Boolean.TRUE.equals(left)) {
            return true;
        }
        Object right = value(it.right(), row);
        if (Boolean.TRUE.equals(right)) {
            return true;
        }
        return left == null || right == null ? null : false;
    }

    private Object arithmetic(Expr.Arithmetic it, Object[] row) {
        List<Object> values = operands(it, List.of(it.left(), it.right()), row);
        Object left = values.getFirst();
        Object right = values.getLast();
        if (left == null || right == null) {
            return null;
        }
        DataType type = types.type(it);
        if (type instanceof DataType.Decimal decimal) {
            BigDecimal a = OracleNumbers.exact(left);
            BigDecimal b = OracleNumbers.exact(right);
            return OracleNumbers.decimal(it.op(), a, b, decimal);
        }
        return OracleNumbers.arithmetic(
                it.op(), OracleNumbers.convert(left, type, type), OracleNumbers.convert(right, type, type), type);
    }

    private Object comparison(Expr.Comparison it, Object[] row) {
        DataType common = once(it, () -> types.compared(List.of(it.left(), it.right())));
        Integer order = order(it.left(), it.right(), common, row);
        if (order == null) {
            return null;
        }
        return switch (it.op()) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
        };
    }

    /// How the operands compare in their common type, or null.
    private Integer order(Expr left, Expr right, DataType common, Object[] row) {
        Object a = comparable(left, common, row);
        Object b = comparable(right, common, row);
        return a == null || b == null ? null : order(a, b);
    }

    /// Decimals are compared as they are: as one type they might not fit.
    private Object comparable(Expr operand, DataType common, Object[] row) {
        if (common instanceof DataType.Decimal) {
            Object value = value(operand, row);
            return value == null ? null : OracleNumbers.exact(value);
        }
        return as(operand, common, row);
    }

    static int order(Object left, Object right) {
        return switch (left) {
            case String a ->
                Arrays.compareUnsigned(
                        a.getBytes(StandardCharsets.UTF_8), ((String) right).getBytes(StandardCharsets.UTF_8));
            case ByteBuffer a -> Arrays.compareUnsigned(bytes(a), bytes((ByteBuffer) right));
            case Boolean a -> Boolean.compare(a, (Boolean) right);
            case Long a -> Long.compare(a, (Long) right);
            case BigDecimal a -> a.compareTo((BigDecimal) right);
            // compare has NaN on top; adding 0 makes the zeros equal.
            case Float a -> Float.compare(a + 0.0f, (Float) right + 0.0f);
            case Double a -> Double.compare(a + 0.0, (Double) right + 0.0);
            default -> throw new IllegalArgumentException("no value of a column: " + left);
        };
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private Object cast(Expr.Cast it, Object[] row) {
        Object value = value(it.input(), row);
        if (value == null) {
            return null;
        }
        try {
            return OracleCasts.cast(value, types.type(it.input()), it.type());
        } catch (Failed failed) {
            if (it.lenient()) {
                return null;
            }
            throw failed;
        }
    }

    private Object cases(Expr.Case it, Object[] row) {
        DataType type = types.type(it);
        for (Expr.Case.Branch branch : it.branches()) {
            if (Boolean.TRUE.equals(value(branch.when(), row))) {
                return as(branch.then(), type, row);
            }
        }
        return it.otherwise() == null ? null : as(it.otherwise(), type, row);
    }

    private Object in(Expr.In it, Object[] row) {
        if (it.values().isEmpty()) {
            return false;
        }
        if (value(it.input(), row) == null) {
            return null;
        }
        List<Expr> comparisons = once(
                it,
                () -> OracleTypes.values(it).stream()
                        .<Expr>map(value -> new Expr.Comparison(Expr.Comparison.Op.EQ, it.input(), value))
                        .toList());
        for (Expr comparison : comparisons) {
            if (Boolean.TRUE.equals(value(comparison, row))) {
                return true;
            }
        }
        return it.values().contains(null) ? null : false;
    }

    private Object call(Expr.Call it, Object[] row) {
        List<Expr> arguments = it.arguments();
        return switch (it.function()) {
            case IS_NULL -> value(arguments.getFirst(), row) == null;
            case COALESCE -> coalesce(it, row);
            case NULL_IF -> {
                DataType common = once(it, () -> types.compared(arguments));
                Integer order = order(arguments.get(0), arguments.get(1), common, row);
                yield order != null && order == 0 ? null : value(arguments.get(0), row);
            }
            case BETWEEN -> value(bounds(it), row);
            case LEAST, GREATEST -> extreme(it, row);
            case HASH -> OracleCasts.hash(values(arguments, row));
            case PLUS_EXACT, MINUS_EXACT, TIMES_EXACT -> {
                List<Object> values = operands(it, arguments, row);
                yield values.contains(null) ? null : OracleNumbers.exactly(it.function(), values, types.type(it));
            }
            default -> strict(it, row);
        };
    }

    /// `between` as the conjunction that it is.
    private Expr bounds(Expr.Call it) {
        List<Expr> arguments = it.arguments();
        return once(
                it,
                () -> new Expr.And(
                        new Expr.Comparison(Expr.Comparison.Op.GE, arguments.get(0), arguments.get(1)),
                        new Expr.Comparison(Expr.Comparison.Op.LE, arguments.get(0), arguments.get(2))));
    }

    private List<Object> values(List<Expr> expressions, Object[] row) {
        List<Object> values = new ArrayList<>();
        for (Expr expression : expressions) {
            values.add(value(expression, row));
        }
        return values;
    }

    private Object coalesce(Expr.Call it, Object[] row) {
        DataType type = types.type(it);
        for (Expr argument : it.arguments()) {
            Object value = as(argument, type, row);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /// Of equal values the first.
    private Object extreme(Expr.Call it, Object[] row) {
        DataType type = types.type(it);
        List<Object> values = new ArrayList<>();
        for (Expr argument : it.arguments()) {
            values.add(as(argument, type, row));
        }
        int sign = it.function() == Function.LEAST ? -1 : 1;
        return values.stream()
                .filter(Objects::nonNull)
                .reduce((best, value) -> order(value, best) * sign > 0 ? value : best)
                .orElse(null);
    }

    /// A function that is null where an argument is, and asks for all of them.
    private Object strict(Expr.Call it, Object[] row) {
        List<Object> values = values(it.arguments(), row);
        if (it.function() == Function.PARSE_TIME) {
            values.removeLast();
        }
        if (values.contains(null)) {
            return null;
        }
        Expr first = it.arguments().getFirst();
        return switch (it.function()) {
            case ROUND -> {
                long digits = values.size() == 1 ? 0 : (Long) values.get(1);
                yield OracleNumbers.round(values.getFirst(), digits, types.type(it));
            }
            case IS_NAN -> Double.isNaN(OracleNumbers.toDouble(values.getFirst()));
            case NEGATE, ABS, SIGN, FLOOR, CEIL ->
                OracleNumbers.unary(it.function(), values.getFirst(), types.type(it));
            case SQRT, EXP, LN, LOG10 ->
                OracleNumbers.transcendental(it.function(), OracleNumbers.toDouble(values.getFirst()));
            case POW -> Math.pow(OracleNumbers.toDouble(values.get(0)), OracleNumbers.toDouble(values.get(1)));
            case FORMAT_NUMBER -> OracleCasts.formatNumber(values.get(0), (Long) values.get(1), types.type(first));
            case PARSE_TIME ->
                OracleTimes.parse((String) values.get(0), (String) values.get(1), (DataType.Timestamp) types.type(it));
            case FORMAT_TIME -> OracleTimes.format((Long) values.get(0), types.type(first), (String) values.get(1));
            case DATE_TRUNC -> OracleTimes.truncate((String) values.get(0), (Long) values.get(1), types.type(it));
            case EXTRACT ->
                OracleTimes.extract(
                        (String) values.get(0),
                        (Long) values.get(1),
                        types.type(it.arguments().get(1)));
            default -> OracleTexts.call(it.function(), values);
        };
    }

    private Object apply(Expr.Apply it, Object[] row) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < it.arguments().size(); i++) {
            values.add(as(it.arguments().get(i), it.function().parameters().get(i), row));
        }
        if (values.contains(null)) {
            return null;
        }
        Object first = values.getFirst();
        Object second = values.getLast();
        return switch (it.function().lambda()) {
            case LongUnaryOperator lambda -> lambda.applyAsLong((Long) first);
            case LongBinaryOperator lambda -> lambda.applyAsLong((Long) first, (Long) second);
            case LongPredicate lambda -> lambda.test((Long) first);
            case LongToDoubleFunction lambda -> lambda.applyAsDouble((Long) first);
            case DoubleUnaryOperator lambda -> lambda.applyAsDouble((Double) first);
            case DoubleBinaryOperator lambda -> lambda.applyAsDouble((Double) first, (Double) second);
            case DoublePredicate lambda -> lambda.test((Double) first);
            case DoubleToLongFunction lambda -> lambda.applyAsLong((Double) first);
            default -> throw new IllegalArgumentException("no function: " + it);
        };
    }
}
