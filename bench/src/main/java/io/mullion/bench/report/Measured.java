package io.mullion.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One benchmark with one set of parameters, measured.
///
/// @param benchmark simple name of its class
/// @param variant name of its method
/// @param score the median of the iterations, of all forks
/// @param secondary what a profiler or the benchmark itself counted, the median of each by its name
/// @param vm the JVM it ran on
public record Measured(
        String benchmark,
        String variant,
        Map<String, String> params,
        double score,
        Map<String, Double> secondary,
        String vm) {

    /// Results as `-rf json` of JMH writes them.
    static List<Measured> parse(String json) {
        List<Measured> results = new ArrayList<>();
        for (Object result : (List<?>) Json.parse(json)) {
            results.add(of((Map<?, ?>) result));
        }
        return results;
    }

    private static Measured of(Map<?, ?> result) {
        String[] names = ((String) result.get("benchmark")).split("\\.");
        Map<?, ?> metric = (Map<?, ?>) result.get("primaryMetric");
        Map<String, String> params = new TreeMap<>();
        if (result.get("params") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> params.put((String) name, (String) value));
        }
        return new Measured(
                names[names.length - 2],
                names[names.length - 1],
                params,
                median(metric),
                secondary((Map<?, ?>) result.get("secondaryMetrics")),
                result.get("vmName") + " " + result.get("vmVersion"));
    }

    private static double median(Map<?, ?> metric) {
        double[] scores = ((List<?>) metric.get("rawData"))
                .stream()
                        .flatMap(fork -> ((List<?>) fork).stream())
                        .mapToDouble(score -> (Double) score)
                        .sorted()
                        .toArray();
        int middle = scores.length / 2;
        if (scores.length == 0) {
            return Double.NaN;
        }
        return scores.length % 2 == 1 ? scores[middle] : (scores[middle - 1] + scores[middle]) / 2;
    }

    private static Map<String, Double> secondary(Map<?, ?> metrics) {
        Map<String, Double> secondary = new TreeMap<>();
        metrics.forEach((name, metric) -> secondary.put((String) name, median((Map<?, ?>) metric)));
        return secondary;
    }
}
