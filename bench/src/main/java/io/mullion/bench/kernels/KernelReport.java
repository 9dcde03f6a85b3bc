package io.mullion.bench.kernels;

import io.mullion.bench.report.BarChart;
import io.mullion.bench.report.Page;
import io.mullion.bench.report.Question;
import io.mullion.bench.report.Question.Ratio;
import io.mullion.bench.report.Question.Variant;
import io.mullion.bench.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// Writes the results of the kernel benchmarks into `engine/docs`: the tables of `kernels.md` and its plots.
///
/// Arguments: the folder with JMH's JSON files, the folder of the pages.
public final class KernelReport {
    private static final Variant ENGINE = new Variant("engineVector", "Mullion");
    private static final Variant PLAIN = new Variant("enginePlain", "Mullion, plain");
    private static final Variant BY_HAND = new Variant("byHandVector", "by hand, Vector API");
    private static final Ratio TO_VECTOR = new Ratio("to Vector API", List.of("byHandVector"));

    private static final Question FILTER = new Question(
            "FilterKernelBenchmark",
            "Filter: `price > x and quantity < 50`, float64 and int64, to a selection",
            params -> params.get("selectivityPercent") + " % pass" + suffix(params),
            List.of(
                    ENGINE,
                    BY_HAND,
                    PLAIN,
                    new Variant("byHandBranchFree", "by hand, branch-free"),
                    new Variant("byHandBranching", "by hand, branching")),
            List.of(TO_VECTOR, new Ratio("to scalar", List.of("byHandBranchFree", "byHandBranching"))),
            "rows",
            params -> 16 + (nulls(params) ? 0.25 : 0));

    private static final List<String> SCALAR_SUMS =
            List.of("byHandBranching", "byHandMasking", "byHandWeighing", "byHandWeighingSegment");

    private static final Question FILTER_SUM = new Question(
            "FilterSumKernelBenchmark",
            "Filter, map, sum: `sum(price * quantity) where price > 100 and quantity < 50`",
            params -> params.get("types").replace(" ", ", ") + suffix(params),
            List.of(
                    ENGINE,
                    BY_HAND,
                    new Variant("engineTwoLoops", "Mullion, by a selection"),
                    PLAIN,
                    new Variant("byHandBranching", "branching"),
                    new Variant("byHandMasking", "masking"),
                    new Variant("byHandWeighing", "weighing"),
                    new Variant("byHandWeighingSegment", "the same, segment"),
                    new Variant("readBandwidth", "reading alone")),
            List.of(
                    new Ratio("to best Java loop", SCALAR_SUMS),
                    TO_VECTOR,
                    new Ratio("to reading", List.of("readBandwidth"))),
            "rows",
            params -> (params.get("types").startsWith("float64") ? 12 : 16) + (nulls(params) ? 0.25 : 0));

    private static final Question TEXT = new Question(
            "TextKernelBenchmark",
            "Text: equality, `like 'orders/%'`, `like '%/failed/%'` over topics of 24 bytes, to a selection",
            params -> params.get("predicate") + suffix(params),
            List.of(ENGINE, BY_HAND, PLAIN, new Variant("byHandBytes", "by hand, byte[]")),
            List.of(new Ratio("to byte[]", List.of("byHandBytes")), TO_VECTOR),
            "rows",
            params -> TextRows.topics(Columns.BATCH_ROWS, nullPercent(params)).rowBytes());

    private static final Question SPLIT = new Question(
            "SplitKernelBenchmark",
            "Split: lines of six words to rows",
            params -> "split" + suffix(params),
            List.of(ENGINE, BY_HAND, PLAIN, new Variant("byHandBytes", "by hand, byte[]")),
            List.of(new Ratio("to byte[]", List.of("byHandBytes")), TO_VECTOR),
            "lines",
            params -> TextRows.lines(Columns.BATCH_ROWS, nullPercent(params)).rowBytes());

    private static final Question PROJECT = new Question(
            "ProjectKernelBenchmark",
            "Projection: ten columns of five, int64, int32 and float64",
            params -> "ten columns" + suffix(params),
            List.of(
                    ENGINE,
                    BY_HAND,
                    PLAIN,
                    new Variant("byHandColumns", "by hand, a loop for each column"),
                    new Variant("byHandRows", "by hand, row by row")),
            List.of(new Ratio("to best Java loop", List.of("byHandColumns", "byHandRows")), TO_VECTOR),
            "rows",
            params -> ProjectRows.ROW_BYTES + (nulls(params) ? 15 / 8.0 : 0));

