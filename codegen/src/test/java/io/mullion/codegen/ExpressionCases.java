package io.mullion.codegen;

import static io.mullion.expr.Expressions.coalesce;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.greatest;
import static io.mullion.expr.Expressions.hash;
import static io.mullion.expr.Expressions.least;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.lookup;
import static io.mullion.expr.Expressions.mapDouble;
import static io.mullion.expr.Expressions.mapDoubleToLong;
import static io.mullion.expr.Expressions.mapLong;
import static io.mullion.expr.Expressions.mapLongToDouble;
import static io.mullion.expr.Expressions.not;
import static io.mullion.expr.Expressions.nullOf;
import static io.mullion.expr.Expressions.testDouble;
import static io.mullion.expr.Expressions.testLong;
import static io.mullion.expr.Expressions.when;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// The table of the contract suite: every operator and function over the columns of [Samples#WIDE], for every type that
/// it takes, over columns that may hold nulls and others, and beside literals. Functions of numbers, texts and times
/// are in [FunctionCases].
final class ExpressionCases {
    static final List<String> NUMBERS = List.of("byte", "short", "int", "long", "float", "double", "money", "huge");
    static final List<String> TIMES = List.of("s", "ms", "us", "ns", "berlin");

    /// A literal that takes the type of the column beside it, or stays what it is.
    static final Map<String, Object> LITERALS = literals();

    private ExpressionCases() {}

    static Map<String, List<Expr>> families() {
        Map<String, List<Expr>> families = new LinkedHashMap<>();
        families.put("arithmetic", arithmetic());
        families.put("comparisons", comparisons());
        families.put("logic", logic());
        families.put("nulls", nulls());
        families.put("choices", choices());
        families.put("lists", lists());
        families.put("numbers", FunctionCases.numbers());
        families.put("casts", FunctionCases.casts());
        families.put("texts", FunctionCases.texts());
        families.put("times", FunctionCases.times());
        families.put("tables and user functions", tables());
        return families;
    }

    private static Map<String, Object> literals() {
        Map<String, Object> literals = new LinkedHashMap<>();
        literals.put("flag", true);
        literals.put("byte", 7);
        literals.put("short", -300);
        literals.put("int", 70_000);
        literals.put("long", 5_000_000_000L);
        literals.put("float", 0.5);
        literals.put("double", 0.1);
        literals.put("money", new BigDecimal("12.34"));
        literals.put("huge", new BigDecimal("-0.0000000001"));
        literals.put("text", "tree");
        literals.put("bytes", new byte[] {'t', 'r', 'e', 'e'});
        literals.put("day", LocalDate.of(2024, 2, 29));
        literals.put("s", Instant.parse("2024-03-31T01:00:00Z"));
        literals.put("ms", Instant.parse("2024-10-27T00:30:00Z"));
        literals.put("us", Instant.parse("1969-12-31T23:59:59.999999Z"));
        literals.put("ns", Instant.parse("2024-02-29T12:34:56.789012345Z"));
        literals.put("berlin", Instant.parse("1970-01-01T00:00:00Z"));
        return literals;
    }

    private static List<Expr> arithmetic() {
        List<Expr> cases = new ArrayList<>();
        for (String left : NUMBERS) {
            for (String right : NUMBERS) {
                for (Expr.Arithmetic.Op op : Expr.Arithmetic.Op.values()) {
                    if (left.equals(right)) {
                        cases.add(new Expr.Arithmetic(op, col(left + 1), col(right + 2)));
                        cases.add(new Expr.Arithmetic(op, col(left + 3), col(right + 4)));
                        cases.add(new Expr.Arithmetic(op, col(left + 3), literal(right)));
                        cases.add(new Expr.Arithmetic(op, literal(left), col(right + 1)));
                    } else {
                        cases.add(new Expr.Arithmetic(op, col(left + 1), col(right + 3)));
                    }
                }
            }
        }
        // No decimal of 38 digits holds both.
        Expr whole = col("huge3").cast(DataType.decimal(38, 0));
        Expr fine = col("huge4").tryCast(DataType.decimal(38, 36));
        for (Expr.Arithmetic.Op op : Expr.Arithmetic.Op.values()) {
            cases.add(new Expr.Arithmetic(op, whole, fine));
            cases.add(new Expr.Arithmetic(op, fine, col("long1")));
        }
        return cases;
    }

