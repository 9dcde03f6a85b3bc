package io.mullion.expr;

/// An expression that cannot mean anything for the columns it is about. The message names the expression, the columns
/// and their types.
public final class ExpressionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ExpressionException(String message) {
        super(message);
    }
}
