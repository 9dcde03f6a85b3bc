package io.mullion.bench.queries;

import io.mullion.bench.report.BarChart;
import io.mullion.bench.report.Page;
import io.mullion.bench.report.Question;
import io.mullion.bench.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes what `bench/run checkpoints` measured into the page on checkpoints. Arguments: the folder with the results,
/// and that of the page.
public final class CheckpointReport {
    static final List<Double> PERCENTILES = List.of(50.0, 99.0, 99.9, 100.0);

    private final Results results;

    CheckpointReport(Results results) {
        this.results = results;
    }

    public static void main(String[] arguments) throws IOException {
        CheckpointReport report = new CheckpointReport(Results.read(Path.of(arguments[0])));
        Path docs = Path.of(arguments[1]);
        Page.replaceResults(
                docs.resolve("checkpoints.md"),
                report.results.origin() + " One run, median of the rounds. " + report.disk() + "\n\n"
                        + report.tables());
        Files.writeString(
                docs.resolve("checkpoints-throughput.svg"),
                report.throughputChart().drawing().svg());
        Files.writeString(
                docs.resolve("checkpoints-restore.svg"),
                report.restoreChart().drawing().svg());
    }

    String tables() {
        return throughput() + bytes() + latency() + restore();
    }

    private String disk() {
        Map<String, String> params = results.paramsOf(CheckpointRun.DISK).getFirst();
        return String.format(
                Locale.ROOT,
                "Checkpoints went to %s, which takes %.0f MB/s, forced.",
                params.get("disk"),
                score(CheckpointRun.DISK, CheckpointRun.WITH, params));
    }

    private String throughput() {
        StringBuilder text = begun(
                "Throughput, million rows a second of the workers: at least 0.9 is aimed at",
                List.of(
                        "query, workers",
                        "without",
                        "with",
                        "ratio",
                        "of the rounds",
                        "workers stand, ms",
                        "longest, ms"));
        for (Map<String, String> params : results.paramsOf(CheckpointRun.THROUGHPUT)) {
            Question.line(
                    text,
                    List.of(
                            params.get("query") + ", " + params.get("workers"),
                            number(score(CheckpointRun.THROUGHPUT, CheckpointRun.WITHOUT, params)),
                            number(score(CheckpointRun.THROUGHPUT, CheckpointRun.WITH, params)),
                            String.format(Locale.ROOT, "**%.2f**", counted(params, CheckpointRun.RATIO)),
                            String.format(
                                    Locale.ROOT,
                                    "%.2f to %.2f",
                                    counted(params, CheckpointRun.LEAST_RATIO),
                                    counted(params, CheckpointRun.GREATEST_RATIO)),
                            number(counted(params, CheckpointRun.PAUSE)),
                            number(counted(params, CheckpointRun.LONGEST_PAUSE))));
        }
        return text.append("\n![Throughput](checkpoints-throughput.svg)\n\n").toString();
    }

    private String bytes() {
        StringBuilder text = begun(
                "Bytes of a checkpoint, MB",
                List.of("query, workers", "changed since the last one", "written", "ratio"));
        for (Map<String, String> params : results.paramsOf(CheckpointRun.THROUGHPUT)) {
            double changed = counted(params, CheckpointRun.CHANGED);
            double written = counted(params, CheckpointRun.WRITTEN);
            Question.line(
                    text,
                    List.of(
                            params.get("query") + ", " + params.get("workers"),
                            number(changed),
                            number(written),
                            number(written / changed)));
        }
        return text.append('\n').toString();
    }

    private String latency() {
        List<String> head = new ArrayList<>(List.of("query"));
        PERCENTILES.forEach(percentile -> head.add(percentile == 100 ? "longest" : "p" + text(percentile)));
        StringBuilder text = begun(
                String.format(
                        Locale.ROOT,
                        "From the time a row is due until the query is done with it, %,d rows a second, one worker, us",
                        CheckpointRun.PER_SECOND),
                head);
        for (Map<String, String> params : results.paramsOf(CheckpointRun.LATENCY)) {
            for (String variant : List.of(CheckpointRun.WITHOUT, CheckpointRun.WITH)) {
                List<String> cells = new ArrayList<>(List.of(params.get("query") + ", " + variant));
                PERCENTILES.forEach(percentile ->
                        cells.add(number(results.secondary(CheckpointRun.LATENCY, variant, params, "p" + percentile))));
                Question.line(text, cells);
            }
        }
        return text.append('\n').toString();
    }

    private String restore() {
        StringBuilder text = begun(
                "A job with a million keys goes on: within 500 ms above the reading is aimed at",
                List.of("panes", "MB", "goes on after, ms", "reading the bytes, ms", "above it, ms"));
        for (Map<String, String> params : results.paramsOf(CheckpointRun.RESTORE)) {
            double restored = score(CheckpointRun.RESTORE, CheckpointRun.WITH, params);
            double read = score(CheckpointRun.RESTORE, CheckpointRun.READ, params);
            Question.line(
                    text,
                    List.of(
                            params.get("panes"),
                            number(results.secondary(
                                    CheckpointRun.RESTORE, CheckpointRun.WITH, params, CheckpointRun.SIZE)),
                            number(restored),
                            number(read),
                            String.format(Locale.ROOT, "**%.0f**", restored - read)));
        }
        return text.append("\n![Going on](checkpoints-restore.svg)\n\n").toString();
    }

    private BarChart throughputChart() {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Map<String, String> params : results.paramsOf(CheckpointRun.THROUGHPUT)) {
            groups.add(new BarChart.Group(
                    params.get("query") + "\n" + params.get("workers")
                            + (params.get("workers").equals("1") ? " worker" : " workers"),
                    List.of(
                            score(CheckpointRun.THROUGHPUT, CheckpointRun.WITHOUT, params),
                            score(CheckpointRun.THROUGHPUT, CheckpointRun.WITH, params))));
        }
        return new BarChart(
                "A checkpoint each second, and none", "million rows a second", List.of("without", "with"), groups);
    }

    private BarChart restoreChart() {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Map<String, String> params : results.paramsOf(CheckpointRun.RESTORE)) {
            groups.add(new BarChart.Group(
                    params.get("panes") + " panes",
                    List.of(
                            score(CheckpointRun.RESTORE, CheckpointRun.WITH, params),
                            score(CheckpointRun.RESTORE, CheckpointRun.READ, params))));
        }
        return new BarChart(
                "A million keys come back", "milliseconds", List.of("going on", "reading the bytes alone"), groups);
    }

    private static StringBuilder begun(String title, List<String> head) {
        StringBuilder text = new StringBuilder("### " + title + "\n\n");
        Question.line(text, head);
        Question.line(text, head.stream().map(_ -> "---").toList());
        return text;
    }

    private double score(String benchmark, String variant, Map<String, String> params) {
        return results.score(benchmark, variant, params).orElse(Double.NaN);
    }

    private double counted(Map<String, String> params, String metric) {
        return results.secondary(CheckpointRun.THROUGHPUT, CheckpointRun.WITH, params, metric);
    }

    private static String text(double percentile) {
        return percentile == Math.rint(percentile) ? Long.toString((long) percentile) : Double.toString(percentile);
    }

    private static String number(double value) {
        return value < 0.1 ? String.format(Locale.ROOT, "%.4f", value) : Question.number(value);
    }
}