    static Expr literal(String column) {
        return Expr.Literal.of(LITERALS.get(column));
    }

    private static List<Expr> comparisons() {
        List<Expr> cases = new ArrayList<>();
        Expr.Comparison.Op[] ops = Expr.Comparison.Op.values();
        for (String type : Samples.TYPES.keySet()) {
            for (Expr.Comparison.Op op : Arrays.asList(ops).subList(0, type.equals("flag") ? 2 : ops.length)) {
                cases.add(new Expr.Comparison(op, col(type + 1), col(type + 2)));
                cases.add(new Expr.Comparison(op, col(type + 3), col(type + 4)));
                cases.add(new Expr.Comparison(op, col(type + 3), literal(type)));
                cases.add(new Expr.Comparison(op, literal(type), col(type + 1)));
            }
        }
        for (String left : NUMBERS) {
            for (String right : NUMBERS) {
                if (!left.equals(right)) {
                    cases.add(new Expr.Comparison(ops[cases.size() % ops.length], col(left + 1), col(right + 3)));
                }
            }
        }
        cases.add(col("huge3").cast(DataType.decimal(38, 0)).gt(col("huge4").tryCast(DataType.decimal(38, 36))));
        cases.add(col("huge3").tryCast(DataType.decimal(38, 38)).le(col("long4")));
        cases.add(col("double3").eq(Double.NaN));
        cases.add(col("double1").lt(Double.NaN));
        cases.add(col("float3").ge(Double.NaN));
        cases.add(col("float1").eq(-0.0));
        cases.add(col("double3").gt(0.0));
        cases.add(col("byte3").gt(1000));
        cases.add(col("int1").lt(1L << 40));
        cases.add(col("day3").ge("2024-02-29"));
        cases.add(col("ms3").lt("2024-03-31T01:00:00Z"));
        cases.add(lit("2024-03-31T03:00:00+02:00").le(col("berlin1")));
        cases.add(col("berlin3").gt(col("us1")));
        cases.add(col("text3").eq(""));
        cases.add(col("text1").ge("é"));
        return cases;
    }

    private static List<Expr> logic() {
        Expr fails = col("int1").dividedBy(col("int2")).gt(0);
        Expr failsOrNull = col("long3").remainder(col("byte4")).eq(0);
        List<Expr> cases = new ArrayList<>();
        for (Expr left : List.of(col("flag1"), col("flag3"), lit(true), lit(false), nullOf(DataType.BOOL))) {
            for (Expr right : List.of(col("flag2"), col("flag4"), fails, failsOrNull, nullOf(DataType.BOOL))) {
                cases.add(left.and(right));
                cases.add(left.or(right));
            }
        }
        cases.add(not(col("flag1")));
        cases.add(not(col("flag3")));
        cases.add(not(col("flag3").and(col("int3").gt(0))).or(col("flag4")));
        cases.add(fails.and(col("flag3")));
        cases.add(failsOrNull.or(fails));
        cases.add(col("int2").ne(0).and(fails));
        cases.add(col("int2").eq(0).or(fails));
        cases.add(col("flag3").and(col("flag4")).and(fails).and(col("text3").eq("tree")));
        cases.add(col("flag1").and(col("flag3").or(fails)).and(not(failsOrNull)));
        cases.add(
                col("long1").gt(0).and(col("double3").lt(0.5)).and(col("text1").contains("e")));
        return cases;
    }

