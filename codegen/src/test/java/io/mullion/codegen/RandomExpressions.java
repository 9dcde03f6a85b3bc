package io.mullion.codegen;

import static io.mullion.expr.Expressions.ceil;
import static io.mullion.expr.Expressions.coalesce;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.concat;
import static io.mullion.expr.Expressions.dateTrunc;
import static io.mullion.expr.Expressions.exp;
import static io.mullion.expr.Expressions.extract;
import static io.mullion.expr.Expressions.floor;
import static io.mullion.expr.Expressions.formatNumber;
import static io.mullion.expr.Expressions.formatTime;
import static io.mullion.expr.Expressions.greatest;
import static io.mullion.expr.Expressions.hash;
import static io.mullion.expr.Expressions.least;
import static io.mullion.expr.Expressions.length;
import static io.mullion.expr.Expressions.ln;
import static io.mullion.expr.Expressions.log10;
import static io.mullion.expr.Expressions.lookup;
import static io.mullion.expr.Expressions.lower;
import static io.mullion.expr.Expressions.mapDouble;
import static io.mullion.expr.Expressions.mapLong;
import static io.mullion.expr.Expressions.minusExact;
import static io.mullion.expr.Expressions.not;
import static io.mullion.expr.Expressions.octetLength;
import static io.mullion.expr.Expressions.parseTime;
import static io.mullion.expr.Expressions.plusExact;
import static io.mullion.expr.Expressions.pow;
import static io.mullion.expr.Expressions.regexpExtract;
import static io.mullion.expr.Expressions.regexpLike;
import static io.mullion.expr.Expressions.replace;
import static io.mullion.expr.Expressions.round;
import static io.mullion.expr.Expressions.sign;
import static io.mullion.expr.Expressions.splitPart;
import static io.mullion.expr.Expressions.sqrt;
import static io.mullion.expr.Expressions.substring;
import static io.mullion.expr.Expressions.testDouble;
import static io.mullion.expr.Expressions.testLong;
import static io.mullion.expr.Expressions.timesExact;
import static io.mullion.expr.Expressions.trim;
import static io.mullion.expr.Expressions.trimEnd;
import static io.mullion.expr.Expressions.upper;
import static io.mullion.expr.Expressions.when;

