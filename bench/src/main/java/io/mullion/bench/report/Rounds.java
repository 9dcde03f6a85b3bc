package io.mullion.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a program of its own measures in rounds, to be kept as JMH keeps results.
///
/// *Thread*: one.
public final class Rounds {
    private static final String SCORE = "score";

    private record Case(String benchmark, String variant, Map<String, String> params) {}

    /// By what was measured, and then by metric: a value for each round.
    private final Map<Case, Map<String, List<Double>>> values = new LinkedHashMap<>();

    /// Adds the score of a round.
    public void add(String benchmark, String variant, Map<String, String> params, double score) {
        add(benchmark, variant, params, SCORE, score);
    }

    /// Adds what else was counted in a round.
    public void add(String benchmark, String variant, Map<String, String> params, String metric, double value) {
        values.computeIfAbsent(new Case(benchmark, variant, new TreeMap<>(params)), _ -> new LinkedHashMap<>())
                .computeIfAbsent(metric, _ -> new ArrayList<>())
                .add(value);
    }

    /// Of all rounds so far.
    public Results results() {
        return new Results(Measured.parse(json()));
    }

    /// As `-rf json` of JMH writes results, as far as [Results] reads them.
    public String json() {
        return values.entrySet().stream()
                .map(it -> json(it.getKey(), it.getValue()))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String json(Case of, Map<String, List<Double>> metrics) {
        String params = of.params().entrySet().stream()
                .map(it -> text(it.getKey()) + ":" + text(it.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        String secondary = metrics.entrySet().stream()
                .filter(it -> !it.getKey().equals(SCORE))
                .map(it -> text(it.getKey()) + ":" + metric(it.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        return "{\"benchmark\":" + text(of.benchmark() + "." + of.variant())
                + ",\"vmName\":" + text(System.getProperty("java.vm.name"))
                + ",\"vmVersion\":" + text(System.getProperty("java.vm.version"))
                + ",\"params\":" + params
                + ",\"primaryMetric\":" + metric(metrics.getOrDefault(SCORE, List.of()))
                + ",\"secondaryMetrics\":" + secondary + "}";
    }

    private static String metric(List<Double> values) {
        return "{\"rawData\":[" + values + "]}";
    }

    private static String text(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
