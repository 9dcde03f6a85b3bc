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
import static io.mullion.expr.Expressions.length;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.ln;
import static io.mullion.expr.Expressions.log10;
import static io.mullion.expr.Expressions.lower;
import static io.mullion.expr.Expressions.minusExact;
import static io.mullion.expr.Expressions.not;
import static io.mullion.expr.Expressions.nullOf;
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
import static io.mullion.expr.Expressions.timesExact;
import static io.mullion.expr.Expressions.trim;
import static io.mullion.expr.Expressions.trimEnd;
import static io.mullion.expr.Expressions.trimStart;
import static io.mullion.expr.Expressions.upper;

import io.mullion.expr.DataType;
import io.mullion.expr.DateField;
import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The functions of numbers, texts and times in the table of the contract suite; see [ExpressionCases].
final class FunctionCases {
    private static final DataType.Timestamp BERLIN = (DataType.Timestamp) Samples.TYPES.get("berlin");
    private static final DataType.Timestamp MILLIS = (DataType.Timestamp) DataType.timestamp(TimeUnit.MILLIS);

    private FunctionCases() {}

    static List<Expr> numbers() {
        List<Expr> cases = new ArrayList<>();
        List<UnaryOperator<Expr>> functions = List.of(
                Expr::negate,
                Expr::abs,
                it -> sign(it),
                it -> sqrt(it),
                it -> floor(it),
                it -> ceil(it),
                it -> round(it),
                it -> exp(it),
                it -> ln(it),
                it -> log10(it));
        for (UnaryOperator<Expr> function : functions) {
            for (String type : ExpressionCases.NUMBERS) {
                cases.add(function.apply(col(type + 1)));
                cases.add(function.apply(col(type + 3)));
            }
        }
        for (String type : ExpressionCases.NUMBERS) {
            cases.add(pow(col(type + 1), col("double3")));
            cases.add(pow(col("float3"), col(type + 4)));
            for (int digits : new int[] {0, 2, 11}) {
                cases.add(formatNumber(col(type + (digits == 2 ? 1 : 3)), digits));
            }
        }
        for (String type : ExpressionCases.NUMBERS) {
            for (int digits : new int[] {0, 1, 2, 8, -1, -2, -3}) {
                cases.add(round(col(type + (digits == 1 ? 1 : 3)), digits));
            }
            cases.add(round(col(type + 1), type.equals("float") || type.equals("double") ? -22 : -18));
        }
        cases.add(round(col("double1"), 22));
        cases.add(round(col("float3"), 22));
        cases.add(round(col("money1"), -10));
        cases.add(round(col("money3"), -11));
        cases.add(round(col("money1").remainder(col("int2")), -18));
        cases.add(round(col("money3").remainder(col("int2")), -18));
        cases.add(round(col("huge1"), 38));
        cases.add(round(col("huge3").tryCast(DataType.decimal(38, 0)), -4));
        cases.add(round(col("huge3").tryCast(DataType.decimal(38, 38)), -1));
        for (String name : List.of("float1", "float3", "double1", "double3")) {
            cases.add(col(name).isNaN());
        }
        cases.add(not(col("double3").isNaN()));
        cases.add(lit(0.1f).plus(col("float3")));
        cases.add(lit(0.1f).times(col("double3")));
        cases.add(lit(0.1f));
        cases.add(pow(col("int3"), 2));
        List<String> integers = List.of("byte", "short", "int", "long");
        for (String left : integers) {
            for (String right : integers) {
                cases.add(plusExact(col(left + 1), col(right + 2)));
                cases.add(minusExact(col(left + 3), col(right + 4)));
                cases.add(timesExact(col(left + 1), col(right + 4)));
            }
        }
        cases.add(plusExact(col("int3"), 1));
        cases.add(timesExact(col("long3"), -1));
        return cases;
    }

    /// Every type as every other that it can be cast to.
    static List<Expr> casts() {
        List<Expr> cases = new ArrayList<>();
        Samples.TYPES.forEach((from, fromType) -> Samples.TYPES.forEach((to, toType) -> {
            if (OracleCasts.allowed(fromType, toType)) {
                cases.add(col(from + 1).cast(toType));
                cases.add(col(from + 3).cast(toType));
                cases.add(col(from + 3).tryCast(toType));
            }
        }));
        cases.add(col("huge3").cast(DataType.decimal(12, 1)));
        cases.add(col("money3").cast(DataType.decimal(38, 38)));
        cases.add(col("double3").tryCast(DataType.decimal(5, 5)));
        Oracle oracle = new Oracle(Samples.WIDE);
        Samples.TYPES.forEach((from, fromType) -> Samples.TYPES.forEach((to, toType) -> {
            Expr literal = ExpressionCases.literal(from);
            if (OracleCasts.allowed(oracle.types().type(literal), toType)) {
                cases.add(literal.tryCast(toType));
            }
        }));
        for (String text : List.of("12", "-1.5", "true", "2024-02-29", "2024-02-29T12:00:00.123456789+01:00", "é")) {
            Samples.TYPES.values().forEach(type -> cases.add(lit(text).tryCast(type)));
        }
        // A cast of a literal is no literal: it has its type beside whatever stands there.
        cases.add(lit(5).cast(DataType.INT64).plus(col("int1")));
        cases.add(lit(5).cast(DataType.FLOAT64).times(col("float3")));
        cases.add(lit("7").cast(DataType.INT8).plus(col("byte3")));
        cases.add(coalesce(col("byte3"), lit(1).cast(DataType.INT32)));
        cases.add(coalesce(col("byte3"), nullOf(DataType.INT64).cast(DataType.INT32)));
        cases.add(coalesce(lit("x").tryCast(DataType.INT32), col("short3"), lit(3)));
        cases.add(col("day3").lt(lit("2024-02-29").cast(DataType.DATE32)));
        cases.add(col("int3").dividedBy(lit("3").cast(DataType.INT32)));
        cases.add(lit("2024-02-29").cast(DataType.DATE32).cast(BERLIN).cast(DataType.UTF8));
        cases.add(concat(col("text3"), lit(1.5).cast(DataType.UTF8)));
        cases.add(lit("12").cast(DataType.INT8));
        cases.add(lit("x").tryCast(DataType.INT8));
        cases.add(col("int1").dividedBy(col("int2")).tryCast(DataType.INT8));
        return cases;
    }

