package io.mullion.expr;

import java.util.Locale;
import java.util.Objects;

/// An expression over the columns of a row, not yet checked against a schema.
///
/// Built with [Expressions] and the methods here; where an operand is an `Object` it is another expression or a Java
/// value (see [Literal#of]). `toString` reads as one would write it. Immutable.
public sealed interface Expr {

    default Expr plus(Object other) {
        return new Arithmetic(Arithmetic.Op.ADD, this, Literal.operand(other));
    }

    default Expr minus(Object other) {
        return new Arithmetic(Arithmetic.Op.SUBTRACT, this, Literal.operand(other));
    }

    default Expr times(Object other) {
        return new Arithmetic(Arithmetic.Op.MULTIPLY, this, Literal.operand(other));
    }

    /// Division. Of two int64: truncates, and a row that divides by zero fails. Otherwise as IEEE 754 has it.
    default Expr dividedBy(Object other) {
        return new Arithmetic(Arithmetic.Op.DIVIDE, this, Literal.operand(other));
    }

    /// The remainder, with the sign of the dividend as Java's `%`. A row that divides an int64 by the integer zero
    /// fails.
    default Expr remainder(Object other) {
        return new Arithmetic(Arithmetic.Op.REMAINDER, this, Literal.operand(other));
    }

    /// Equality. Of float64: NaN equals NaN, and -0.0 equals 0.0.
    default Expr eq(Object other) {
        return new Comparison(Comparison.Op.EQ, this, Literal.operand(other));
    }

    default Expr ne(Object other) {
        return new Comparison(Comparison.Op.NE, this, Literal.operand(other));
    }

    /// Order. Of float64: NaN is greater than everything else; of utf8: unsigned bytes.
    default Expr gt(Object other) {
        return new Comparison(Comparison.Op.GT, this, Literal.operand(other));
    }

    default Expr ge(Object other) {
        return new Comparison(Comparison.Op.GE, this, Literal.operand(other));
    }

    default Expr lt(Object other) {
        return new Comparison(Comparison.Op.LT, this, Literal.operand(other));
    }

    default Expr le(Object other) {
        return new Comparison(Comparison.Op.LE, this, Literal.operand(other));
    }

    /// Both, in three-valued logic. A row where the left side is false is not asked for the right one.
    default Expr and(Expr other) {
        return new And(this, other);
    }

    /// Either, in three-valued logic. A row where the left side is true is not asked for the right one.
    default Expr or(Expr other) {
        return new Or(this, other);
    }

    default Expr not() {
        return new Not(this);
    }

    /// The same value under another name.
    default Expr as(String name) {
        return new Alias(this, name);
    }

    /// The value of a column.
    record Column(String name) implements Expr {
        public Column {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// A constant: a Long, Double, Boolean or String.
    record Literal(Object value, DataType type) implements Expr {
        public Literal {
            boolean fits = switch (Objects.requireNonNull(type, "type")) {
                case DataType.Int64 _ -> value instanceof Long;
                case DataType.Timestamp _ -> value instanceof Long;
                case DataType.Float64 _ -> value instanceof Double;
                case DataType.Bool _ -> value instanceof Boolean;
                case DataType.Utf8 _ -> value instanceof String;
            };
            if (!fits) {
                throw new ExpressionException("not a literal of type " + type + ": " + value);
            }
        }

        /// Long, Integer, Short and Byte become int64; Double and Float float64; Boolean bool; String utf8.
        ///
        /// @throws ExpressionException for anything else, null included
        public static Literal of(Object value) {
            return switch (value) {
                case Long number -> new Literal(number, DataType.INT64);
                case Integer number -> new Literal(number.longValue(), DataType.INT64);
                case Short number -> new Literal(number.longValue(), DataType.INT64);
                case Byte number -> new Literal(number.longValue(), DataType.INT64);
                case Double number -> new Literal(number, DataType.FLOAT64);
                case Float number -> new Literal(number.doubleValue(), DataType.FLOAT64);
                case Boolean bool -> new Literal(bool, DataType.BOOL);
                case String text -> new Literal(text, DataType.UTF8);
                case null -> throw new ExpressionException("null is no literal");
                default ->
                    throw new ExpressionException(
                            "no literal can be made of a " + value.getClass().getName() + ": " + value);
            };
        }

        static Expr operand(Object value) {
            return value instanceof Expr expression ? expression : of(value);
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// Arithmetic of numbers. An int64 beside a float64 is widened.
    record Arithmetic(Op op, Expr left, Expr right) implements Expr {
        public enum Op {
            ADD("+"),
            SUBTRACT("-"),
            MULTIPLY("*"),
            DIVIDE("/"),
            REMAINDER("%");

            private final String symbol;

            Op(String symbol) {
                this.symbol = symbol;
            }

            public String symbol() {
                return symbol;
            }
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// A comparison of two values of one type; an int64 beside a float64 is widened.
    record Comparison(Op op, Expr left, Expr right) implements Expr {
        public enum Op {
            EQ("="),
            NE("<>"),
            LT("<"),
            LE("<="),
            GT(">"),
            GE(">=");

            private final String symbol;

            Op(String symbol) {
                this.symbol = symbol;
            }

            public String symbol() {
                return symbol;
            }
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    record And(Expr left, Expr right) implements Expr {
        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    record Or(Expr left, Expr right) implements Expr {
        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    record Not(Expr input) implements Expr {
        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// Generates a row for each piece of a text between occurrences of the separator. Empty pieces are kept: n
    /// separators give n + 1 pieces.
    record Split(Expr input, String separator) implements Expr {
        public Split {
            if (separator.isEmpty()) {
                throw new ExpressionException("the separator of split is empty: input=" + input);
            }
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// A value under another name.
    record Alias(Expr input, String name) implements Expr {
        public Alias {
            Objects.requireNonNull(input, "input");
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// One value for many rows. Nulls are skipped; of no value at all the count is 0 and everything else is null.
    ///
    /// @param input null for `count()`, which counts rows
    record Aggregate(Function function, Expr input) implements Expr {
        public enum Function {
            COUNT,
            SUM,
            MIN,
            MAX
        }

        public Aggregate {
            Objects.requireNonNull(function, "function");
            if (input == null && function != Function.COUNT) {
                throw new ExpressionException(function.name().toLowerCase(Locale.ROOT) + " needs an input");
            }
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }
}
