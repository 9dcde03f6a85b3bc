package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mullion.expr.Expr;
import io.mullion.expr.Expressions;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import io.mullion.window.WindowSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A case in the terms of the public API, with what has to come out.
record Trial(Question question, Expectation expectation) {
    private static final String INDEX = "event";
    private static final String GAP = "gap_ms";

    static Trial of(Case one) {
        return switch (one.operation()) {
            case "tumbling",
                    "hopping",
                    "cumulate",
                    "session",
                    "invalid-window",
                    "window-chain",
                    "hopping-top",
                    "group-by-timestamp",
                    "window-dedup" -> windows(one);
            case "running-aggregate" -> running(one);
            case "assign-windows" -> assigned(one);
            case "merge-windows" -> merged(one, false);
            case "merge-windows-incremental" -> merged(one, true);
            default -> throw new IllegalArgumentException("an operation without translation: " + one.operation());
        };
    }

    void run() throws InterruptedException {
        expectation.check(Outcome.of(question));
    }

    /// A window that is to be refused comes without rows, and may come without aggregates.
    private static Trial windows(Case one) {
        CaseColumns columns = CaseColumns.of(rows(one), decimals(one, "field"));
        Question question = new Question(
                columns.timed() ? columns : CaseColumns.of(),
                Terms.watermark(one),
                keys(one, "key"),
                Terms.window(one.params().get("window")),
                Duration.ofMillis(one.params().path("allowed_lateness_ms").asLong()),
                one.word("output_mode").equals("update") ? Question.BATCH : Duration.ZERO,
                one.json().has("expected_late"),
                aggregates(one, columns),
                stages(one),
                steps(one),
                greatest(one));
        return new Trial(question, expectation(one, expectedRows(one)));
    }

    /// The column whose greatest values in a window are asked for, or null.
    private static String greatest(Case one) {
        return one.has("keep") && one.params().get("keep").isObject()
                ? one.params().get("keep").get("max_of").asText()
                : null;
    }

    private static List<Expr> aggregates(Case one, CaseColumns columns) {
        if (one.operation().equals("window-dedup")) {
            return Terms.chosenRow(one, columns);
        }
        return one.aggregates().isEmpty() ? List.of(Expressions.count().as("n")) : Terms.aggregates(one);
    }

    /// Without event time: batches follow the engine's clock.
    private static Trial running(Case one) {
        Window.Global window = Window.global(Question.BATCH);
        Question question = new Question(
                CaseColumns.of(rows(one), decimals(one, "field")),
                null,
                keys(one, "key"),
                one.word("output_mode").equals("update") ? window.ofChanges() : window,
                Duration.ZERO,
                Duration.ZERO,
                false,
                Terms.aggregates(one),
                List.of(),
                steps(one),
                null);
        return new Trial(question, expectation(one, expectedRows(one)));
    }

    /// Each event is a group of its own, so that its windows can be told from those of the others.
    private static Trial assigned(Case one) {
        List<JsonNode> events = new ArrayList<>();
        List<Row> expected = new ArrayList<>();
        for (int i = 0; i < one.items().size(); i++) {
            ObjectNode event = one.items().get(i).deepCopy();
            events.add(event.put(INDEX, i));
            for (JsonNode window : one.expected().get(i)) {
                expected.add(row(bounds(window).put(INDEX, i), Row.ANY));
            }
        }
        Question question = bounded(
                CaseColumns.of(events, Set.of()),
                List.of(INDEX),
                Terms.window(one.params().get("window")));
        return new Trial(question.withSteps(feed(events, true)), bag(expected, List.of(INDEX)));
    }

    /// Windows are sessions of one row, which says how long they are. Where the case wants to know what became of each
    /// window, each is a batch, and what has changed is asked for after it.
    private static Trial merged(Case one, boolean stepwise) {
        List<JsonNode> events = new ArrayList<>();
        for (JsonNode window : one.items()) {
            long start = window.get(0).asLong();
            events.add(JsonNodeFactory.instance
                    .objectNode()
                    .put(CaseColumns.TIME, start)
                    .put(GAP, window.get(1).asLong() - start));
        }
        List<Row> expected = new ArrayList<>();
        for (JsonNode window : one.expected()) {
            expected.add(row(bounds(window), stepwise ? expected.size() : Row.ANY));
        }
        Question question = bounded(CaseColumns.of(GAP), List.of(), Window.session(Expressions.col(GAP)));
        if (!stepwise) {
            return new Trial(question.withSteps(feed(events, true)), bag(expected, List.of()));
        }
        List<Step> steps = new ArrayList<>();
        for (Step step : feed(events, false)) {
            steps.add(step);
            steps.add(new Step.EndBatch(step.at()));
        }
        return new Trial(question.withEarly(Question.BATCH).withSteps(steps), bag(expected, List.of()));
    }

    private static Question bounded(CaseColumns columns, List<String> keys, Window window) {
        return new Question(
                columns,
                Watermark.none(),
                keys,
                window,
                Duration.ZERO,
                Duration.ZERO,
                false,
                List.of(Expressions.count().as("n")),
                List.of(),
                List.of(),
                null);
    }

