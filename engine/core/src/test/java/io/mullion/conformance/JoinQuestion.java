package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.JoinedStream;
import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.spec.JoinKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A case about a join in the terms of the public API. Both sides have all columns of the case, so that each of them is
/// `left_` and `right_` with its name behind the join.
///
/// @param lateLeft takes the left rows that are late
/// @param lateRight takes the right rows that are late
record JoinQuestion(Case one, CaseColumns columns, Collected lateLeft, Collected lateRight) {
    DataStream of(DataStream left, DataStream right) {
        if (one.has("per_side_aggregate")) {
            return aggregated(left, right);
        }
        JoinedStream joined = kind(left, right);
        if (!one.has("no_key")) {
            joined = equal(joined);
        }
        if (one.params().path("null_keys_match").asBoolean()) {
            joined = joined.nullsEqual();
        }
        if (one.has("left_minus_right_ms")) {
            joined = near(joined, one.params().get("left_minus_right_ms"));
        }
        if (one.has("window")) {
            joined = joined.within(Terms.window(one.params().get("window")));
        }
        for (Expr condition : conditions()) {
            joined = joined.where(condition);
        }
        joined = joined.lateLeftRowsTo(lateLeft).lateRightRowsTo(lateRight);
        return one.has("then_window") ? window(joined) : joined.select(selected());
    }

    private JoinKind kind() {
        return switch (one.word("join")) {
            case "", "inner" -> JoinKind.INNER;
            case "left_outer" -> JoinKind.LEFT;
            case "right_outer" -> JoinKind.RIGHT;
            case "full_outer" -> JoinKind.FULL;
            case "left_semi" -> JoinKind.SEMI;
            case "left_anti" -> JoinKind.ANTI;
            default -> throw new IllegalArgumentException("a join without translation: " + one.word("join"));
        };
    }

    private JoinedStream kind(DataStream left, DataStream right) {
        return switch (kind()) {
            case INNER -> left.join(right);
            case LEFT -> left.leftJoin(right);
            case RIGHT -> left.rightJoin(right);
            case FULL -> left.fullJoin(right);
            case SEMI -> left.semiJoin(right);
            case ANTI -> left.antiJoin(right);
        };
    }

    private JoinedStream equal(JoinedStream joined) {
        if (!one.has("on")) {
            String key = one.has("key") ? one.word("key") : "key";
            return joined.onEqual(key, key);
        }
        JoinedStream equal = joined;
        for (JsonNode term : one.params().get("on")) {
            if (isEquality(term)) {
                equal = equal.onEqual(
                        term.get(0).asText().substring(2), term.get(2).asText().substring(2));
            }
        }
        return equal;
    }

    private static boolean isEquality(JsonNode term) {
        return term.get(1).asText().equals("=")
                && isColumn(term.get(0))
                && isColumn(term.get(2))
                && term.get(0).asText().charAt(0) != term.get(2).asText().charAt(0);
    }

    private static boolean isColumn(JsonNode operand) {
        return operand.isTextual() && operand.asText().matches("[LR]\\..+");
    }

    private static JoinedStream near(JoinedStream joined, JsonNode bounds) {
        Duration before = bounds.get("min").isNull()
                ? null
                : Duration.ofMillis(-bounds.get("min").asLong()
                        - (bounds.get("min_inclusive").asBoolean() ? 0 : 1));
        Duration after = bounds.get("max").isNull()
                ? null
                : Duration.ofMillis(bounds.get("max").asLong()
                        - (bounds.get("max_inclusive").asBoolean() ? 0 : 1));
        if (before == null) {
            return after == null ? joined : joined.atMostAfter(after);
        }
        return after == null ? joined.atMostBefore(before) : joined.between(before, after);
    }

    private List<Expr> conditions() {
        List<Expr> conditions = new ArrayList<>();
        for (String param : List.of("condition", "on")) {
            for (JsonNode term : one.params().path(param)) {
                if (param.equals("condition") || !isEquality(term)) {
                    conditions.add(condition(term));
                }
            }
        }
        return conditions;
    }

    private Expr condition(JsonNode term) {
        Expr left = operand(term.get(0));
        JsonNode right = term.get(2);
        return switch (term.get(1).asText()) {
            case "<" -> left.lt(operand(right));
            case "<=" -> left.le(operand(right));
            case ">" -> left.gt(operand(right));
            case ">=" -> left.ge(operand(right));
            case "=", "==" -> left.eq(operand(right));
            case "!=", "<>" -> left.ne(operand(right));
            case "in" ->
                left.in(Case.list(right).stream().map(JoinQuestion::value).toArray());
            default -> throw new IllegalArgumentException("a condition without translation: " + term);
        };
    }

    private Expr operand(JsonNode operand) {
        if (isColumn(operand)) {
            return sided(operand.asText());
        }
        return switch (value(operand)) {
            case String text -> Expressions.lit(text);
            case Boolean truth -> Expressions.lit(truth);
            case Long number -> Expressions.lit(number);
            case Object number -> Expressions.lit((double) number);
        };
    }

    private static Object value(JsonNode value) {
        return value.isTextual()
                ? value.asText()
                : value.isBoolean()
                        ? (Object) value.asBoolean()
                        : value.isIntegralNumber() ? (Object) value.asLong() : (Object) value.asDouble();
    }

