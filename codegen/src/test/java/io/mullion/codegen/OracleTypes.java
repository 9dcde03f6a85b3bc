package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionTree;
import io.mullion.expr.Schema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What types expressions have: a second opinion, written from the rules of the language and not from the compiler.
final class OracleTypes {
    /// The expression has no type.
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private final Schema schema;
    private final Map<Expr, DataType> known = new IdentityHashMap<>();

    OracleTypes(Schema schema) {
        this.schema = schema;
    }

    DataType type(Expr expression) {
        // Not computeIfAbsent: the function calls back.
        DataType type = known.get(expression);
        if (type == null) {
            type = find(expression);
            known.put(expression, type);
        }
        return type;
    }

    private DataType find(Expr expression) {
        return switch (expression) {
            case Expr.Column it -> schema.field(it.name()).type();
            case Expr.Literal it -> it.type();
            case Expr.Arithmetic it -> arithmetic(it);
            case Expr.Comparison it -> {
                DataType common = compared(List.of(it.left(), it.right()));
                boolean equality = it.op() == Expr.Comparison.Op.EQ || it.op() == Expr.Comparison.Op.NE;
                require(equality || !(common instanceof DataType.Bool), it);
                yield DataType.BOOL;
            }
            case Expr.And it -> bools(it);
            case Expr.Or it -> bools(it);
            case Expr.Not it -> bools(it);
            case Expr.Call it -> call(it);
            case Expr.Cast it -> it.type();
            case Expr.Case it -> cases(it);
            case Expr.In it -> {
                values(it).forEach(value -> compared(List.of(it.input(), value)));
                yield DataType.BOOL;
            }
            case Expr.Shift it -> {
                require(time(type(it.input())), it);
                yield type(it.input());
            }
            case Expr.Lookup it -> TestTable.of(it.table()).value();
            case Expr.Apply it -> it.function().result();
            case Expr.Alias it -> type(it.input());
            case Expr.Generate it -> throw new Refused("no scalar: " + it);
            case Expr.Aggregate it -> throw new Refused("no scalar: " + it);
        };
    }

    /// Whether a value may be null, as far as that follows from the columns and the operators alone.
    boolean nullable(Expr expression) {
        return switch (expression) {
            case Expr.Column it -> schema.field(it.name()).nullable();
            case Expr.Literal it -> it.value() == null;
            case Expr.Case it ->
                it.otherwise() == null
                        || nullable(it.otherwise())
                        || it.branches().stream().anyMatch(branch -> nullable(branch.then()));
            case Expr.In it -> nullable(it.input()) || it.values().stream().anyMatch(Objects::isNull);
            case Expr.Cast it -> it.lenient() || nullable(it.input());
            case Expr.Lookup _ -> true;
            case Expr.Call it ->
                switch (it.function()) {
                    case IS_NULL, HASH -> false;
                    case NULL_IF, REGEXP_EXTRACT -> true;
                    case PARSE_TIME -> nullable(it.arguments().getFirst());
                    case COALESCE, LEAST, GREATEST -> it.arguments().stream().allMatch(this::nullable);
                    default -> it.arguments().stream().anyMatch(this::nullable);
                };
            default -> ExpressionTree.inputs(expression).stream().anyMatch(this::nullable);
        };
    }

    /// The types of operands that stand beside each other, once literals have taken the type of the others where
    /// nothing is lost.
    List<DataType> operands(List<Expr> operands) {
        if (operands.stream().noneMatch(Expr.Literal.class::isInstance)) {
            return operands.stream().map(this::type).toList();
        }
        DataType others = null;
        for (Expr operand : operands) {
            if (!(operand instanceof Expr.Literal)) {
                others = others == null ? type(operand) : common(others, type(operand), operand);
            }
        }
        List<DataType> types = new ArrayList<>();
        for (Expr operand : operands) {
            boolean adapts = others != null && operand instanceof Expr.Literal literal && adapts(literal, others);
            types.add(adapts ? others : type(operand));
        }
        return types;
    }

    /// The one type that operands are compared in or come out as.
    DataType common(List<Expr> operands) {
        return operands(operands).stream()
                .reduce((left, right) -> common(left, right, operands.getFirst()))
                .orElseThrow();
    }

