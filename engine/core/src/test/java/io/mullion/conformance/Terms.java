package io.mullion.conformance;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.collectList;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.countDistinct;
import static io.mullion.expr.Expressions.first;
import static io.mullion.expr.Expressions.last;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static io.mullion.expr.Expressions.sumDistinct;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.List;

/// The words of a case in those of the public API.
final class Terms {
    private Terms() {}

    /// An aggregate under the name that the case gives it.
    static Expr aggregate(JsonNode aggregate) {
        String field = aggregate.path("field").asText();
        Expr expression = switch (aggregate.get("fn").asText()) {
            case "count" -> count();
            case "count_non_null" -> count(field);
            case "sum", "sum_decimal" -> sum(field);
            case "avg_trunc" -> sum(field).dividedBy(count(field));
            case "min" -> min(field);
            case "max" -> max(field);
            case "count_distinct" -> countDistinct(field);
            case "sum_distinct" -> sumDistinct(field);
            case "collect" -> collectList(field);
            case "collect_ts" -> collectList(col(CaseColumns.TIME).cast(DataType.INT64));
            case "min_ts" -> min(CaseColumns.TIME);
            case "max_ts" -> max(CaseColumns.TIME);
            default -> throw new IllegalArgumentException("an aggregate without translation: " + aggregate);
        };
        return expression.as(aggregate.get("as").asText());
    }

    /// The first or the last row of a window, column by column.
    static List<Expr> chosenRow(Case one, CaseColumns columns) {
        boolean first = one.word("keep").equals("first");
        return columns.schema().fields().stream()
                .filter(field -> !field.name().equals(one.word("key")))
                .map(field -> col(field.name()))
                .map(column -> (first ? first(column) : last(column)).as(column.toString()))
                .toList();
    }

    static List<Expr> aggregates(Case one) {
        return one.aggregates().stream().map(Terms::aggregate).toList();
    }

    static Window window(JsonNode window) {
        return switch (window.get("type").asText()) {
            case "tumble" -> Window.tumbling(millis(window, "size_ms")).offset(millis(window, "offset_ms"));
            case "hop" ->
                Window.sliding(millis(window, "size_ms"), millis(window, "slide_ms"))
                        .offset(millis(window, "offset_ms"));
            case "cumulate" ->
                Window.cumulating(millis(window, "max_size_ms"), millis(window, "step_ms"))
                        .offset(millis(window, "offset_ms"));
            case "session" ->
                window.has("gap_field")
                        ? Window.session(col(window.get("gap_field").asText()))
                        : Window.session(millis(window, "gap_ms"));
            // Rows of one and the same time.
            case "instant" -> Window.tumbling(Duration.ofMillis(1));
            default -> throw new IllegalArgumentException("a window without translation: " + window);
        };
    }

    static Watermark watermark(Case one) {
        return switch (one.scheme()) {
            case "explicit" -> Watermark.explicit();
            case "per-event" -> Watermark.bounded(disorder(one));
            case "end-of-input", "none" -> Watermark.none();
            case "per-batch" -> Watermark.perBatch(millis(one.params().get("watermark"), "delay_ms"), Question.BATCH);
            default -> throw new IllegalArgumentException("a watermark without translation: " + one.scheme());
        };
    }

    /// Our watermark for the one that a case states: one of Flink's still lets nothing come that is at its time.
    static long stated(Case one, long watermark) {
        return flink(one) && watermark < Long.MAX_VALUE ? watermark + 1 : watermark;
    }

    /// Flink's watermark, the greatest time less the delay, stated as ours is one more. Without a delay ours would be
    /// ahead of the row that it comes from: there it stays at its time.
    private static Duration disorder(Case one) {
        Duration delay = millis(one.params().get("watermark"), "delay_ms");
        return flink(one) && !delay.isZero() ? delay.minusMillis(1) : delay;
    }

    private static boolean flink(Case one) {
        return one.word("family").equals("flink");
    }

    private static Duration millis(JsonNode owner, String field) {
        return Duration.ofMillis(owner.path(field).asLong());
    }
}