    private static List<Expr> nulls() {
        List<Expr> cases = new ArrayList<>();
        for (Map.Entry<String, DataType> type : Samples.TYPES.entrySet()) {
            String name = type.getKey();
            cases.add(col(name + 1).isNull());
            cases.add(col(name + 3).isNull());
            cases.add(col(name + 4).isNotNull());
            cases.add(col(name + 1));
            cases.add(col(name + 3).as("alias"));
            cases.add(literal(name));
            cases.add(nullOf(type.getValue()));
            cases.add(coalesce(col(name + 3), col(name + 4)));
            cases.add(coalesce(col(name + 3), col(name + 4), col(name + 1)));
            cases.add(col(name + 4).orElse(LITERALS.get(name)));
            cases.add(coalesce(col(name + 1), col(name + 3)));
            cases.add(col(name + 3).nullIf(col(name + 4)));
            cases.add(col(name + 1).nullIf(LITERALS.get(name)));
        }
        cases.add(coalesce(col("byte3"), col("int1")));
        cases.add(coalesce(col("short3"), col("float3"), 1));
        cases.add(coalesce(col("int4"), col("double3")));
        cases.add(coalesce(col("money3"), col("huge4"), col("long1")));
        cases.add(coalesce(col("int3"), col("int1").dividedBy(col("int2")), 5));
        cases.add(col("int3").nullIf(col("money4")));
        cases.add(col("byte3").nullIf(col("double1")));
        cases.add(col("int1").dividedBy(col("int2").nullIf(0)));
        return cases;
    }

    private static List<Expr> choices() {
        List<Expr> cases = new ArrayList<>();
        for (String type : Samples.TYPES.keySet()) {
            cases.add(when(col("flag1"), col(type + 1)).otherwise(col(type + 2)));
            cases.add(when(col("flag3"), col(type + 3)).when(col("flag4"), col(type + 1)));
            cases.add(when(col("int3").gt(0), LITERALS.get(type)).otherwise(col(type + 4)));
            if (!type.equals("flag")) {
                cases.add(least(col(type + 1), col(type + 2)));
                cases.add(greatest(col(type + 3), col(type + 4)));
                cases.add(least(col(type + 3), LITERALS.get(type), col(type + 4)));
                cases.add(greatest(col(type + 1), col(type + 4), col(type + 2), col(type + 3)));
                cases.add(col(type + 1).between(col(type + 2), LITERALS.get(type)));
                cases.add(col(type + 3).between(LITERALS.get(type), col(type + 4)));
            }
        }
        cases.add(when(col("int2").ne(0), col("int1").dividedBy(col("int2"))).otherwise(0));
        cases.add(when(col("int2").eq(0), nullOf(DataType.INT32))
                .otherwise(col("int1").remainder(col("int2"))));
        cases.add(when(col("flag3"), col("byte1")).otherwise(col("money3")));
        cases.add(when(col("flag3"), 1).when(col("flag4"), 0.5).otherwise(col("int3")));
        cases.add(least(col("byte3"), col("float3"), col("int4")));
        cases.add(greatest(col("huge3"), col("long4")));
        cases.add(greatest(col("huge2"), col("huge3").times(col("int1")).tryCast(DataType.decimal(38, 10))));
        cases.add(col("int3").between(-100, 100.5));
        cases.add(col("int3").notBetween(-100, col("int4")));
        cases.add(col("double3").between(Double.NaN, Double.NaN));
        cases.add(col("day3").between("1970-01-01", "2024-02-29"));
        cases.add(col("long1")
                .between(col("int1").dividedBy(col("int2")), col("int1").remainder(col("byte2"))));
        cases.add(many(60));
        return cases;
    }

    /// A case of many branches.
    private static Expr many(int branches) {
        Expr.Case chain = when(col("long1").eq(-30), "b-30");
        for (int number = 1; number < branches; number++) {
            chain = chain.when(col("long1").eq(number - 30), "b" + (number - 30));
        }
        return chain.otherwise(col("text3"));
    }

