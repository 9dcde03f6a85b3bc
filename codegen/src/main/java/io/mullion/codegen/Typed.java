package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.UserFunction;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A scalar expression after the type check: columns are positions, conversions are explicit, names are gone, and the
/// many functions of the language are made of few kinds of nodes. Equal parts are equal nodes.
///
/// The leaves, which each expression compares, say themselves what equality is: what the JVM makes for a record takes a
/// millisecond at its first use.
sealed interface Typed {
    /// Known for each node from the start, as its facts are.
    DataType type();

    /// What the node is made of, in order.
    List<Typed> inputs();

    /// What follows from the node and all below it.
    Facts facts();

    /// Whether some row may be null.
    default boolean nullable() {
        return facts().nullable();
    }

    /// Whether some row may have no result at all, not even null.
    default boolean fallible() {
        return facts().fallible();
    }

    /// Whether routines make text on the way to the value.
    default boolean makesText() {
        return facts().makesText();
    }

    /// Whether a branch around the node is worth it, since it calls something.
    default boolean calls() {
        return facts().calls();
    }

    /// Known for each node from the start: parts are shared, so that asking all of them would take a time exponential
    /// in the depth.
    ///
    /// @param nodes of the tree, shared ones each time, up to a million
    record Facts(boolean nullable, boolean fallible, boolean makesText, boolean calls, int nodes, int hash) {
        private static final int MANY = 1_000_000;

        static Facts leaf(boolean nullable, int hash) {
            return new Facts(nullable, false, false, false, 1, hash);
        }

        /// Of a node that is null where an input is, and fails where one does.
        static Facts of(Object own, List<Typed> inputs) {
            boolean nullable = false;
            boolean fallible = false;
            boolean makesText = false;
            boolean calls = false;
            int nodes = 1;
            int hash = own.hashCode();
            for (Typed input : inputs) {
                nullable |= input.nullable();
                fallible |= input.fallible();
                makesText |= input.makesText();
                calls |= input.calls();
                nodes = Math.min(nodes + input.facts().nodes(), MANY);
                hash = 31 * hash + input.hashCode();
            }
            return new Facts(nullable, fallible, makesText, calls, nodes, mixed(hash));
        }

        /// Spreads the hash (the finish of MurmurHash3): an input that is used twice would otherwise lose a bit a
        /// level.
        private static int mixed(int hash) {
            int high = (hash ^ hash >>> 16) * 0x85ebca6b;
            return high ^ high >>> 13;
        }

        Facts withNullable(boolean itself) {
            return new Facts(itself, fallible, makesText, calls, nodes, hash);
        }

        Facts withFallible(boolean itself) {
            return new Facts(nullable, itself, makesText, calls, nodes, hash);
        }

        Facts calling(boolean text) {
            return new Facts(nullable, fallible, makesText || text, true, nodes, hash);
        }
    }

    record Column(int index, Field field) implements Typed {
        @Override
        public DataType type() {
            return field.type();
        }

        @Override
        public List<Typed> inputs() {
            return List.of();
        }

        @Override
        public Facts facts() {
            return Facts.leaf(field.nullable(), index);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Column it && index == it.index && Objects.equals(field, it.field);
        }

        @Override
        public int hashCode() {
            return index;
        }
    }

    /// @param value null, or as in [Expr.Literal]
    record Constant(Object value, DataType type) implements Typed {
        static final Constant TRUE = new Constant(true, DataType.BOOL);
        static final Constant FALSE = new Constant(false, DataType.BOOL);

        @Override
        public List<Typed> inputs() {
            return List.of();
        }

        @Override
        public Facts facts() {
            return Facts.leaf(value == null, hashCode());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Constant it && Objects.equals(value, it.value) && type.equals(it.type);
        }

        @Override
        public int hashCode() {
            return 31 * Objects.hashCode(value) + type.hashCode();
        }

        boolean nonZero() {
            return value instanceof Long number && number != 0;
        }

        /// Whether it is known not to be NaN.
        boolean number() {
            return value instanceof Double number && !number.isNaN();
        }

        /// A decimal without its point.
        BigInteger unscaled() {
            DataType.Decimal decimal = (DataType.Decimal) type;
            return ((BigDecimal) value).setScale(decimal.scale()).unscaledValue();
        }
    }

    /// A number as a wider one, or a value as another type of the same words (a timestamp as its int64): never fails.
    /// From an integer to a floating-point number it rounds.
    record Convert(Typed input, DataType type, Facts facts) implements Typed {
        Convert(Typed input, DataType type) {
            this(input, type, Facts.of(type, List.of(input)));
        }

