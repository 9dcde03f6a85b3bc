package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where Spark's joins and its deduplication differ from ours, by the params of a case.
final class SparkDifference {
    private static final String AT_WATERMARK =
            "a row at the very watermark is not late: a watermark says what comes no more is below it";
    private static final String AT_ONCE =
            "results follow the watermark at once: rows that met none come with the batch that moved it";

    private SparkDifference() {}

    /// The case without the rows that lie at the watermark that their batch is judged by.
    static Case withoutRowsAtWatermark(Case one, List<String> changes) {
        if (!one.batched() || !one.scheme().equals("per-batch")) {
            return one;
        }
        Map<String, Long> progress = new HashMap<>();
        ObjectNode changed = one.json().deepCopy();
        boolean any = false;
        for (int batch = 0; batch < one.batches().size(); batch++) {
            long watermark = watermark(one, progress);
            ArrayNode rows = (ArrayNode) changed.get("batches").get(batch);
            int removed = 0;
            for (int i = rows.size() - 1; i >= 0; i--) {
                if (rows.get(i).path(CaseColumns.TIME).asLong() == watermark && watermark > 0) {
                    rows.remove(i);
                    removed++;
                }
            }
            if (removed > 0) {
                any = true;
                lessLate(changed, batch, removed);
            }
            for (JsonNode row : one.batches().get(batch)) {
                progress.merge(side(row), row.path(CaseColumns.TIME).asLong(), Math::max);
            }
        }
        if (any) {
            changes.add(AT_WATERMARK);
        }
        return any ? new Case(one.id(), changed) : one;
    }

    /// The watermark that the end of a batch brings.
    static long watermarkAfter(Case one, int last) {
        Map<String, Long> progress = new HashMap<>();
        for (int batch = 0; batch <= last; batch++) {
            for (JsonNode row : one.batches().get(batch)) {
                progress.merge(side(row), row.path(CaseColumns.TIME).asLong(), Math::max);
            }
        }
        return watermark(one, progress);
    }

    private static void lessLate(ObjectNode one, int batch, int removed) {
        if (one.get("params").path("late_dropped").path(batch).isNumber()) {
            ArrayNode late = (ArrayNode) one.get("params").get("late_dropped");
            late.set(batch, late.numberNode(late.get(batch).asInt() - removed));
        }
    }

    private static String side(JsonNode row) {
        return row.path("side").asText("");
    }

    private static long watermark(Case one, Map<String, Long> progress) {
        JsonNode delay = one.params().path("watermark").path("delay_ms");
        List<Long> each = new ArrayList<>();
        if (!delay.isObject()) {
            each.add(progress.getOrDefault("", 0L) - delay.asLong());
        } else {
            delay.properties().stream()
                    .filter(side -> !side.getValue().isNull())
                    .forEach(side -> each.add(
                            progress.containsKey(side.getKey())
                                    ? progress.get(side.getKey())
                                            - side.getValue().asLong()
                                    : 0));
        }
        boolean greatest = one.params().get("watermark").path("policy").asText().equals("max");
        return Math.max(
                0,
                greatest
                        ? each.stream().mapToLong(Long::longValue).max().orElse(0)
                        : each.stream().mapToLong(Long::longValue).min().orElse(0));
    }

    /// Where the follow-up batch is switched off, what met none comes one batch later there. What has met comes at once
    /// anyway.
    static List<Row> atOnce(Case one, List<Row> expected, List<String> changes) {
        if (one.params().path("no_data_batch").asBoolean(true)) {
            return expected;
        }
        changes.add(AT_ONCE);
        return expected.stream()
                .map(row -> row.cells().containsValue(null) ? row.at(row.at() - 1) : row)
                .toList();
    }
}