    private static List<Expr> lists() {
        List<Expr> cases = new ArrayList<>();
        for (Map.Entry<String, Object> type : LITERALS.entrySet()) {
            Expr first = col(type.getKey() + 1);
            Expr nullable = col(type.getKey() + 3);
            cases.add(first.in(type.getValue()));
            cases.add(nullable.in(type.getValue(), null));
            cases.add(nullable.notIn(type.getValue()));
        }
        cases.add(col("int3").in(0, 1, -1, 100));
        cases.add(col("int1").in());
        cases.add(col("int3").in((Object) null));
        cases.add(col("int3").notIn(0, 1, null));
        cases.add(col("byte3").in(1, 2, 300, -1));
        cases.add(col("long3").in(LongStream.range(-150, 150).boxed().toList()));
        cases.add(
                col("int1").in(LongStream.range(0, 3000).map(i -> i * i).boxed().toList()));
        cases.add(col("double3").in(0.0, 0.5, Double.NaN, 100));
        cases.add(col("double1")
                .in(LongStream.range(0, 100).mapToObj(i -> i * 0.25).toList()));
        cases.add(col("float3").in(0.5, -0.0, Double.NaN));
        cases.add(col("money3").in(new BigDecimal("0.5"), 1, BigDecimal.ZERO));
        // What has more digits than the column, or leaves it, is found nowhere.
        cases.add(col("money3").in(new BigDecimal("0.125"), new BigDecimal("0.50")));
        cases.add(col("money3").in(new BigDecimal("0.125"), null));
        cases.add(col("money1").notIn(new BigDecimal("0.125")));
        cases.add(col("money3").notIn(new BigDecimal("0.125"), new BigDecimal("1e20")));
        cases.add(col("huge3").in(new BigDecimal("0.00000000000000000001"), new BigDecimal("0"), 7));
        cases.add(col("int3").in(new BigDecimal("1.00"), new BigDecimal("1.5"), 2, 1L << 40));
        cases.add(col("byte3").in(300, -300));
        cases.add(col("int1").dividedBy(col("int2")).in(1L << 40));
        cases.add(col("int3").dividedBy(col("int2")).notIn(1L << 40));
        cases.add(col("long3").in(new BigDecimal("0.00000000000000000000000000001"), 0));
        cases.add(col("huge1")
                .in(LongStream.range(0, 50).mapToObj(BigDecimal::valueOf).toList()));
        cases.add(col("text3").in("", "a", "tree", "a longer text than eight", "é"));
        cases.add(col("text1")
                .in(Stream.concat(
                                Stream.of("street", "12"),
                                LongStream.range(0, 500).mapToObj(i -> "word" + i))
                        .toList()));
        cases.add(col("day3").in("2024-02-29", LocalDate.EPOCH));
        cases.add(col("us3").in(Instant.EPOCH, "2024-03-31T01:00:00Z"));
        cases.add(col("int1").dividedBy(col("int2")).in(0, 1, 2));
        return cases;
    }

    private static List<Expr> tables() {
        List<Expr> cases = new ArrayList<>();
        for (TestTable table : TestTable.ALL) {
            String key = switch (table.key()) {
                case DataType.Utf8 _ -> "text";
                case DataType.Date32 _ -> "day";
                case DataType.Timestamp _ -> "us";
                default -> "long";
            };
            cases.add(lookup(table.table(), col(key + 1)));
            cases.add(lookup(table.table(), col(key + 3)));
        }
        for (String time : List.of("s", "ms", "ns", "berlin")) {
            cases.add(lookup(TestTable.EVENTS.table(), col(time + 3)));
        }
        cases.add(lookup(TestTable.DENSE.table(), col("byte3")));
        cases.add(lookup(TestTable.PRICES.table(), col("int1")));
        cases.add(lookup(TestTable.NAMES.table(), col("int1").remainder(3)));
        cases.add(lookup(TestTable.WORDS.table(), lookup(TestTable.NAMES.table(), col("byte1"))));
        cases.add(lookup(TestTable.DENSE.table(), 3));
        cases.add(mapLong("long1", x -> x * 2));
        cases.add(mapLong("int3", x -> x ^ 5));
        cases.add(mapLong(col("long3"), col("byte4"), (x, y) -> x - y));
        cases.add(mapDouble("double1", x -> x / 3));
        cases.add(mapDouble("float3", x -> x + 1));
        cases.add(mapDouble(col("double3"), col("int4"), Math::max));
        cases.add(testLong(col("long1"), x -> x > 0));
        cases.add(testLong(col("short3"), x -> (x & 1) == 0));
        cases.add(testDouble(col("double3"), x -> x < 0.5));
        cases.add(mapLongToDouble(col("long3"), x -> x * 0.5));
        cases.add(mapDoubleToLong(col("double3"), Math::round));
        for (String type : Samples.TYPES.keySet()) {
            cases.add(hash(col(type + 1)));
            cases.add(hash(col(type + 3), col(type + 4)));
        }
        cases.add(hash(col("text3"), col("long1"), col("double4"), col("flag3"), col("money3")));
        cases.add(hash(lit("tree"), 5, nullOf(DataType.INT32)));
        return cases;
    }
}