    private static List<Step> steps(Case one) {
        List<Step> steps = new ArrayList<>();
        if (one.batched()) {
            for (int batch = 0; batch < one.batches().size(); batch++) {
                // Batches count from 1 there.
                if (asksFor(one, "restart_before_batch", batch + 1)) {
                    steps.add(new Step.Restore(batch));
                }
                for (JsonNode row : one.batches().get(batch)) {
                    steps.add(new Step.Feed(batch, row));
                }
                steps.add(new Step.EndBatch(batch));
            }
            return steps;
        }
        for (int at = 0; at < one.items().size(); at++) {
            JsonNode item = one.items().get(at);
            if (asksFor(one, "restore_before_item", at)) {
                steps.add(new Step.Restore(at));
            }
            if (item.has("wm")) {
                steps.add(new Step.State(at, Terms.stated(one, item.get("wm").asLong())));
            } else {
                steps.add(item.has("end") ? new Step.End(at) : new Step.Feed(at, item));
            }
        }
        // Explicit watermarks stay where they are; all other schemes end with the input.
        if (!one.scheme().equals("explicit") && steps.stream().noneMatch(Step.End.class::isInstance)) {
            steps.add(new Step.End(one.items().size()));
        }
        return steps;
    }

    /// Whether a parameter of a case lists a number.
    static boolean asksFor(Case one, String param, int number) {
        return one.has(param) && Case.list(one.params().get(param)).stream().anyMatch(it -> it.asInt() == number);
    }

    private static List<Step> feed(List<JsonNode> events, boolean end) {
        List<Step> steps = new ArrayList<>();
        events.forEach(event -> steps.add(new Step.Feed(steps.size(), event)));
        if (end) {
            steps.add(new Step.End(steps.size()));
        }
        return steps;
    }

    private static List<Question.Stage> stages(Case one) {
        return Case.list(one.params().path("then")).stream()
                .map(window -> new Question.Stage(keys(one, "then_key"), Terms.window(window), furtherAggregates(one)))
                .toList();
    }

    /// Where a case does not say what a further window aggregates, it counts the results and adds their counts.
    private static List<Expr> furtherAggregates(Case one) {
        return one.has("then_aggregates")
                ? Case.list(one.params().get("then_aggregates")).stream()
                        .map(Terms::aggregate)
                        .toList()
                : List.of(
                        Expressions.count().as("count"),
                        Expressions.sum("count").as("sum"));
    }

    private static List<Row> expectedRows(Case one) {
        Set<String> decimals = decimals(one, "as");
        List<Row> rows = new ArrayList<>();
        if (!one.batched()) {
            one.expected().forEach(row -> rows.add(named(one, Row.of(row, Row.ANY, decimals))));
            return rows;
        }
        for (int batch = 0; batch < one.expected().size(); batch++) {
            for (JsonNode row : one.expected().get(batch)) {
                rows.add(named(one, Row.of(row, batch, decimals)));
            }
        }
        return rows;
    }

    /// A group of one and the same time is a window that starts there.
    private static Row named(Case one, Row row) {
        if (!one.windowType().equals("instant")) {
            return row;
        }
        Row named = row.with(WindowSchema.START, row.cells().get(CaseColumns.TIME));
        named.cells().remove(CaseColumns.TIME);
        return named;
    }

    private static Expectation expectation(Case one, List<Row> rows) {
        return new Expectation(
                rows,
                one.ordered(),
                Integer.MAX_VALUE,
                one.word("result").equals("last_row_per_key_and_window"),
                false,
                keys(one, "key"),
                one.json().has("expected_late")
                        ? Case.list(one.json().get("expected_late")).stream()
                                .map(row -> row(row, Row.ANY))
                                .toList()
                        : null,
                one.has("late_dropped")
                        ? Case.list(one.params().get("late_dropped")).stream()
                                .map(count -> count.isNull() ? null : (Integer) count.asInt())
                                .collect(Collectors.toCollection(ArrayList::new))
                        : null);
    }

    private static Expectation bag(List<Row> rows, List<String> keys) {
        return new Expectation(rows, false, Integer.MAX_VALUE, false, false, keys, null, null);
    }

    private static List<JsonNode> rows(Case one) {
        return one.items().stream()
                .filter(item -> !item.has("wm") && !item.has("end"))
                .toList();
    }

    private static List<String> keys(Case one, String param) {
        return one.has(param) ? List.of(one.word(param)) : List.of();
    }

    /// Columns of decimals, which cases write as text: those that are added up as such, or their sums.
    private static Set<String> decimals(Case one, String name) {
        return one.aggregates().stream()
                .filter(aggregate -> aggregate.get("fn").asText().equals("sum_decimal"))
                .map(aggregate -> aggregate.get(name).asText())
                .collect(Collectors.toSet());
    }

    private static ObjectNode bounds(JsonNode window) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(WindowSchema.START, window.get(0).asLong())
                .put(WindowSchema.END, window.get(1).asLong());
    }

    private static Row row(JsonNode cells, int at) {
        return Row.of(cells, at, Set.of());
    }
}
