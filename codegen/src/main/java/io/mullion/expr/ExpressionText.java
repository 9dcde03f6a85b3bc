package io.mullion.expr;

import java.util.Locale;

/// Expressions as one would write them, with no more parentheses than needed.
final class ExpressionText {
    private static final int NAMED = 0;
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int COMPARISON = 4;
    private static final int SUM = 5;
    private static final int PRODUCT = 6;
    private static final int PRIMARY = 7;

    private ExpressionText() {}

    static String of(Expr expression) {
        return switch (expression) {
            case Expr.Column column -> column.name();
            case Expr.Literal literal -> literal(literal.value());
            case Expr.Arithmetic it ->
                binary(it.left(), it.op().symbol(), it.right(), precedence(it), precedence(it) + 1);
            case Expr.Comparison it -> binary(it.left(), it.op().symbol(), it.right(), COMPARISON + 1, COMPARISON + 1);
            case Expr.And it -> binary(it.left(), "and", it.right(), AND, AND + 1);
            case Expr.Or it -> binary(it.left(), "or", it.right(), OR, OR + 1);
            case Expr.Not it -> "not " + within(it.input(), PRIMARY);
            case Expr.Split it -> "split(" + it.input() + ", " + literal(it.separator()) + ")";
            case Expr.Alias it -> within(it.input(), OR) + " as " + it.name();
            case Expr.Aggregate it ->
                it.function().name().toLowerCase(Locale.ROOT) + "(" + (it.input() == null ? "" : it.input()) + ")";
        };
    }

    private static String binary(Expr left, String symbol, Expr right, int leftLevel, int rightLevel) {
        return within(left, leftLevel) + " " + symbol + " " + within(right, rightLevel);
    }

    /// The text, in parentheses if it binds weaker than `level`.
    private static String within(Expr expression, int level) {
        return precedence(expression) < level ? "(" + expression + ")" : expression.toString();
    }

    private static int precedence(Expr expression) {
        return switch (expression) {
            case Expr.Alias _ -> NAMED;
            case Expr.Or _ -> OR;
            case Expr.And _ -> AND;
            case Expr.Not _ -> NOT;
            case Expr.Comparison _ -> COMPARISON;
            case Expr.Arithmetic it ->
                switch (it.op()) {
                    case ADD, SUBTRACT -> SUM;
                    case MULTIPLY, DIVIDE, REMAINDER -> PRODUCT;
                };
            case Expr.Column _ -> PRIMARY;
            case Expr.Literal _ -> PRIMARY;
            case Expr.Split _ -> PRIMARY;
            case Expr.Aggregate _ -> PRIMARY;
        };
    }

    private static String literal(Object value) {
        return value instanceof String text ? "'" + text.replace("'", "''") + "'" : value.toString();
    }
}