        @Override
        public List<Typed> inputs() {
            return List.of(input);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// Both operands have the type of the result: int32, int64, float32 or float64.
    record Arithmetic(Expr.Arithmetic.Op op, Typed left, Typed right, DataType type, Facts facts) implements Typed {
        Arithmetic(Expr.Arithmetic.Op op, Typed left, Typed right) {
            this(op, left, right, left.type(), facts(op, left, right));
        }

        private static Facts facts(Expr.Arithmetic.Op op, Typed left, Typed right) {
            Facts facts = Facts.of(op.name(), List.of(left, right));
            return facts.withFallible(facts.fallible() || dividesByAnything(op, left, right));
        }

        @Override
        public List<Typed> inputs() {
            return List.of(left, right);
        }

        boolean integerDivision() {
            return type().integer() && (op == Expr.Arithmetic.Op.DIVIDE || op == Expr.Arithmetic.Op.REMAINDER);
        }

        boolean dividesByAnything() {
            return dividesByAnything(op, left, right);
        }

        private static boolean dividesByAnything(Expr.Arithmetic.Op op, Typed left, Typed right) {
            boolean divides = op == Expr.Arithmetic.Op.DIVIDE || op == Expr.Arithmetic.Op.REMAINDER;
            boolean byAnything = !(right instanceof Constant divisor && divisor.nonZero());
            return divides && left.type().integer() && byAnything;
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// Of int32, int64 (negate and abs only), float32 or float64; the square root of float64 only.
    record Unary(Op op, Typed input, DataType type, Facts facts) implements Typed {
        Unary(Op op, Typed input) {
            this(op, input, input.type(), Facts.of(op.name(), List.of(input)));
        }

        enum Op {
            NEGATE,
            ABS,
            SQRT,
            FLOOR,
            CEIL,
            /// To the nearest whole number, halves away from zero.
            ROUND
        }

        @Override
        public List<Typed> inputs() {
            return List.of(input);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// Both operands have one type.
    record Comparison(Expr.Comparison.Op op, Typed left, Typed right, Facts facts) implements Typed {
        Comparison(Expr.Comparison.Op op, Typed left, Typed right) {
            this(op, left, right, facts(op, left, right));
        }

        private static Facts facts(Expr.Comparison.Op op, Typed left, Typed right) {
            Facts facts = Facts.of(op.name(), List.of(left, right));
            return left.type().byteWidth() > 8 || !left.type().fixedWidth() ? facts.calling(false) : facts;
        }

        @Override
        public DataType type() {
            return DataType.BOOL;
        }

        @Override
        public List<Typed> inputs() {
            return List.of(left, right);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// Kleene's `and` (conjunction) or `or`. The right side is asked only where the left one does not decide.
    record Logic(boolean conjunction, Typed left, Typed right, Facts facts) implements Typed {
        Logic(boolean conjunction, Typed left, Typed right) {
            this(conjunction, left, right, Facts.of(conjunction, List.of(left, right)));
        }

        @Override
        public DataType type() {
            return DataType.BOOL;
        }

        @Override
        public List<Typed> inputs() {
            return List.of(left, right);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    record Not(Typed input, Facts facts) implements Typed {
        Not(Typed input) {
            this(input, Facts.of("not", List.of(input)));
        }

        @Override
        public DataType type() {
            return DataType.BOOL;
        }

        @Override
        public List<Typed> inputs() {
            return List.of(input);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    record IsNull(Typed input, Facts facts) implements Typed {
        IsNull(Typed input) {
            this(input, Facts.of("isNull", List.of(input)).withNullable(false));
        }

        @Override
        public DataType type() {
            return DataType.BOOL;
        }

        @Override
        public List<Typed> inputs() {
            return List.of(input);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// The value where the condition is true, and otherwise the other one; only the one that is taken is asked.
    record Choose(Typed condition, Typed then, Typed otherwise, DataType type, Facts facts) implements Typed {
        Choose(Typed condition, Typed then, Typed otherwise) {
            this(
                    condition,
                    then,
                    otherwise,
                    then.type(),
                    Facts.of("choose", List.of(condition, then, otherwise))
                            .withNullable(then.nullable() || otherwise.nullable()));
        }

        @Override
        public List<Typed> inputs() {
            return List.of(condition, then, otherwise);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// A value where it is known not to be null.
    record Known(Typed input, DataType type, Facts facts) implements Typed {
        Known(Typed input) {
            this(input, input.type(), Facts.of("known", List.of(input)).withNullable(false));
        }

        @Override
        public List<Typed> inputs() {
            return List.of(input);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// A call of a routine; null where an argument is.
    ///
    /// @param constants objects, Integers and Longs that the routine takes behind its arguments
    /// @param lenient whether a value that the routine refuses becomes null; want of memory still fails the row
    record Call(
            Routine routine, List<Typed> inputs, List<Object> constants, DataType type, boolean lenient, Facts facts)
            implements Typed {
        Call(Routine routine, List<Typed> inputs, List<Object> constants, DataType type, boolean lenient) {
            this(routine, inputs, constants, type, lenient, facts(routine, inputs, constants, lenient));
        }

        private static Facts facts(Routine routine, List<Typed> inputs, List<Object> constants, boolean lenient) {
            int own = 31 * routine.hashCode() + constants.hashCode();
            Facts facts = Facts.of(own, inputs).calling(routine.makesText());
            boolean fails = lenient ? routine.makesText() : routine.fails();
            return facts.withNullable(facts.nullable() || routine.yieldsNull() || lenient && routine.refuses())
                    .withFallible(facts.fallible() || fails);
        }

        static Call of(Routine routine, DataType type, List<Typed> inputs, Object... constants) {
            return new Call(routine, List.copyOf(inputs), List.of(constants), type, false);
        }

        /// The same call, with null for what the routine refuses.
        Call orNull() {
            return new Call(routine, inputs, constants, type, true);
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// A call of a user's function; null where an argument is.
    record Apply(UserFunction function, List<Typed> inputs, Facts facts) implements Typed {
        Apply(UserFunction function, List<Typed> inputs) {
            this(function, inputs, Facts.of(function, inputs).calling(false));
        }

        @Override
        public DataType type() {
            return function.result();
        }

        @Override
        public int hashCode() {
            return facts.hash();
        }
    }

    /// A constant for every value of the input; null where that is null, and no result where that has none.
    static Typed constantOf(Typed input, Constant constant) {
        if (!input.nullable() && !input.fallible()) {
            return constant;
        }
        Typed nothing = input.nullable() ? new Constant(null, constant.type()) : constant;
        return new Choose(new IsNull(input), nothing, constant);
    }

    /// The same node of other inputs, as many as it has.
    static Typed withInputs(Typed node, List<Typed> inputs) {
        return switch (node) {
            case Column it -> it;
            case Constant it -> it;
            case Convert it -> new Convert(inputs.getFirst(), it.type());
            case Arithmetic it -> new Arithmetic(it.op(), inputs.get(0), inputs.get(1));
            case Unary it -> new Unary(it.op(), inputs.getFirst());
            case Comparison it -> new Comparison(it.op(), inputs.get(0), inputs.get(1));
            case Logic it -> new Logic(it.conjunction(), inputs.get(0), inputs.get(1));
            case Not _ -> new Not(inputs.getFirst());
            case IsNull _ -> new IsNull(inputs.getFirst());
            case Choose _ -> new Choose(inputs.get(0), inputs.get(1), inputs.get(2));
            case Known _ -> new Known(inputs.getFirst());
            case Call it -> new Call(it.routine(), List.copyOf(inputs), it.constants(), it.type(), it.lenient());
            case Apply it -> new Apply(it.function(), List.copyOf(inputs));
        };
    }

    static boolean anyMakesText(List<Typed> expressions) {
        for (Typed expression : expressions) {
            if (expression.makesText()) {
                return true;
            }
        }
        return false;
    }

    /// Whether one has more nodes.
    static boolean anyLarger(List<Typed> expressions, int nodes) {
        for (Typed expression : expressions) {
            if (expression.facts().nodes() > nodes) {
                return true;
            }
        }
        return false;
    }

    /// The conditions that all have to hold, in order.
    static List<Typed> conjuncts(Typed predicate) {
        List<Typed> conjuncts = new ArrayList<>();
        addConjuncts(predicate, conjuncts);
        return conjuncts;
    }

    private static void addConjuncts(Typed predicate, List<Typed> conjuncts) {
        if (predicate instanceof Logic(boolean conjunction, Typed left, Typed right, _) && conjunction) {
            addConjuncts(left, conjuncts);
            addConjuncts(right, conjuncts);
        } else {
            conjuncts.add(predicate);
        }
    }
}
