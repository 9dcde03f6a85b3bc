package io.mullion.expr;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// An expression over the columns of a row, not yet checked against a schema.
///
/// Built with [Expressions] and the methods here; where an operand is an `Object` it is another expression or a Java
/// value (see [Literal#of]). `toString` reads as one would write it. Immutable.
public sealed interface Expr {

    /// The sum. Of integers: wraps as Java's. A timestamp and a [Duration] make a timestamp, a date and whole days a
    /// date.
    default Expr plus(Object other) {
        return other instanceof Duration duration
                ? new Shift(this, duration)
                : new Arithmetic(Arithmetic.Op.ADD, this, Literal.operand(other));
    }

    /// The difference. Of integers: wraps as Java's. Two timestamps of one unit have an int64 of that unit between
    /// them, two dates one of days; with a [Duration] as [#plus].
    default Expr minus(Object other) {
        return other instanceof Duration duration
                ? new Shift(this, duration.negated())
                : new Arithmetic(Arithmetic.Op.SUBTRACT, this, Literal.operand(other));
    }

    default Expr times(Object other) {
        return new Arithmetic(Arithmetic.Op.MULTIPLY, this, Literal.operand(other));
    }

    /// Division. Of two integers: truncates, and a row that divides by zero fails. Otherwise as IEEE 754 has it.
    default Expr dividedBy(Object other) {
        return new Arithmetic(Arithmetic.Op.DIVIDE, this, Literal.operand(other));
    }

    /// The remainder, with the sign of the dividend as Java's `%`. A row that divides an integer by the integer zero
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

    /// The number with the other sign, an int8 or int16 as int32; the least int32 and int64 stay themselves.
    default Expr negate() {
        return call(Function.NEGATE);
    }

    /// The number without its sign, an int8 or int16 as int32; the least int32 and int64 stay themselves.
    default Expr abs() {
        return call(Function.ABS);
    }

    /// Whether there is no value. Never null itself.
    default Expr isNull() {
        return call(Function.IS_NULL);
    }

    default Expr isNotNull() {
        return isNull().not();
    }

    /// Whether the floating-point number is NaN; null of null.
    default Expr isNaN() {
        return call(Function.IS_NAN);
    }

    /// Null where the value equals the other one.
    default Expr nullIf(Object other) {
        return call(Function.NULL_IF, other);
    }

    /// The value, or the other one where it is null.
    default Expr orElse(Object other) {
        return call(Function.COALESCE, other);
    }

    /// Whether the value is neither below `least` nor above `greatest`.
    default Expr between(Object least, Object greatest) {
        return call(Function.BETWEEN, least, greatest);
    }

    default Expr notBetween(Object least, Object greatest) {
        return between(least, greatest).not();
    }

    /// Whether the value is one of these. A null among them makes what is not found null.
    default Expr in(Object... values) {
        return in(Arrays.asList(values));
    }

    /// As [#in(Object...)], for up to millions of values.
    default Expr in(Collection<?> values) {
        return new In(this, new ArrayList<>(values));
    }

    /// Whether the value is none of these. A null among them makes what is not found null, so that nothing passes.
    default Expr notIn(Object... values) {
        return in(values).not();
    }

    default Expr notIn(Collection<?> values) {
        return in(values).not();
    }

    /// The value as another type. A row whose value does not fit the type fails.
    default Expr cast(DataType type) {
        return new Cast(this, type, false);
    }

    /// The value as another type, or null if it does not fit.
    default Expr tryCast(DataType type) {
        return new Cast(this, type, true);
    }

    /// Whether the text starts with the prefix.
    default Expr startsWith(Object prefix) {
        return call(Function.STARTS_WITH, prefix);
    }

    /// Whether the text ends with the suffix.
    default Expr endsWith(Object suffix) {
        return call(Function.ENDS_WITH, suffix);
    }

    /// Whether the part occurs in the text.
    default Expr contains(Object part) {
        return call(Function.CONTAINS, part);
    }

    /// Whether the whole text matches the pattern: `%` stands for any text, `_` for one character, `\\` takes the
    /// meaning from the character behind it.
    default Expr like(String pattern) {
        return call(Function.LIKE, pattern);
    }

