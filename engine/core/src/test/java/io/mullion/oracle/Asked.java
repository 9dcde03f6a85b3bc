package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.collectSet;
import static io.mullion.expr.Expressions.concat;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.countDistinct;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.maxBy;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static io.mullion.expr.Expressions.sumDistinct;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An aggregate: as the engine is asked for it, and as a list of rows answers.
///
/// @param divides whether its input divides by `z`, so that rows where that is zero are dead letters
/// @param answer from the rows of a group, at least one; [#OVERFLOW] where the result cannot be stated
record Asked(Expr expression, boolean divides, Function<List<Event>, Object> answer) {
    /// Counts and integer sums, from which what leaves a window can be taken out, and what is put together from panes
    /// for each result.
    boolean retractable() {
        return RETRACTABLE.contains(name()) || collects();
    }

    /// Whether values or texts are kept.
    boolean collects() {
        return COLLECTING.contains(name());
    }

    private static final Set<String> COLLECTING = Set.of("ids", "truths", "df", "dxz", "dsx", "ls", "hw", "dlast");

    private static final Set<String> RETRACTABLE = Set.of("n", "nx", "ns", "sx", "s3x", "sxz", "sz");

    /// A sum that is no int64.
    static final Object OVERFLOW = "sum overflow";

    /// What can be retracted, in rows of four lanes where a sum has one.
    static List<Asked> sums() {
        return List.of(
                asked(count().as("n"), rows -> (long) rows.size()),
                asked(sum("x").as("sx"), rows -> exactSum(rows, Event::x)),
                asked(sum("z").as("sz"), rows -> exactSum(rows, Event::z)));
    }

    String name() {
        return Expressions.nameOf(expression);
    }

    static List<Asked> all() {
        return List.of(
                asked(count().as("n"), rows -> (long) rows.size()),
                asked(count("x").as("nx"), rows -> longs(rows, Event::x).count()),
                asked(
                        count("s").as("ns"),
                        rows -> rows.stream().filter(row -> row.s() != null).count()),
                asked(sum("x").as("sx"), rows -> exactSum(rows, Event::x)),
                asked(
                        min("x").as("lx"),
                        rows -> longs(rows, Event::x).min(Long::compare).orElse(null)),
                asked(
                        max("x").as("hx"),
                        rows -> longs(rows, Event::x).max(Long::compare).orElse(null)),
                asked(
                        max("at").as("ha"),
                        rows -> longs(rows, Event::at).max(Long::compare).orElse(null)),
                asked(
                        min("time").as("lt"),
                        rows -> longs(rows, Event::time).min(Long::compare).orElse(null)),
                asked(sum("y").as("sy"), rows -> floats(rows, Double::sum)),
                asked(min("y").as("ly"), rows -> floats(rows, (a, b) -> Double.compare(a, b) <= 0 ? a : b)),
                asked(max("y").as("hy"), rows -> floats(rows, (a, b) -> Double.compare(a, b) >= 0 ? a : b)),
                asked(
                        sum(col("x").times(3)).as("s3x"),
                        rows -> exactSum(rows, row -> row.x() == null ? null : row.x() * 3)),
                asked(
                        min(col("y").plus(col("x"))).as("lxy"),
                        rows -> floats(
                                rows.stream().map(row -> row.x() == null || row.y() == null ? null : row.y() + row.x()),
                                (a, b) -> Double.compare(a, b) <= 0 ? a : b)),
                asked(sum("y").dividedBy(count("y")).as("avgy"), rows -> {
                    Double sum = floats(rows, Double::sum);
                    return sum == null
                            ? null
                            : sum / rows.stream().filter(row -> row.y() != null).count();
                }),
                asked(max("x").minus(min("x")).as("range"), rows -> {
                    Long high = longs(rows, Event::x).max(Long::compare).orElse(null);
                    return high == null
                            ? null
                            : high - longs(rows, Event::x).min(Long::compare).orElseThrow();
                }),
                asked(max("x").dividedBy(count()).as("share"), rows -> {
                    Long high = longs(rows, Event::x).max(Long::compare).orElse(null);
                    return high == null ? null : high / rows.size();
                }),
                // Small sets: lists that do not fit into a batch are no results.
                asked(
                        collectSet(col("id").remainder(5)).as("ids"),
                        rows -> sorted(rows.stream().map(row -> row.id() % 5).distinct())),
                asked(
                        collectSet(col("b")).filter(col("z").gt(0)).as("truths"),
                        rows -> sorted(rows.stream()
                                .filter(row -> row.z() > 0)
                                .map(Event::b)
                                .filter(Objects::nonNull)
                                .distinct())),
                asked(
                        countDistinct("f").as("df"),
                        rows -> rows.stream()
                                .map(row -> row.key("f"))
                                .filter(Objects::nonNull)
                                .distinct()
                                .count()),
                asked(
                        countDistinct(col("x").plus(col("z"))).as("dxz"),
                        rows -> longs(rows, row -> row.x() == null ? null : row.x() + row.z())
                                .distinct()
                                .count()),
                asked(
                        sumDistinct("x").as("dsx"),
                        rows -> exactSum(longs(rows, Event::x).distinct())),
                asked(
                        min("s").as("ls"),
                        rows -> rows.stream()
                                .map(Event::s)
                                .filter(Objects::nonNull)
                                .min(Asked::byBytes)
                                .orElse(null)),
                asked(
                        max(concat(col("words"), "!")).as("hw"),
                        rows -> rows.stream()
                                .map(Event::words)
                                .filter(Objects::nonNull)
                                .map(words -> words + "!")
                                .max(Asked::byBytes)
                                .orElse(null)),
                asked(
                        maxBy(col("d"), col("id")).as("dlast"),
                        rows -> rows.stream()
                                .max(Comparator.comparing(Event::id))
                                .orElseThrow()
                                .d()),
                new Asked(
                        sum(col("x").dividedBy(col("z"))).as("sxz"),
                        true,
                        rows -> exactSum(rows, row -> row.x() == null ? null : row.x() / row.z())));
    }

    private static Asked asked(Expr expression, Function<List<Event>, Object> answer) {
        return new Asked(expression, false, answer);
    }

    private static int byBytes(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /// Lists are compared as bags.
    static List<Object> sorted(Stream<?> elements) {
        return elements.sorted(Comparator.comparing(Object::toString)).collect(Collectors.toList());
    }

    private static Object exactSum(List<Event> rows, Function<Event, Long> value) {
        return exactSum(longs(rows, value));
    }

    private static Object exactSum(Stream<Long> values) {
        BigInteger sum = values.map(BigInteger::valueOf).reduce(BigInteger::add).orElse(null);
        if (sum == null) {
            return null;
        }
        return sum.bitLength() < 64 ? (Object) sum.longValueExact() : OVERFLOW;
    }

    private static Stream<Long> longs(List<Event> rows, Function<Event, Long> value) {
        return rows.stream().map(value).filter(Objects::nonNull);
    }

    private static Double floats(List<Event> rows, BinaryOperator<Double> fold) {
        return floats(rows.stream().map(Event::y), fold);
    }

    /// A zero comes out as 0.0, and there is one NaN.
    private static Double floats(Stream<Double> values, BinaryOperator<Double> fold) {
        return values.filter(Objects::nonNull)
                .map(value -> value + 0.0)
                .reduce(fold)
                .map(value -> Double.isNaN(value) ? Double.valueOf(Double.NaN) : value)
                .orElse(null);
    }
}
