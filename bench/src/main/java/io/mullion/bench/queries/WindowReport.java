package io.mullion.bench.queries;

import io.mullion.bench.report.BarChart;
import io.mullion.bench.report.Page;
import io.mullion.bench.report.Question;
import io.mullion.bench.report.Results;
import io.mullion.bench.rows.SlidingRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// Writes what `bench/run windows` measured into the page on windows, tables with targets and plots, and into the page
/// of targets. Arguments: the folder with the results, and that of the pages.
public final class WindowReport {
    static final String QUERIES = "FilledBatchesBenchmark";
    private static final String ONE_THREAD = "SlidingSumBenchmark";
    static final String FRONT_DOOR = "FrontDoorBenchmark";
    static final String SIZES = "WindowSizeBenchmark";
    static final String SLIDES = "SlideBenchmark";
    private static final String KEYS = "KeyCountBenchmark";
    private static final String FIRST_ROWS = "FirstRowBenchmark";
    static final String ENGINE = "engine";
    static final String BY_HAND = "byHand";

    final Results results;

    private WindowReport(Results results) {
        this.results = results;
    }

    public static void main(String[] arguments) throws IOException {
        WindowReport report = new WindowReport(Results.read(Path.of(arguments[0])));
        Path docs = Path.of(arguments[1]);
        String text = report.results.origin()
                + " One run, one worker on one thread; million input rows a second, median of the iterations.\n\n"
                + report.queries() + report.oneThread() + report.frontDoor() + report.sizes() + report.slides()
                + report.keys()
                + report.firstRows();
        Page.replaceResults(docs.resolve("windows.md"), text);
        Page.replaceResults(docs.resolve("targets.md"), report.results.origin() + "\n\n" + new Targets(report).table());
        write(docs, "windows-queries.svg", report.queriesChart());
        write(docs, "windows-size.svg", report.sizesChart());
        write(docs, "windows-slide.svg", report.slidesChart());
        write(docs, "windows-keys.svg", report.keysChart());
        write(docs, "windows-first-row.svg", report.firstRowsChart());
    }

    private static void write(Path docs, String name, BarChart chart) throws IOException {
        Files.writeString(docs.resolve(name), chart.drawing().svg());
    }

    private String queries() {
        return table(
                "Batches filled already, beside the same by hand",
                List.of("query", "Mullion", "by hand", "ratio", "target", "garbage B/row"),
                QUERIES,
                ENGINE,
                params -> List.of(
                        params.get("query"),
                        score(QUERIES, ENGINE, params),
                        score(QUERIES, BY_HAND, params),
                        bold(of(QUERIES, ENGINE, params) / of(QUERIES, BY_HAND, params)),
                        String.valueOf(Targets.QUERIES.get(params.get("query"))),
                        garbage(QUERIES, params)));
    }

    private String oneThread() {
        return table(
                "Q2 through the front door: the same thread writes the rows",
                List.of("aggregates, keys", "Mullion", "by hand", "ratio", "garbage B/row"),
                ONE_THREAD,
                ENGINE,
                params -> List.of(
                        params.get("aggregates") + ", " + params.get("keys"),
                        score(ONE_THREAD, ENGINE, params),
                        score(ONE_THREAD, BY_HAND, params),
                        bold(of(ONE_THREAD, ENGINE, params) / of(ONE_THREAD, BY_HAND, params)),
                        garbage(ONE_THREAD, params)));
    }

    private String frontDoor() {
        return table(
                "Through the front door, a producer and a worker on a thread each: target half of the filled batches",
                List.of("query", "Mullion", "batches filled", "ratio", "garbage B/row"),
                FRONT_DOOR,
                ENGINE,
                params -> List.of(
                        params.get("query"),
                        score(FRONT_DOOR, ENGINE, params),
                        score(QUERIES, ENGINE, params),
                        bold(of(FRONT_DOOR, ENGINE, params) / of(QUERIES, ENGINE, params)),
                        garbage(FRONT_DOOR, params)));
    }

    private String sizes() {
        return table(
                "A slide of 1 s, windows of any size: target within 10 % of each other",
                List.of("aggregates", "slides a window", "Mullion", "to the fastest size", "garbage B/row"),
                SIZES,
                ENGINE,
                params -> List.of(
                        params.get("aggregates"),
                        params.get("slides"),
                        score(SIZES, ENGINE, params),
                        bold(of(SIZES, ENGINE, params) / fastest(params)),
                        garbage(SIZES, params)));
    }

    /// Among all sizes, for the same aggregates.
    double fastest(Map<String, String> params) {
        return results.paramsOf(SIZES).stream()
                .filter(it -> it.get("aggregates").equals(params.get("aggregates")))
                .mapToDouble(it -> of(SIZES, ENGINE, it))
                .max()
                .orElse(Double.NaN);
    }

    private String slides() {
        return table(
                "A window of 60 s, ever smaller slides: target within 1.3 times the model rows + 3 x groups",
                List.of("aggregates", "slide, ms", "Mullion", "ns a row", "by the model", "times the model"),
                SLIDES,
                ENGINE,
                params -> {
                    double nanos = 1e3 / of(SLIDES, ENGINE, params);
                    double model = modelNanos(params);
                    return List.of(
                            params.get("aggregates"),
                            params.get("slideMillis"),
                            score(SLIDES, ENGINE, params),
                            Question.number(nanos),
                            Question.number(model),
                            bold(nanos / model));
                });
    }