    private Expr call(Function function, Object... others) {
        List<Expr> arguments = new ArrayList<>(List.of(this));
        for (Object other : others) {
            arguments.add(Literal.operand(other));
        }
        return new Call(function, arguments);
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

    /// A constant.
    ///
    /// @param value null, or a Boolean, a Long (integers, days, timestamps), a Double (float32 and float64), a
    /// BigDecimal, a String or a ByteBuffer (binary), as the type has it
    record Literal(Object value, DataType type) implements Expr {
        public Literal {
            LiteralValues.require(value, type);
        }

        /// Long, Integer, Short and Byte become int64; Double float64; Float float32; BigDecimal decimal; Boolean bool;
        /// String utf8; `byte[]` binary; LocalDate date32; Instant a timestamp in micros (or nanos if it must). Beside
        /// an operand of a narrower type an integer, a number or a text takes that type if nothing is lost.
        ///
        /// @throws ExpressionException for anything else, null included: see [Expressions#nullOf]
        public static Literal of(Object value) {
            return LiteralValues.literal(value);
        }

        static Expr operand(Object value) {
            return value instanceof Expr expression ? expression : of(value);
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// Arithmetic of numbers, widened to a common type.
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

    /// A comparison of two values of one type, or of numbers that are widened to one.
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

    /// A function of its arguments.
    record Call(Function function, List<Expr> arguments) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
            function.requireArguments(arguments.size());
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// The value as another type.
    ///
    /// @param lenient whether a value that does not fit becomes null; otherwise its row fails
    record Cast(Expr input, DataType type, boolean lenient) implements Expr {
        public Cast {
            Objects.requireNonNull(input, "input");
            Objects.requireNonNull(type, "type");
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// The value of the first branch whose condition is true.
    ///
    /// @param otherwise the value if there is none; null for null
    record Case(List<Branch> branches, Expr otherwise) implements Expr {
        /// A value and when it is taken.
        public record Branch(Expr when, Expr then) {}

        public Case {
            branches = List.copyOf(branches);
            if (branches.isEmpty()) {
                throw new ExpressionException("a case needs a branch");
            }
        }

        /// One more branch.
        public Case when(Expr condition, Object then) {
            List<Branch> more = new ArrayList<>(branches);
            more.add(new Branch(condition, Literal.operand(then)));
            return new Case(more, otherwise);
        }

        /// What holds where no condition is true.
        public Case otherwise(Object value) {
            return new Case(branches, Literal.operand(value));
        }

        /// Condition, value, condition, value, and at last what holds otherwise, if there is such a thing.
        List<Expr> parts() {
            List<Expr> parts = new ArrayList<>();
            for (Branch branch : branches) {
                parts.add(branch.when());
                parts.add(branch.then());
            }
            if (otherwise != null) {
                parts.add(otherwise);
            }
            return parts;
        }

        Case withParts(List<Expr> parts) {
            List<Branch> replaced = new ArrayList<>();
            for (int i = 0; i < branches.size(); i++) {
                replaced.add(new Branch(parts.get(2 * i), parts.get(2 * i + 1)));
            }
            return new Case(replaced, otherwise == null ? null : parts.getLast());
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// Whether a value is one of a list of constants.
    ///
    /// @param values Java values as in [Literal#of]; null is allowed
    record In(Expr input, List<Object> values) implements Expr {
        public In {
            Objects.requireNonNull(input, "input");
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// A timestamp or date moved in time.
    record Shift(Expr input, Duration by) implements Expr {
        public Shift {
            Objects.requireNonNull(input, "input");
            Objects.requireNonNull(by, "by");
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// The value of a key in a table, or null.
    record Lookup(LookupTable table, Expr key) implements Expr {
        public Lookup {
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(key, "key");
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// The result of a user's own function, called for each row that has all arguments; null for the others.
    record Apply(UserFunction function, List<Expr> arguments) implements Expr {
        public Apply {
            Objects.requireNonNull(function, "function");
            arguments = List.copyOf(arguments);
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }

    /// Makes rows of a value: an output of `flatMap`.
    record Generate(Generator generator, Expr input) implements Expr {
        public Generate {
            Objects.requireNonNull(generator, "generator");
            Objects.requireNonNull(input, "input");
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
    /// @param by by what [AggregateFunction#MIN_BY] and its kin choose a row; of lists, the most values as a literal.
    /// Null for all others; and for the first and the last value until it is known which column has the event time
    /// @param where which rows count, or null for all
    /// @param user of [AggregateFunction#USER], whose second input is `by`; null for all others
    record Aggregate(AggregateFunction function, Expr input, Expr by, Expr where, UserAggregate user) implements Expr {
        public Aggregate {
            Objects.requireNonNull(function, "function");
            function.requireInputs(input, by);
        }

        /// The same of other inputs.
        public Aggregate with(Expr input, Expr by, Expr where) {
            return new Aggregate(function, input, by, where, user);
        }

        /// The aggregate of those rows for which the predicate is true, and of those of an earlier filter.
        public Aggregate filter(Expr predicate) {
            Objects.requireNonNull(predicate, "predicate");
            return with(input, by, where == null ? predicate : where.and(predicate));
        }

        @Override
        public String toString() {
            return ExpressionText.of(this);
        }
    }
}
