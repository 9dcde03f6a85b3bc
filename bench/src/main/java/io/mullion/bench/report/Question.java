package io.mullion.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// One benchmark class as a table: a row for each set of parameters, a column for each variant, then what is quoted.
///
/// @param title its heading
/// @param label what a row is called
/// @param variants method and heading of each column, million operations a second; the first one is what is judged
/// @param ratios heading, and the variants to the fastest of which the first one is compared
/// @param unit what an operation is
/// @param rowBytes bytes that an operation reads and writes
public record Question(
        String benchmark,
        String title,
        Function<Map<String, String>, String> label,
        List<Variant> variants,
        List<Ratio> ratios,
        String unit,
        ToDoubleFunction<Map<String, String>> rowBytes) {

    public record Variant(String method, String heading) {}

    public record Ratio(String heading, List<String> methods) {}

    /// A table in Markdown.
    public String table(Results results) {
        StringBuilder text = new StringBuilder("### " + title + "\n\n");
        List<String> head = new ArrayList<>(List.of("M " + unit + "/s"));
        variants.forEach(it -> head.add(it.heading()));
        ratios.forEach(it -> head.add(it.heading()));
        head.addAll(List.of("bytes/" + singular(), "GB/s", "garbage B/" + singular()));
        line(text, head);
        line(text, head.stream().map(_ -> "---").toList());
        for (Map<String, String> params : results.paramsOf(benchmark)) {
            line(text, row(results, params));
        }
        return text.append('\n').toString();
    }

    private List<String> row(Results results, Map<String, String> params) {
        List<String> cells = new ArrayList<>(List.of(label.apply(params)));
        for (Variant variant : variants) {
            OptionalDouble score = results.score(benchmark, variant.method(), params);
            cells.add(score.isPresent() ? number(score.getAsDouble()) : "");
        }
        String judged = variants.getFirst().method();
        double score = results.score(benchmark, judged, params).orElse(Double.NaN);
        for (Ratio ratio : ratios) {
            double best = fastest(results, ratio.methods(), params);
            cells.add(best > 0 ? String.format(Locale.ROOT, "**%.2f**", score / best) : "");
        }
        double bytes = rowBytes.applyAsDouble(params);
        cells.add(String.format(Locale.ROOT, bytes < 100 ? "%.1f" : "%.0f", bytes));
        cells.add(String.format(Locale.ROOT, "%.1f", score * bytes / 1000));
        double allocated = results.allocated(benchmark, judged, params);
        // What JMH itself allocates between two calls is a few thousandths of a byte a row.
        cells.add(Double.isNaN(allocated) ? "" : String.format(Locale.ROOT, "%.2f", allocated));
        return cells;
    }

    /// 0 if none of them was measured.
    public double fastest(Results results, List<String> methods, Map<String, String> params) {
        return methods.stream()
                .map(it -> results.score(benchmark, it, params))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .max()
                .orElse(0);
    }

    private String singular() {
        return unit.substring(0, unit.length() - 1);
    }

    public static String number(double score) {
        return String.format(Locale.ROOT, score < 10 ? "%.2f" : score < 100 ? "%.1f" : "%.0f", score);
    }

    public static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
