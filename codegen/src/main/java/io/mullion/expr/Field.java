package io.mullion.expr;

import java.util.Objects;

/// A column's name and type, and whether it may hold nulls. What is not nullable never has its validity read.
public record Field(String name, DataType type, boolean nullable) {
    public Field {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /// A column without nulls.
    public static Field of(String name, DataType type) {
        return new Field(name, type, false);
    }

    /// A column that may hold nulls.
    public static Field nullable(String name, DataType type) {
        return new Field(name, type, true);
    }

    @Override
    public String toString() {
        return name + " " + type + (nullable ? " null" : "");
    }
}