import io.mullion.expr.DataType;
import io.mullion.expr.DateField;
import io.mullion.expr.Expr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Expressions of all types over [Samples#WIDE], from a seed.
///
/// Some parts come twice in a tree, so that what a compiler computes once for both is asked for in places that are
/// guarded and in others that are not.
final class RandomExpressions {
    private static final List<String> NAMES = List.copyOf(Samples.TYPES.keySet());
    private static final List<DataType> INTEGERS =
            List.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64);
    private static final List<String> PATTERNS = List.of("%e%", "t__e", "a%", "%,%", "_%é%", "%");
    private static final List<String> REGEXES = List.of("tree", "^[a-z]+$", "([0-9]+)-?", "e.", "\\s");

    private final SplittableRandom random;
    private final OracleTypes types = new OracleTypes(Samples.WIDE);
    private final Map<DataType, List<Expr>> made = new HashMap<>();

    RandomExpressions(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Of any type, nested up to `depth` deep.
    Expr expression(int depth) {
        return expression(Samples.TYPES.get(pick(NAMES)), depth);
    }

    Expr expression(DataType type, int depth) {
        List<Expr> before = made.computeIfAbsent(type, _ -> new ArrayList<>());
        if (!before.isEmpty() && chance(12)) {
            return pick(before);
        }
        Expr expression = depth <= 0 || chance(7) ? leaf(type) : tree(type, depth - 1);
        before.add(expression);
        return expression;
    }

    private Expr tree(DataType type, int depth) {
        Expr made = random.nextInt(5) < 2 ? general(type, depth) : special(type, depth);
        try {
            return types.type(made).equals(type) ? made : leaf(type);
        } catch (OracleTypes.Refused refused) {
            return leaf(type);
        }
    }

    private boolean chance(int of) {
        return random.nextInt(of) == 0;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    @SafeVarargs
    private final <T> T any(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static String name(DataType type) {
        return Samples.TYPES.entrySet().stream()
                .filter(it -> it.getValue().equals(type))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private Expr leaf(DataType type) {
        return column(type);
    }

    private Expr column(DataType type) {
        return col(name(type) + (1 + random.nextInt(4)));
    }

    /// Mostly an expression, sometimes a literal that takes the type of what stands beside it.
    private Expr operand(DataType type, int depth) {
        return chance(4) ? ExpressionCases.literal(name(type)) : expression(type, depth);
    }

    private Expr bool(int depth) {
        return expression(DataType.BOOL, depth);
    }

    private Expr text(int depth) {
        return expression(DataType.UTF8, depth);
    }

    private DataType anyType() {
        return Samples.TYPES.get(pick(NAMES));
    }

    private DataType number() {
        return Samples.TYPES.get(pick(ExpressionCases.NUMBERS));
    }

    private DataType time() {
        return Samples.TYPES.get(pick(ExpressionCases.TIMES));
    }

    /// What there is for every type.
    private Expr general(DataType type, int depth) {
        return switch (random.nextInt(8)) {
            case 0 -> coalesce(expression(type, depth), operand(type, depth));
            case 1 -> when(bool(depth), expression(type, depth)).otherwise(operand(type, depth));
            case 2 -> when(bool(depth), operand(type, depth)).when(bool(depth), expression(type, depth));
            case 3 -> expression(type, depth).nullIf(operand(type, depth));
            case 4 -> least(expression(type, depth), operand(type, depth), expression(type, depth));
            case 5 -> greatest(operand(type, depth), expression(type, depth));
            default -> {
                DataType from = anyType();
                Expr input = expression(from, depth);
                yield !OracleCasts.allowed(from, type)
                        ? leaf(type)
                        : chance(5) ? input.cast(type) : input.tryCast(type);
            }
        };
    }

    private Expr special(DataType type, int depth) {
        return switch (type) {
            case DataType.Bool _ -> predicate(depth);
            case DataType.Int8 _, DataType.Int16 _ -> general(type, depth);
            case DataType.Int32 _ -> int32(depth);
            case DataType.Int64 _ -> int64(depth);
            case DataType.Float32 _ ->
                any(
                        arithmetic(type, any(type, DataType.INT8, DataType.INT16), depth),
                        rounded(expression(type, depth)));
            case DataType.Float64 _ -> float64(depth);
            case DataType.Decimal _ ->
                chance(2)
                        ? rounded(expression(type, depth))
                        : arithmetic(number(), any(type, DataType.INT32), depth).tryCast(type);
            case DataType.Utf8 _ -> made(depth);
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> text(depth).cast(type);
            case DataType.Date32 _ ->
                any(
                        dateTrunc(unit(), expression(type, depth)),
                        expression(type, depth).plus(Duration.ofDays(random.nextInt(-99, 99))));
            case DataType.Timestamp it -> point(it, depth);
        };
    }

    private DateField unit() {
        return pick(Arrays.stream(DateField.values()).filter(DateField::unit).toList());
    }

    private Expr rounded(Expr input) {
        return any(
                input.negate(),
                input.abs(),
                floor(input),
                ceil(input),
                round(input),
                round(input, random.nextInt(5)),
                round(input, -1 - random.nextInt(3)));
    }

    private Expr arithmetic(DataType left, DataType right, int depth) {
        // Integer divisions seldom, since most of their rows would fail.
        Expr.Arithmetic.Op op = pick(Arrays.asList(Expr.Arithmetic.Op.values()).subList(0, chance(4) ? 5 : 3));
        Expr divisor = operand(right, depth);
        boolean guarded = op.compareTo(Expr.Arithmetic.Op.DIVIDE) >= 0 && right.integer() && !chance(3);
        return new Expr.Arithmetic(op, expression(left, depth), guarded ? divisor.nullIf(0) : divisor);
    }

    private Expr int32(int depth) {
        return switch (random.nextInt(7)) {
            case 0 -> length(text(depth));
            case 1 -> octetLength(expression(any(DataType.UTF8, DataType.BINARY), depth));
            case 2 -> sign(expression(pick(INTEGERS), depth));
            case 3 -> plusExact(expression(DataType.INT32, depth), operand(DataType.INT8, depth));
            case 4 -> rounded(expression(any(DataType.INT8, DataType.INT32), depth));
            default -> arithmetic(pick(INTEGERS.subList(0, 3)), pick(INTEGERS.subList(0, 3)), depth);
        };
    }

    private Expr int64(int depth) {
        return switch (random.nextInt(10)) {
            case 0 -> extract(pick(Arrays.asList(DateField.values())), expression(time(), depth));
            case 1 -> extract(pick(Arrays.asList(DateField.values())), expression(DataType.DATE32, depth));
            case 2 -> hash(expression(anyType(), depth), expression(anyType(), depth));
            case 3 -> mapLong(expression(pick(INTEGERS), depth), x -> x * 3 + 1);
            case 4 -> {
                DataType type = any(time(), time(), DataType.DATE32);
                yield expression(type, depth).minus(expression(type, depth));
            }
            case 5 ->
                any(
                        minusExact(expression(DataType.INT64, depth), expression(pick(INTEGERS), depth)),
                        timesExact(expression(DataType.INT64, depth), expression(DataType.INT8, depth)));
            case 6 ->
                any(
                        lookup(TestTable.DENSE.table(), expression(pick(INTEGERS), depth)),
                        lookup(TestTable.WORDS.table(), text(depth)));
            case 7 -> rounded(expression(DataType.INT64, depth));
            default -> arithmetic(DataType.INT64, pick(INTEGERS), depth);
        };
    }

    private Expr float64(int depth) {
        Expr input = expression(number(), depth);
        return switch (random.nextInt(9)) {
            case 0 -> sqrt(input);
            case 1 -> any(exp(input), ln(input), log10(input));
            case 2 -> pow(input, operand(number(), depth));
            case 3 -> sign(expression(any(DataType.FLOAT32, DataType.FLOAT64), depth));
            case 4 -> mapDouble(input, x -> x * 0.5 - 1);
            case 5 -> lookup(TestTable.NUMBERS.table(), expression(pick(INTEGERS), depth));
            case 6 -> rounded(expression(DataType.FLOAT64, depth));
            default -> arithmetic(any(DataType.FLOAT64, DataType.FLOAT32), number(), depth);
        };
    }

    private Expr made(int depth) {
        Expr text = text(depth);
        return switch (random.nextInt(12)) {
            case 0 -> any(lower(text), upper(text), trim(text), trimEnd(text));
            case 1, 2 -> concat(text, operand(DataType.UTF8, depth));
            case 3 -> substring(text, expression(DataType.INT8, depth));
            case 4 -> substring(text, 1 + random.nextInt(9), random.nextInt(20));
            case 5 -> replace(text, any("e", "tree", "1"), any("", "E", "äö"));
            case 6 -> splitPart(text, any(",", " ", "e"), any(1, 2, -1));
            case 7 -> regexpExtract(text, pick(REGEXES), 0);
            case 8 -> formatTime(expression(time(), depth), "yyyy-MM-dd'T'HH:mm:ss.SSS");
            case 9 -> formatNumber(expression(number(), depth), random.nextInt(5));
            case 10 ->
                any(
                        lookup(TestTable.NAMES.table(), expression(DataType.INT64, depth)),
                        lookup(TestTable.CAPITALS.table(), text));
            default -> expression(anyType(), depth).tryCast(DataType.UTF8);
        };
    }

    private Expr point(DataType.Timestamp type, int depth) {
        Expr input = expression(type, depth);
        return switch (random.nextInt(4)) {
            case 0 -> input.plus(Duration.ofDays(random.nextInt(100)));
            case 1 -> input.minus(Duration.ofSeconds(random.nextInt(100_000)));
            case 2 ->
                when(regexpLike(text(depth), "^[0-9]{4}-"), parseTime(text(depth), "yyyy-MM-dd", type))
                        .otherwise(input);
            default -> dateTrunc(unit(), input);
        };
    }

    private Expr predicate(int depth) {
        return switch (random.nextInt(14)) {
            case 0, 1 -> bool(depth).and(bool(depth));
            case 2, 3 -> bool(depth).or(bool(depth));
            case 4 ->
                any(
                        not(bool(depth)),
                        expression(any(DataType.FLOAT32, DataType.FLOAT64), depth)
                                .isNaN());
            case 5 -> expression(anyType(), depth).isNull();
            case 6 -> {
                DataType type = anyType();
                yield expression(type, depth).between(operand(type, depth), operand(type, depth));
            }
            case 7 -> {
                DataType type = anyType();
                Object literal = ExpressionCases.LITERALS.get(name(type));
                yield chance(3)
                        ? expression(type, depth).in(literal, null)
                        : any(
                                expression(type, depth).in(literal),
                                expression(type, depth).notIn(literal));
            }
            case 8 -> {
                Expr text = text(depth);
                yield any(
                        text.startsWith("a"), text.endsWith(text(depth)), text.contains(operand(DataType.UTF8, depth)));
            }
            case 9 -> any(text(depth).like(pick(PATTERNS)), regexpLike(text(depth), pick(REGEXES)));
            case 10 ->
                any(
                        testLong(expression(pick(INTEGERS), depth), x -> x % 2 == 0),
                        testDouble(expression(DataType.FLOAT64, depth), x -> x > 0));
            default -> comparison(depth);
        };
    }

    private Expr comparison(int depth) {
        Expr.Comparison.Op op = pick(Arrays.asList(Expr.Comparison.Op.values()));
        if (chance(3)) {
            return new Expr.Comparison(op, expression(number(), depth), operand(number(), depth));
        }
        DataType type = anyType();
        boolean equality = type instanceof DataType.Bool;
        return new Expr.Comparison(
                equality ? Expr.Comparison.Op.EQ : op, expression(type, depth), operand(type, depth));
    }
}