    /// `L.x` or `R.x`.
    private Expr sided(String sided) {
        String name = sided.substring(2);
        boolean left = sided.charAt(0) == 'L';
        return one.params().path("values").has(name) ? column(left, "key").times(factor(name)) : column(left, name);
    }

    private static Expr column(boolean left, String name) {
        return Expressions.col((left ? "left_" : "right_") + name);
    }

    /// The columns that the case names, by those of the join.
    private Expr[] selected() {
        if (one.params().path("select").isObject()) {
            return one.params().get("select").properties().stream()
                    .map(column -> sided(column.getValue().asText()).as(column.getKey()))
                    .toArray(Expr[]::new);
        }
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode expected : one.expected()) {
            for (JsonNode row : one.batched() ? Case.list(expected) : List.of(expected)) {
                row.fieldNames().forEachRemaining(names::add);
            }
        }
        names.remove("at");
        return names.stream().map(this::named).toArray(Expr[]::new);
    }

    /// Columns that have the name already stay as they are.
    private Expr named(String name) {
        Expr column = column(name);
        return column.equals(Expressions.col(name)) ? column : column.as(name);
    }

    private Expr column(String name) {
        String shown = one.params().path("select").asText("id");
        return switch (name) {
            case "left" -> result(true, shown);
            case "right" -> result(false, shown);
            case "left_value", "right_value" -> computed(name);
            case "window_start", "window_end" -> one.has("per_side_aggregate") ? either(name) : Expressions.col(name);
            default -> {
                if (name.startsWith("left_") || name.startsWith("l_")) {
                    yield result(true, name.substring(name.indexOf('_') + 1));
                }
                if (name.startsWith("right_") || name.startsWith("r_")) {
                    yield result(false, name.substring(name.indexOf('_') + 1));
                }
                yield either(name);
            }
        };
    }

    private Expr computed(String name) {
        return result(name.startsWith("left"), "key").times(factor(name));
    }

    /// Values that are computed are multiples of the key.
    private long factor(String name) {
        String formula = one.params().path("values").path(name).asText();
        if (!formula.matches("\\d+\\*key")) {
            throw new IllegalArgumentException("a value without translation: " + name + "=" + formula);
        }
        return Long.parseLong(formula.substring(0, formula.indexOf('*')));
    }

    /// Left rows that come out by themselves have their own names, but beside the bounds of a window.
    private Expr result(boolean left, String name) {
        boolean windowed = one.has("window") && !one.has("per_side_aggregate");
        return kind().leftOnly() && !windowed ? Expressions.col(name) : column(left, name);
    }

    private Expr either(String name) {
        return switch (kind()) {
            case FULL -> Expressions.coalesce(column(true, name), column(false, name));
            case RIGHT -> column(false, name);
            default -> result(true, name);
        };
    }

    /// Windows over what the join gives, by the time of one side.
    private DataStream window(JoinedStream joined) {
        boolean left = !one.word("then_time_of").equals("R");
        List<Expr> side = columns.schema().fields().stream()
                .map(field -> field.name())
                .filter(name -> !name.equals(CaseColumns.TIME))
                .map(name -> result(left, name).as(name))
                .toList();
        DataStream rows = (left ? joined.timeOfLeft() : joined.timeOfRight()).select(side.toArray(Expr[]::new));
        List<Expr> aggregates = one.has("then_aggregates")
                ? Case.list(one.params().get("then_aggregates")).stream()
                        .map(Terms::aggregate)
                        .toList()
                : List.of(Expressions.count().as("count"));
        var window = Terms.window(one.params().get("then_window"));
        return (one.has("then_key") ? rows.keyBy(one.word("then_key")).window(window) : rows.window(window))
                .aggregate(aggregates.toArray(Expr[]::new));
    }

    /// Each side is aggregated by key and window first, and the results are joined.
    private DataStream aggregated(DataStream left, DataStream right) {
        JsonNode aggregate = one.params().get("per_side_aggregate");
        String key = one.word("key");
        DataStream lefts = left.keyBy(key)
                .window(Terms.window(one.params().get("window")))
                .aggregate(aggregate(aggregate, "left_as"));
        DataStream rights = right.keyBy(key)
                .window(Terms.window(one.params().get("window")))
                .aggregate(aggregate(aggregate, "right_as"));
        JoinedStream joined = kind(lefts, rights)
                .onEqual("window_start", "window_start")
                .onEqual("window_end", "window_end")
                .onEqual(key, key)
                .between(Duration.ZERO, Duration.ZERO);
        if (one.params().path("null_keys_match").asBoolean()) {
            joined = joined.nullsEqual();
        }
        Expr[] columns = Arrays.stream(selectedOf(aggregate)).toArray(Expr[]::new);
        return joined.select(columns);
    }

    private Expr[] selectedOf(JsonNode aggregate) {
        Set<String> values = Set.of(
                aggregate.get("left_as").asText(), aggregate.get("right_as").asText());
        Set<String> names = new LinkedHashSet<>();
        one.expected().forEach(row -> row.fieldNames().forEachRemaining(names::add));
        return names.stream()
                .map(name -> values.contains(name) ? Expressions.col(name) : named(name))
                .toArray(Expr[]::new);
    }

    private static Expr aggregate(JsonNode aggregate, String name) {
        com.fasterxml.jackson.databind.node.ObjectNode named = aggregate.deepCopy();
        named.put("as", aggregate.get(name).asText());
        return Terms.aggregate(named);
    }
}
