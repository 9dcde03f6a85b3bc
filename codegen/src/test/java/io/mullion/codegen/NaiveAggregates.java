package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/// Aggregates as one would compute them from a list of rows, in big numbers.
final class NaiveAggregates {
    /// A result row that is an error.
    static final String INTEGER_OVERFLOW = "SUM_OVERFLOW";

    static final String DECIMAL_OVERFLOW = "DECIMAL_SUM_OVERFLOW";

    private static final BigDecimal DECIMAL_LIMIT = BigDecimal.TEN.pow(DataType.Decimal.MAX_PRECISION);

    private final Oracle oracle;

    NaiveAggregates(Schema schema) {
        oracle = new Oracle(schema);
    }

    /// The results of each group, or just its overflow.
    TreeMap<Integer, List<Object>> of(List<? extends Expr> aggregates, List<Object[]> rows, List<Integer> groups) {
        TreeMap<Integer, List<Object[]>> members = new TreeMap<>();
        for (int row = 0; row < rows.size(); row++) {
            members.computeIfAbsent(groups.get(row), _ -> new ArrayList<>()).add(rows.get(row));
        }
        TreeMap<Integer, List<Object>> results = new TreeMap<>();
        members.forEach((group, its) -> {
            List<Object> values = new ArrayList<>();
            for (Expr output : aggregates) {
                values.add(of((Expr.Aggregate) (output instanceof Expr.Alias it ? it.input() : output), its));
            }
            boolean whole = values.contains(INTEGER_OVERFLOW);
            boolean decimal = values.contains(DECIMAL_OVERFLOW);
            results.put(
                    group,
                    whole ? List.of(INTEGER_OVERFLOW) : decimal ? List.of(DECIMAL_OVERFLOW) : new ArrayList<>(values));
        });
        return results;
    }

    private Object of(Expr.Aggregate it, List<Object[]> members) {
        List<Object[]> rows = members.stream()
                .filter(row -> it.where() == null || oracle.passes(it.where(), row))
                .toList();
        if (it.by() != null) {
            return chosen(it, rows);
        }
        List<Object> values = new ArrayList<>();
        for (Object[] row : rows) {
            Object value = it.input() == null ? Boolean.TRUE : oracle.value(it.input(), row);
            if (value != null) {
                values.add(value);
            }
        }
        return switch (it.function()) {
            case COUNT -> (long) values.size();
            case VARIANCE_SAMPLE -> variance(values, 1);
            case VARIANCE_POPULATION -> variance(values, 0);
            case STDDEV_SAMPLE -> root(variance(values, 1));
            case STDDEV_POPULATION -> root(variance(values, 0));
            default -> values.isEmpty() ? null : ofSome(it, values);
        };
    }

    private static Object ofSome(Expr.Aggregate it, List<Object> values) {
        return switch (it.function()) {
            case SUM -> sum(values);
            case AVG -> average(values);
            case MIN, BOOL_AND -> zeroed(values.stream().min(Oracle::order).orElseThrow());
            case MAX, BOOL_OR -> zeroed(values.stream().max(Oracle::order).orElseThrow());
            case BIT_AND -> bits(values, (a, b) -> a & b);
            case BIT_OR -> bits(values, (a, b) -> a | b);
            case BIT_XOR -> bits(values, (a, b) -> a ^ b);
            default -> throw new IllegalArgumentException("no aggregate of values: " + it);
        };
    }

    /// The value of the first row with the least or greatest order; for the last value, of the last such row.
    private Object chosen(Expr.Aggregate it, List<Object[]> rows) {
        Object[] best = null;
        Object bestBy = null;
        for (Object[] row : rows) {
            Object by = oracle.value(it.by(), row);
            if (by == null) {
                continue;
            }
            int order = best == null ? 0 : Oracle.order(by, bestBy);
            boolean better = best == null
                    || switch (it.function()) {
                        case MIN_BY, FIRST -> order < 0;
                        case MAX_BY -> order > 0;
                        case LAST -> order >= 0;
                        default -> throw new IllegalArgumentException("chooses nothing: " + it);
                    };
            if (better) {
                best = row;
                bestBy = by;
            }
        }
        return best == null ? null : oracle.value(it.input(), best);
    }

    private static Object bits(List<Object> values, BinaryOperator<Long> op) {
        return values.stream().map(Long.class::cast).reduce(op).orElseThrow();
    }

    private static Object sum(List<Object> values) {
        if (floating(values)) {
            return values.stream()
                    .mapToDouble(it -> ((Number) it).doubleValue())
                    .sum();
        }
        BigDecimal sum = exact(values);
        if (values.getFirst() instanceof BigDecimal) {
            return sum.abs().movePointRight(sum.scale()).compareTo(DECIMAL_LIMIT) < 0 ? (Object) sum : DECIMAL_OVERFLOW;
        }
        BigInteger whole = sum.toBigInteger();
        return whole.bitLength() <= 63 ? (Object) whole.longValue() : INTEGER_OVERFLOW;
    }

    private static double average(List<Object> values) {
        return floating(values)
                ? (Double) sum(values) / values.size()
                : exact(values).doubleValue() / values.size();
    }

    private static boolean floating(List<Object> values) {
        return values.getFirst() instanceof Double || values.getFirst() instanceof Float;
    }

    private static BigDecimal exact(List<Object> values) {
        return values.stream()
                .map(it -> it instanceof BigDecimal number ? number : BigDecimal.valueOf((Long) it))
                .reduce(BigDecimal::add)
                .orElseThrow();
    }

    private static Double variance(List<Object> values, int less) {
        if (values.size() <= less) {
            return null;
        }
        double mean = values.stream()
                .mapToDouble(it -> ((Number) it).doubleValue())
                .average()
                .orElseThrow();
        double squares = values.stream()
                .mapToDouble(it -> Math.pow(((Number) it).doubleValue() - mean, 2))
                .sum();
        return squares / (values.size() - less);
    }

    private static Double root(Double square) {
        return square == null ? null : (Double) Math.sqrt(square);
    }

    private static Object zeroed(Object value) {
        return switch (value) {
            case Double number -> number + 0.0;
            case Float number -> number + 0.0f;
            default -> value;
        };
    }
}
