package io.mullion.spec;

/// Which rows a join of two streams gives beside, or in the place of, the pairs that meet.
public enum JoinKind {
    /// The pairs.
    INNER,
    /// The pairs, and the left rows that met none.
    LEFT,
    /// The pairs, and the right rows that met none.
    RIGHT,
    /// The pairs, and the rows of both sides that met none.
    FULL,
    /// The left rows that met at least one, once each.
    SEMI,
    /// The left rows that met none.
    ANTI;

    /// Whether left rows that met none come out, too.
    public boolean keepsLeft() {
        return this == LEFT || this == FULL || this == ANTI;
    }

    /// Whether right rows that met none come out, too.
    public boolean keepsRight() {
        return this == RIGHT || this == FULL;
    }

    /// Whether only left rows come out, and no pairs.
    public boolean leftOnly() {
        return this == SEMI || this == ANTI;
    }
}