    private KernelReport() {}

    public static void main(String[] arguments) throws IOException {
        Results results = Results.read(Path.of(arguments[0]));
        Path docs = Path.of(arguments[1]);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s One run, one thread; million operations a second, median of the iterations.\n\n",
                results.origin()));
        for (Question question : List.of(FILTER_SUM, FILTER, TEXT, SPLIT, PROJECT)) {
            text.append(question.table(results));
        }
        text.append(generation(results));
        Page.replaceResults(docs.resolve("kernels.md"), text.toString());
        Files.writeString(
                docs.resolve("kernels-filter-sum.svg"),
                filterSumChart(results).drawing().svg());
        Files.writeString(
                docs.resolve("kernels-filter.svg"),
                filterChart(results).drawing().svg());
    }

    private static String generation(Results results) {
        String benchmark = "KernelGenerationBenchmark";
        StringBuilder text = new StringBuilder("### Generation\n\n");
        Question.line(text, List.of("ms", "first of a JVM", "the next hundred, p50: new shapes", "known shapes"));
        Question.line(text, List.of("---", "---", "---", "---"));
        for (Map<String, String> params : results.paramsOf(benchmark)) {
            List<String> cells = new ArrayList<>(List.of(params.get("kind")));
            for (String variant : List.of("first", "newShape", "knownShape")) {
                OptionalDouble score = results.score(benchmark, variant, params);
                cells.add(score.isPresent() ? milliseconds(score.getAsDouble()) : "");
            }
            Question.line(text, cells);
        }
        return text.append('\n').toString();
    }

    private static BarChart filterSumChart(Results results) {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Map<String, String> params : results.paramsOf(FILTER_SUM.benchmark())) {
            groups.add(new BarChart.Group(
                    params.get("types").replace(" ", ", ") + "\n" + params.get("data")
                            + (nulls(params) ? ", nulls" : ""),
                    List.of(
                            billions(results, FILTER_SUM, List.of("engineVector"), params),
                            billions(results, FILTER_SUM, List.of("byHandVector"), params),
                            billions(results, FILTER_SUM, SCALAR_SUMS, params),
                            billions(results, FILTER_SUM, List.of("readBandwidth"), params))));
        }
        return new BarChart(
                "sum(price * quantity) where price > 100 and quantity < 50",
                "billion rows a second",
                List.of("Mullion", "Vector API by hand", "best plain Java loop", "reading alone"),
                groups);
    }

    private static BarChart filterChart(Results results) {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Map<String, String> params : results.paramsOf(FILTER.benchmark())) {
            String second = (params.get("data").equals("memory") ? "memory" : "") + (nulls(params) ? " nulls" : "");
            groups.add(new BarChart.Group(
                    params.get("selectivityPercent") + " %\n" + second.strip(),
                    List.of(
                            billions(results, FILTER, List.of("engineVector"), params),
                            billions(results, FILTER, List.of("byHandVector"), params),
                            billions(results, FILTER, List.of("byHandBranchFree"), params),
                            billions(results, FILTER, List.of("byHandBranching"), params))));
        }
        return new BarChart(
                "price > x and quantity < 50 to a selection, by the share of rows that pass",
                "billion rows a second",
                List.of("Mullion", "Vector API by hand", "branch-free Java", "branching Java"),
                groups);
    }

    private static double billions(
            Results results, Question question, List<String> variants, Map<String, String> params) {
        double millions = question.fastest(results, variants, params);
        return millions > 0 ? millions / 1000 : Double.NaN;
    }

    private static String milliseconds(double score) {
        return String.format(Locale.ROOT, score < 1 ? "%.3f" : "%.1f", score);
    }

    private static String suffix(Map<String, String> params) {
        String data = params.containsKey("data") ? ", " + params.get("data") : "";
        return data + (nulls(params) ? ", " + params.get("nullPercent") + " % nulls" : "");
    }

    private static boolean nulls(Map<String, String> params) {
        return nullPercent(params) > 0;
    }

    private static int nullPercent(Map<String, String> params) {
        return Integer.parseInt(params.get("nullPercent"));
    }
}
