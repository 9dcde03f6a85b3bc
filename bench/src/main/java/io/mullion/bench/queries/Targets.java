package io.mullion.bench.queries;

import io.mullion.bench.report.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the design asks of the queries, beside what `bench/run windows` measured.
record Targets(WindowReport report) {
    /// Times the loop by hand, batches filled already, by query.
    static final Map<String, Double> QUERIES = Map.of(
            "ysb dense", 5.0,
            "ysb scattered", 5.0,
            "sliding dense", 3.0,
            "sliding scattered", 1.2,
            "sliding-1m dense", 1.5,
            "sliding-1m scattered", 1.5,
            "filter-map-sum", 8.0,
            "wordcount", 1.0,
            "session dense", 1.0,
            "session scattered", 1.0);

    /// Of the rate with filled batches.
    private static final double FRONT_DOOR = 0.5;
    /// The slowest size to the fastest one.
    private static final double SIZES = 0.9;
    /// Times the model, at most.
    private static final double SLIDES = 1.3;

    /// In Markdown: a row for each target.
    String table() {
        StringBuilder text = new StringBuilder();
        Question.line(text, List.of("what", "target", "measured", "measured to target", ""));
        Question.line(text, List.of("---", "---", "---", "---", "---"));
        for (Map<String, String> params : report.results.paramsOf(WindowReport.QUERIES)) {
            String query = params.get("query");
            double ratio = report.of(WindowReport.QUERIES, WindowReport.ENGINE, params)
                    / report.of(WindowReport.QUERIES, WindowReport.BY_HAND, params);
            least(text, query + ", batches filled, to the loop by hand", QUERIES.get(query), ratio);
        }
        for (Map<String, String> params : report.results.paramsOf(WindowReport.FRONT_DOOR)) {
            String query = params.get("query");
            // Of this one the bare lane is asked for, which is no query.
            if (!query.equals("filter-map-sum")) {
                double ratio = report.of(WindowReport.FRONT_DOOR, WindowReport.ENGINE, params)
                        / report.of(WindowReport.QUERIES, WindowReport.ENGINE, params);
                least(text, query + ", front door to filled batches", FRONT_DOOR, ratio);
            }
        }
        for (String aggregates : List.of("sums", "minima")) {
            double slowest = of(WindowReport.SIZES, aggregates).stream()
                    .mapToDouble(it -> report.of(WindowReport.SIZES, WindowReport.ENGINE, it) / report.fastest(it))
                    .min()
                    .orElse(Double.NaN);
            least(text, aggregates + ", 1 to 6,000 slides a window: the slowest to the fastest", SIZES, slowest);
        }
        for (String aggregates : List.of("sums", "minima")) {
            // The first slide is what the model is made of.
            for (Map<String, String> params :
                    of(WindowReport.SLIDES, aggregates).stream().skip(1).toList()) {
                double nanos = 1e3 / report.of(WindowReport.SLIDES, WindowReport.ENGINE, params);
                String what = aggregates + ", 60 s by " + params.get("slideMillis") + " ms, times the model";
                row(text, what, "at most " + SLIDES, nanos / report.modelNanos(params), SLIDES, true);
            }
        }
        return text.append('\n').toString();
    }

    private List<Map<String, String>> of(String benchmark, String aggregates) {
        return report.results.paramsOf(benchmark).stream()
                .filter(it -> it.get("aggregates").equals(aggregates))
                .toList();
    }

    private static void least(StringBuilder text, String what, double target, double measured) {
        row(text, what, String.valueOf(target), measured, target, false);
    }

    /// @param atMost whether less is better
    private static void row(
            StringBuilder text, String what, String target, double measured, double limit, boolean atMost) {
        double reached = atMost ? limit / measured : measured / limit;
        List<String> cells = new ArrayList<>(List.of(what, target));
        cells.add(Question.number(measured));
        cells.add(String.format(Locale.ROOT, "**%.2f**", reached));
        cells.add(Double.isNaN(reached) ? "not measured" : reached >= 1 ? "met" : "missed");
        Question.line(text, cells);
    }
}