    static List<Expr> texts() {
        List<Expr> cases = new ArrayList<>();
        for (Expr text : List.of(col("text1"), col("text3"))) {
            cases.addAll(List.of(
                    length(text),
                    octetLength(text),
                    lower(text),
                    upper(text),
                    trim(text),
                    trimStart(text),
                    trimEnd(text),
                    concat(text, col("text4")),
                    concat(text, "-", col("text2"), "é"),
                    replace(text, "e", "EE"),
                    replace(text, "tree", ""),
                    replace(text, "", "x"),
                    replace(text, col("text4"), col("text2")),
                    concat(trim(text), upper(text), trim(text)),
                    lower(concat(text, "ÄÖ")).eq(col("text2"))));
            for (Object part :
                    List.of("", "a", "tree", "é", "\uD83D\uDE00", "than eight", col("text2"), col("text4"))) {
                cases.add(text.startsWith(part));
                cases.add(text.endsWith(part));
                cases.add(text.contains(part));
            }
            for (String pattern : List.of(
                    "", "%", "_", "tree", "%tree%", "tre_", "t%", "%e", "%a%b%", "_%_", "a\\%b", "%\\_%", "%é_", "__",
                    "%e%e%")) {
                cases.add(text.like(pattern));
            }
            for (long from : new long[] {1, 2, 5, 0, -1, -100, 30, Long.MAX_VALUE, Long.MIN_VALUE}) {
                cases.add(substring(text, from));
                cases.add(substring(text, from, 3));
            }
            cases.add(substring(text, 3, 0));
            cases.add(substring(text, 2, Long.MAX_VALUE));
            cases.add(substring(text, col("byte3")));
            cases.add(substring(text, col("byte1"), col("byte4")));
            cases.add(substring(text, col("long1"), col("long2")));
            for (String separator : List.of(",", " ", "e", "ee", "é")) {
                for (int number : new int[] {1, 2, -1, -2, 7}) {
                    cases.add(splitPart(text, separator, number));
                }
            }
            cases.add(splitPart(text, ",", col("byte3")));
            for (String regex : List.of(
                    "", "tree", "^a", "e$", "[0-9]+", "(\\d+)-(\\d+)", "^(t)(r)?", "é.", "(?i)TREE", "\\bb\\b")) {
                cases.add(regexpLike(text, regex));
                cases.add(regexpExtract(text, regex, 0));
            }
            cases.add(regexpExtract(text, "(\\d+)-(\\d+)", 2));
            cases.add(regexpExtract(text, "^(t)(x)?", 2));
        }
        cases.add(octetLength(col("bytes1")));
        cases.add(octetLength(col("bytes3")));
        return cases;
    }

    static List<Expr> times() {
        List<Expr> cases = new ArrayList<>();
        List<String> types = new ArrayList<>(ExpressionCases.TIMES);
        types.add("day");
        for (DateField field : DateField.values()) {
            for (String type : types) {
                cases.add(extract(field, col(type + 1)));
                cases.add(extract(field, col(type + 3)));
                if (field.unit()) {
                    cases.add(dateTrunc(field, col(type + 1)));
                    cases.add(dateTrunc(field, col(type + 3)));
                }
            }
        }
        Map<String, Duration> steps = Map.of(
                "s", Duration.ofDays(100),
                "ms", Duration.ofMillis(-1),
                "us", Duration.ofNanos(1_000),
                "ns", Duration.ofSeconds(5, 7),
                "berlin", Duration.ofHours(26));
        for (String type : ExpressionCases.TIMES) {
            cases.add(col(type + 1).plus(steps.get(type)));
            cases.add(col(type + 3).minus(steps.get(type)));
            cases.add(col(type + 3).minus(col(type + 1)));
            cases.add(formatTime(col(type + 1), "yyyy-MM-dd HH:mm:ss"));
            cases.add(formatTime(col(type + 3), "dd.MM.yyyy'T'HH:mm:ss.SSSXXX"));
        }
        for (long days : new long[] {0, 1, -31, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            cases.add(col("day1").plus(Duration.ofDays(days)));
            cases.add(col("day3").minus(Duration.ofDays(days / 2)));
        }
        cases.add(col("day1").minus(col("day2")));
        cases.add(col("day3").minus("2024-02-29"));
        cases.add(lit("2024-02-29").minus(col("day4")));
        cases.add(formatTime(col("day3"), "dd/MM/yyyy"));
        cases.add(parseTime(col("text1"), "yyyy-MM-dd", MILLIS));
        cases.add(parseTime(col("text3"), "dd.MM.yyyy HH:mm", BERLIN));
        cases.add(
                parseTime(formatTime(col("berlin3"), "yyyy-MM-dd'T'HH:mm:ssXXX"), "yyyy-MM-dd'T'HH:mm:ssXXX", BERLIN));
        cases.add(parseTime(formatTime(col("us1"), "yyyyMMdd HHmmss.SSS"), "yyyyMMdd HHmmss.SSS", MILLIS));
        return cases;
    }
}
