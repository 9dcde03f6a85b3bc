package io.mullion.bench.peers;

import io.mullion.bench.report.Drawing;
import io.mullion.bench.report.Drawing.Ink;
import io.mullion.bench.report.LineChart;
import io.mullion.bench.rows.QueryRows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What a bar cannot show, as lines, one for each peer: rates over ever smaller slides, and curves of latency.
record PeerLines(PeerResults results) {
    /// Those of the sweep that were measured, the longest first.
    List<String> slides() {
        return Plan.SWEEP.stream().filter(results.queries()::contains).toList();
    }

    /// Whether there is a line to be drawn.
    boolean swept() {
        return slides().size() > 1;
    }

    boolean timed() {
        return results.queries().contains(QueryRows.LATENCY);
    }

    /// Rates of each peer, slide by slide; NaN where it has none.
    Drawing rates() {
        List<String> slides = slides();
        List<Double> places = new ArrayList<>();
        Map<String, Double> marks = new LinkedHashMap<>();
        for (int i = 0; i < slides.size(); i++) {
            places.add(i / (slides.size() - 1.0));
            marks.put(slides.get(i).substring(slides.get(i).indexOf('-') + 1), places.get(i));
        }
        List<LineChart.Line> lines = new ArrayList<>();
        for (String peer : results.peers()) {
            List<Double> rates =
                    slides.stream().map(slide -> results.rate(slide, peer)).toList();
            if (!rates.stream().allMatch(rate -> rate.isNaN())) {
                lines.add(new LineChart.Line(peer, ink(peer), dashed(peer), rates));
            }
        }
        String title = "10 s by ever smaller slides, by the slide";
        return new LineChart(title, "million records a second", places, marks, lines).drawing();
    }

    /// From the end of a window to its first result, of those that keep up.
    Drawing latencies() {
        Map<String, Histogram> all = new LinkedHashMap<>();
        for (String peer : results.peers(QueryRows.LATENCY)) {
            if (results.cell(QueryRows.LATENCY, peer) instanceof Cell.Measured measured && measured.keepsUp()) {
                all.put(peer, measured.latencies());
            }
        }
        long least = all.isEmpty()
                ? 0
                : Collections.min(
                        all.values().stream().map(Histogram::getTotalCount).toList());
        int count = (int) LineChart.PERCENTILES.stream()
                .filter(percentile -> percentile <= 90 || least * (1 - percentile / 100) >= 1)
                .count();
        List<LineChart.Line> lines = new ArrayList<>();
        all.forEach((peer, nanos) -> lines.add(new LineChart.Line(
                peer,
                ink(peer),
                dashed(peer),
                LineChart.PERCENTILES.subList(0, count).stream()
                        .map(percentile -> nanos.getValueAtPercentile(percentile) / 1e6)
                        .toList())));
        String title = "From the end of a window to its first result, a million rows a second";
        return LineChart.percentiles(title, "milliseconds; who falls behind is not here", count, lines)
                .drawing();
    }

    /// Peers of one house share a colour.
    private static Ink ink(String peer) {
        return switch (peer.split("-")[0]) {
            case PeerResults.MULLION -> Ink.ACCENT;
            case "by", "naive" -> Ink.TEXT;
            case "duckdb" -> Ink.GOLD;
            case "flink" -> Ink.RED;
            case "jet" -> Ink.GREEN;
            case "esper" -> Ink.PURPLE;
            case "spark" -> Ink.BROWN;
            default -> Ink.PLAIN;
        };
    }

    private static boolean dashed(String peer) {
        return peer.equals("naive") || peer.contains("-") && !peer.equals("by-hand");
    }
}