    /// The one type that one of these comes out as: timestamps of two zones have none.
    private DataType chosen(List<Expr> choices) {
        DataType common = common(choices);
        for (DataType own : operands(choices)) {
            require(!(own instanceof DataType.Timestamp) || own.equals(common), choices.getFirst());
        }
        return common;
    }

    /// What operands are compared as: their common type, or, of decimals, what they are.
    DataType compared(List<Expr> operands) {
        List<DataType> own = operands(operands);
        boolean exact = own.stream().allMatch(type -> type.integer() || type instanceof DataType.Decimal);
        return exact && own.stream().anyMatch(DataType.Decimal.class::isInstance)
                ? new DataType.Decimal(DataType.Decimal.MAX_PRECISION, 0)
                : common(operands);
    }

    /// The values of a list as literals.
    static List<Expr> values(Expr.In in) {
        return in.values().stream()
                .filter(Objects::nonNull)
                .<Expr>map(Expr.Literal::of)
                .toList();
    }

    private static boolean adapts(Expr.Literal literal, DataType to) {
        return switch (literal.value()) {
            case null -> true;
            case Long number
            when literal.type() instanceof DataType.Int64 ->
                switch (to) {
                    case DataType.Int8 _ -> number == number.byteValue();
                    case DataType.Int16 _ -> number == number.shortValue();
                    case DataType.Int32 _ -> number == number.intValue();
                    case DataType.Int64 _, DataType.Float64 _ -> true;
                    case DataType.Float32 _ ->
                        new BigDecimal(number).compareTo(new BigDecimal((float) (long) number)) == 0;
                    case DataType.Decimal it -> fits(new BigDecimal(number), it);
                    default -> false;
                };
            case Long time
            when literal.type() instanceof DataType.Timestamp from ->
                to instanceof DataType.Timestamp it && OracleTimes.inUnit(time, from.unit(), it.unit()) != null;
            case Double number ->
                to instanceof DataType.Float64
                        || to instanceof DataType.Float32 && Double.compare((float) (double) number, number) == 0;
            case BigDecimal number -> to instanceof DataType.Decimal it && fits(number, it);
            case String text ->
                switch (to) {
                    case DataType.Date32 _ -> isDate(text);
                    case DataType.Timestamp it -> OracleTimes.literal(text, it) != null;
                    default -> false;
                };
            case Boolean _, ByteBuffer _ -> false;
            default -> false;
        };
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeParseException malformed) {
            return false;
        }
    }

    static boolean fits(BigDecimal number, DataType.Decimal type) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() <= type.scale()
                && stripped.precision() - stripped.scale() <= type.precision() - type.scale();
    }

    private DataType common(DataType left, DataType right, Expr where) {
        if (left.equals(right)) {
            return left;
        }
        if (left instanceof DataType.Timestamp a && right instanceof DataType.Timestamp b && a.unit() == b.unit()) {
            return left;
        }
        require(left.numeric() && right.numeric(), where);
        if (left.integer() && right.integer()) {
            return left.byteWidth() > right.byteWidth() ? left : right;
        }
        if (left.floating() || right.floating()) {
            return narrow(left) && narrow(right) ? DataType.FLOAT32 : DataType.FLOAT64;
        }
        DataType.Decimal a = decimal(left);
        DataType.Decimal b = decimal(right);
        int scale = Math.max(a.scale(), b.scale());
        int precision = Math.max(a.precision() - a.scale(), b.precision() - b.scale()) + scale;
        require(precision <= DataType.Decimal.MAX_PRECISION, where);
        return new DataType.Decimal(precision, scale);
    }

    /// Whether float32 holds all values of the type.
    private static boolean narrow(DataType type) {
        return type instanceof DataType.Float32 || type instanceof DataType.Int8 || type instanceof DataType.Int16;
    }

    /// What an integer is beside a decimal.
    static DataType.Decimal decimal(DataType type) {
        return switch (type) {
            case DataType.Decimal it -> it;
            case DataType.Int8 _ -> new DataType.Decimal(3, 0);
            case DataType.Int16 _ -> new DataType.Decimal(5, 0);
            case DataType.Int32 _ -> new DataType.Decimal(10, 0);
            case DataType.Int64 _ -> new DataType.Decimal(19, 0);
            default -> throw new Refused("no decimal: " + type);
        };
    }

    private static DataType.Decimal capped(int precision, int scale) {
        return new DataType.Decimal(Math.min(precision, DataType.Decimal.MAX_PRECISION), scale);
    }

    private DataType arithmetic(Expr.Arithmetic it) {
        List<DataType> operands = operands(List.of(it.left(), it.right()));
        DataType left = factor(it, it.left(), it.right(), operands.getFirst());
        DataType right = factor(it, it.right(), it.left(), operands.getLast());
        if (left instanceof DataType.Timestamp a && right instanceof DataType.Timestamp b) {
            require(it.op() == Expr.Arithmetic.Op.SUBTRACT && a.unit() == b.unit(), it);
            return DataType.INT64;
        }
        if (left instanceof DataType.Date32 && right instanceof DataType.Date32) {
            require(it.op() == Expr.Arithmetic.Op.SUBTRACT, it);
            return DataType.INT64;
        }
        require(left.numeric() && right.numeric(), it);
        if (left.integer() && right.integer()) {
            boolean wide = left instanceof DataType.Int64 || right instanceof DataType.Int64;
            return wide ? DataType.INT64 : DataType.INT32;
        }
        if (left.floating() || right.floating()) {
            return common(left, right, it);
        }
        return decimalArithmetic(it, decimal(left), decimal(right));
    }

    /// A literal that multiplies or divides a decimal has no more digits than it shows.
    private DataType factor(Expr.Arithmetic it, Expr operand, Expr beside, DataType adapted) {
        boolean scales = it.op() == Expr.Arithmetic.Op.MULTIPLY || it.op() == Expr.Arithmetic.Op.DIVIDE;
        if (!scales || !(operand instanceof Expr.Literal literal) || !(type(beside) instanceof DataType.Decimal)) {
            return adapted;
        }
        BigDecimal number = switch (literal.value()) {
            case Long integer when literal.type().integer() -> BigDecimal.valueOf(integer);
            case BigDecimal decimal -> decimal.stripTrailingZeros();
            case null, default -> null;
        };
        if (number == null) {
            return adapted;
        }
        int scale = Math.max(number.scale(), 0);
        int digits = number.setScale(scale).precision();
        return new DataType.Decimal(Math.max(digits, Math.max(scale, 1)), scale);
    }

    private static DataType decimalArithmetic(Expr.Arithmetic it, DataType.Decimal a, DataType.Decimal b) {
        int scale = Math.max(a.scale(), b.scale());
        int whole = a.precision() - a.scale();
        int otherWhole = b.precision() - b.scale();
        return switch (it.op()) {
            case ADD, SUBTRACT -> capped(Math.max(whole, otherWhole) + scale + 1, scale);
            case MULTIPLY -> {
                require(a.scale() + b.scale() <= DataType.Decimal.MAX_PRECISION, it);
                yield capped(a.precision() + b.precision(), a.scale() + b.scale());
            }
            case DIVIDE -> capped(DataType.Decimal.MAX_PRECISION, Math.max(6, a.scale()));
            case REMAINDER -> capped(Math.min(whole, otherWhole) + scale, scale);
        };
    }

    private DataType bools(Expr expression) {
        for (Expr input : ExpressionTree.inputs(expression)) {
            require(type(input) instanceof DataType.Bool, expression);
        }
        return DataType.BOOL;
    }

    private DataType cases(Expr.Case it) {
        List<Expr> values = new ArrayList<>();
        for (Expr.Case.Branch branch : it.branches()) {
            require(type(branch.when()) instanceof DataType.Bool, it);
            values.add(branch.then());
        }
        if (it.otherwise() != null) {
            values.add(it.otherwise());
        }
        return chosen(values);
    }

    private DataType call(Expr.Call it) {
        List<Expr> arguments = it.arguments();
        DataType first = arguments.isEmpty() ? null : type(arguments.getFirst());
        return switch (it.function()) {
            case NEGATE, ABS -> {
                require(first.numeric(), it);
                yield first.integer() && first.byteWidth() < 4 ? DataType.INT32 : first;
            }
            case ROUND -> {
                require(first.numeric(), it);
                long digits = arguments.size() == 1 ? 0 : (Long) ((Expr.Literal) arguments.get(1)).value();
                yield OracleNumbers.rounded(first, digits);
            }
            case FLOOR, CEIL -> {
                require(first.numeric(), it);
                yield first instanceof DataType.Decimal decimal && decimal.scale() > 0
                        ? new DataType.Decimal(decimal.precision() - decimal.scale() + 1, 0)
                        : first;
            }
            case SIGN -> {
                require(first.numeric(), it);
                yield first.floating() ? DataType.FLOAT64 : DataType.INT32;
            }
            case SQRT, POW, EXP, LN, LOG10 -> {
                arguments.forEach(argument -> require(type(argument).numeric(), it));
                yield DataType.FLOAT64;
            }
            case PLUS_EXACT, MINUS_EXACT, TIMES_EXACT -> {
                List<DataType> operands = operands(arguments);
                operands.forEach(operand -> require(operand.integer(), it));
                yield operands.contains(DataType.INT64) ? DataType.INT64 : DataType.INT32;
            }
            case IS_NULL -> DataType.BOOL;
            case IS_NAN -> {
                require(first.floating(), it);
                yield DataType.BOOL;
            }
            case COALESCE -> chosen(arguments);
            case LEAST, GREATEST -> {
                DataType common = chosen(arguments);
                require(!(common instanceof DataType.Bool), it);
                yield common;
            }
            case NULL_IF -> {
                compared(arguments);
                yield first;
            }
            case BETWEEN -> {
                require(!(compared(List.of(arguments.get(0), arguments.get(1))) instanceof DataType.Bool), it);
                compared(List.of(arguments.get(0), arguments.get(2)));
                yield DataType.BOOL;
            }
            case LENGTH -> texts(it, 1, DataType.INT32);
            case OCTET_LENGTH -> {
                require(!first.fixedWidth(), it);
                yield DataType.INT32;
            }
            case LOWER, UPPER, TRIM, TRIM_START, TRIM_END -> texts(it, 1, DataType.UTF8);
            case SUBSTRING -> {
                arguments.stream()
                        .skip(1)
                        .forEach(argument -> require(type(argument).integer(), it));
                yield texts(it, 1, DataType.UTF8);
            }
            case CONCAT -> texts(it, arguments.size(), DataType.UTF8);
            case STARTS_WITH, ENDS_WITH, CONTAINS, LIKE -> texts(it, 2, DataType.BOOL);
            case REPLACE -> texts(it, 3, DataType.UTF8);
            case SPLIT_PART -> {
                require(type(arguments.get(2)).integer(), it);
                yield texts(it, 2, DataType.UTF8);
            }
            case REGEXP_LIKE -> texts(it, 2, DataType.BOOL);
            case REGEXP_EXTRACT -> texts(it, 2, DataType.UTF8);
            case FORMAT_NUMBER -> {
                require(first.numeric(), it);
                yield DataType.UTF8;
            }
            case PARSE_TIME -> {
                texts(it, 2, null);
                yield type(arguments.get(2));
            }
            case FORMAT_TIME -> {
                require(time(first), it);
                yield DataType.UTF8;
            }
            case DATE_TRUNC -> {
                require(time(type(arguments.get(1))), it);
                yield type(arguments.get(1));
            }
            case EXTRACT -> {
                require(time(type(arguments.get(1))), it);
                yield DataType.INT64;
            }
            case HASH -> {
                arguments.forEach(this::type);
                yield DataType.INT64;
            }
        };
    }

    private static boolean time(DataType type) {
        return type instanceof DataType.Timestamp || type instanceof DataType.Date32;
    }

    private DataType texts(Expr.Call it, int count, DataType result) {
        it.arguments().stream().limit(count).forEach(argument -> require(type(argument) instanceof DataType.Utf8, it));
        return result;
    }

    private static void require(boolean holds, Expr where) {
        if (!holds) {
            throw new Refused("no type: " + where);
        }
    }
}
