package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;

/// An aggregate: as the engine is asked for it, and as a list of rows answers.
///
/// @param divides whether its input divides by `z`, so that rows where that is zero are dead letters
/// @param answer from the rows of a group, at least one; [#OVERFLOW] where the result cannot be stated
record Asked(Expr expression, boolean divides, Function<List<Event>, Object> answer) {
    /// Counts and integer sums: what leaves a window can be taken out of them.
    boolean retractable() {
        return RETRACTABLE.contains(Expressions.nameOf(expression));
    }

    private static final Set<String> RETRACTABLE = Set.of("n", "nx", "ns", "sx", "s3x", "sxz");

    /// A sum that is no int64.
    static final Object OVERFLOW = "sum overflow";

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
                new Asked(
                        sum(col("x").dividedBy(col("z"))).as("sxz"),
                        true,
                        rows -> exactSum(rows, row -> row.x() == null ? null : row.x() / row.z())));
    }

    private static Asked asked(Expr expression, Function<List<Event>, Object> answer) {
        return new Asked(expression, false, answer);
    }

    private static Object exactSum(List<Event> rows, Function<Event, Long> value) {
        BigInteger sum = longs(rows, value)
                .map(BigInteger::valueOf)
                .reduce(BigInteger::add)
                .orElse(null);
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
