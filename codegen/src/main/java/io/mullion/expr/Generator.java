package io.mullion.expr;

/// How `flatMap` makes any number of rows of one value. None are made of a null.
public sealed interface Generator {
    /// A row for each piece of a text between occurrences of the separator. Empty pieces are kept: n separators give
    /// n + 1 pieces.
    record Pieces(String separator) implements Generator {
        public Pieces {
            if (separator.isEmpty()) {
                throw new ExpressionException("the separator of split is empty");
            }
        }
    }

    /// A row for each element of a list, in its order: none of an empty one.
    record Elements() implements Generator {}
}
