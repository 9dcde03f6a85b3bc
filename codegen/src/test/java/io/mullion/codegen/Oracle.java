package io.mullion.codegen;

import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Computes expressions for one row of Java objects, as slowly and plainly as one would explain them. Null is null.
final class Oracle {
    /// The row has no result.
    static final class DivisionByZero extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Schema schema;

    Oracle(Schema schema) {
        this.schema = schema;
    }

    Object value(Expr expression, Object[] row) {
        return switch (expression) {
            case Expr.Column it -> row[schema.indexOf(it.name())];
            case Expr.Literal it -> it.value();
            case Expr.Alias it -> value(it.input(), row);
            case Expr.Not it -> value(it.input(), row) instanceof Boolean known ? !known : null;
            case Expr.And it -> and(it, row);
            case Expr.Or it -> or(it, row);
            case Expr.Arithmetic it -> arithmetic(it.op(), value(it.left(), row), value(it.right(), row));
            case Expr.Comparison it -> comparison(it.op(), value(it.left(), row), value(it.right(), row));
            case Expr.Split it -> throw new IllegalArgumentException("no scalar: " + it);
            case Expr.Aggregate it -> throw new IllegalArgumentException("no scalar: " + it);
        };
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

    private static Object arithmetic(Expr.Arithmetic.Op op, Object left, Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (left instanceof Long a && right instanceof Long b) {
            if (b == 0 && (op == Expr.Arithmetic.Op.DIVIDE || op == Expr.Arithmetic.Op.REMAINDER)) {
                throw new DivisionByZero();
            }
            return switch (op) {
                case ADD -> a + b;
                case SUBTRACT -> a - b;
                case MULTIPLY -> a * b;
                case DIVIDE -> a / b;
                case REMAINDER -> a % b;
            };
        }
        double a = ((Number) left).doubleValue();
        double b = ((Number) right).doubleValue();
        return switch (op) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case REMAINDER -> a % b;
        };
    }

    private static Object comparison(Expr.Comparison.Op op, Object left, Object right) {
        if (left == null || right == null) {
            return null;
        }
        int order = order(left, right);
        return switch (op) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
        };
    }

    static int order(Object left, Object right) {
        if (left instanceof String a && right instanceof String b) {
            return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
        }
        if (left instanceof Boolean a && right instanceof Boolean b) {
            return Boolean.compare(a, b);
        }
        if (left instanceof Long a && right instanceof Long b) {
            return Long.compare(a, b);
        }
        // Double.compare has NaN on top; adding 0.0 makes the zeros equal.
        return Double.compare(((Number) left).doubleValue() + 0.0, ((Number) right).doubleValue() + 0.0);
    }
}
