package io.mullion.expr;

/// Where expressions begin: meant for a static import.
public final class Expressions {
    private Expressions() {}

    public static Expr col(String name) {
        return new Expr.Column(name);
    }

    public static Expr lit(long value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(double value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(boolean value) {
        return Expr.Literal.of(value);
    }

    public static Expr lit(String value) {
        return Expr.Literal.of(value);
    }

    public static Expr not(Expr input) {
        return input.not();
    }

    /// A row for each piece of the text between occurrences of a separator that is not empty. Empty pieces are kept.
    public static Expr split(Expr input, String separator) {
        return new Expr.Split(input, separator);
    }

    /// Counts rows.
    public static Expr count() {
        return new Expr.Aggregate(Expr.Aggregate.Function.COUNT, null);
    }

    /// Counts values that are not null.
    public static Expr count(Expr input) {
        return new Expr.Aggregate(Expr.Aggregate.Function.COUNT, input);
    }

    public static Expr count(String column) {
        return count(col(column));
    }

    /// The sum of an int64 is exact: partial sums may leave int64 and come back; a result out of int64 is an error of
    /// that result row. The last bits of a float64 sum depend on the order of the rows.
    public static Expr sum(Expr input) {
        return new Expr.Aggregate(Expr.Aggregate.Function.SUM, input);
    }

    public static Expr sum(String column) {
        return sum(col(column));
    }

    /// The least value; of float64, NaN is greater than everything else and a zero comes out as 0.0.
    public static Expr min(Expr input) {
        return new Expr.Aggregate(Expr.Aggregate.Function.MIN, input);
    }

    public static Expr min(String column) {
        return min(col(column));
    }

    /// The greatest value; of float64, NaN is greater than everything else and a zero comes out as 0.0.
    public static Expr max(Expr input) {
        return new Expr.Aggregate(Expr.Aggregate.Function.MAX, input);
    }

    public static Expr max(String column) {
        return max(col(column));
    }

    /// The name of the column that an expression becomes: its alias, or the column's name, or else its text.
    public static String nameOf(Expr expression) {
        return switch (expression) {
            case Expr.Alias alias -> alias.name();
            case Expr.Column column -> column.name();
            case Expr.Literal it -> it.toString();
            case Expr.Arithmetic it -> it.toString();
            case Expr.Comparison it -> it.toString();
            case Expr.And it -> it.toString();
            case Expr.Or it -> it.toString();
            case Expr.Not it -> it.toString();
            case Expr.Split it -> it.toString();
            case Expr.Aggregate it -> it.toString();
        };
    }
}