    /// Rows and three times the groups of a slide, at what a row costs where the slide is longest.
    double modelNanos(Map<String, String> params) {
        double rowNanos = results.paramsOf(SLIDES).stream()
                .filter(it -> it.get("aggregates").equals(params.get("aggregates")))
                .mapToDouble(it -> 1e3 / (of(SLIDES, ENGINE, it) * units(it)))
                .findFirst()
                .orElse(Double.NaN);
        return rowNanos * units(params);
    }

    /// Of the model, for each row.
    private static double units(Map<String, String> params) {
        double slideRows = SlidingRows.ROWS_PER_MILLI * Double.parseDouble(params.get("slideMillis"));
        return 1 + 3 * SlideBenchmark.KEYS / slideRows;
    }

    private String keys() {
        return table(
                "Keys from 1 to 10 million, scattered: 60 s by 10 s",
                List.of("keys", "Mullion", "bytes for each group and pane", "garbage B/row"),
                KEYS,
                ENGINE,
                params -> List.of(
                        params.get("keys"),
                        score(KEYS, ENGINE, params),
                        Question.number(results.secondary(KEYS, ENGINE, params, "bytesPerGroupAndPane")),
                        garbage(KEYS, params)));
    }

    private String firstRows() {
        return table(
                "From the row that ends a window to its first result, 6 s by 100 ms",
                List.of("keys", "p50, us", "p99.9, us"),
                FIRST_ROWS,
                ENGINE,
                params -> List.of(params.get("keys"), micros(params, "p50"), micros(params, "p999")));
    }

    private String micros(Map<String, String> params, String percentile) {
        return Question.number(results.secondary(FIRST_ROWS, ENGINE, params, percentile));
    }

    /// A row for each set of parameters that was measured.
    private String table(
            String title,
            List<String> head,
            String benchmark,
            String variant,
            Function<Map<String, String>, List<String>> row) {
        StringBuilder text = new StringBuilder("### " + title + "\n\n");
        Question.line(text, head);
        Question.line(text, head.stream().map(_ -> "---").toList());
        for (Map<String, String> params : results.paramsOf(benchmark)) {
            if (results.score(benchmark, variant, params).isPresent()) {
                Question.line(text, row.apply(params));
            }
        }
        return text.append('\n').toString();
    }

    private BarChart queriesChart() {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Map<String, String> params : results.paramsOf(QUERIES)) {
            groups.add(new BarChart.Group(
                    params.get("query").replace(' ', '\n'),
                    List.of(of(QUERIES, ENGINE, params), of(QUERIES, BY_HAND, params))));
        }
        return new BarChart(
                "Queries, batches filled already, one worker",
                "million rows a second",
                List.of("Mullion", "by hand"),
                groups);
    }

    private BarChart sizesChart() {
        return new BarChart(
                "A slide of 1 s, by slides in the window",
                "million rows a second",
                List.of("sums", "minima"),
                sweep(SIZES, "slides"));
    }

    private BarChart slidesChart() {
        return new BarChart(
                "A window of 60 s, by milliseconds of the slide",
                "million rows a second",
                List.of("sums", "minima"),
                sweep(SLIDES, "slideMillis"));
    }

    /// Sums and minima side by side, for each value of the other parameter.
    private List<BarChart.Group> sweep(String benchmark, String swept) {
        List<BarChart.Group> groups = new ArrayList<>();
        List<Map<String, String>> all = results.paramsOf(benchmark);
        for (String value : all.stream().map(it -> it.get(swept)).distinct().toList()) {
            List<Double> bars = new ArrayList<>();
            for (String aggregates : List.of("sums", "minima")) {
                bars.add(of(benchmark, ENGINE, Map.of("aggregates", aggregates, swept, value)));
            }
            groups.add(new BarChart.Group(value, bars));
        }
        return groups;
    }

    private BarChart keysChart() {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Map<String, String> params : results.paramsOf(KEYS)) {
            groups.add(new BarChart.Group(params.get("keys"), List.of(of(KEYS, ENGINE, params))));
        }
        return new BarChart("60 s by 10 s, by keys", "million rows a second", List.of("Mullion"), groups);
    }

    private BarChart firstRowsChart() {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Map<String, String> params : results.paramsOf(FIRST_ROWS)) {
            groups.add(new BarChart.Group(
                    params.get("keys"),
                    List.of(
                            results.secondary(FIRST_ROWS, ENGINE, params, "p50"),
                            results.secondary(FIRST_ROWS, ENGINE, params, "p999"))));
        }
        return new BarChart(
                "From the end of a window to its first result, by keys",
                "microseconds",
                List.of("p50", "p99.9"),
                groups);
    }

    double of(String benchmark, String variant, Map<String, String> params) {
        return results.score(benchmark, variant, params).orElse(Double.NaN);
    }

    private String score(String benchmark, String variant, Map<String, String> params) {
        double score = of(benchmark, variant, params);
        return Double.isNaN(score) ? "" : Question.number(score);
    }

    private String garbage(String benchmark, Map<String, String> params) {
        double bytes = results.allocated(benchmark, ENGINE, params);
        return Double.isNaN(bytes) ? "" : String.format(Locale.ROOT, "%.2f", bytes);
    }

    private static String bold(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "**%.2f**", ratio);
    }
}
