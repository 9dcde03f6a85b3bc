package io.mullion.bench.peers;

import io.mullion.bench.rows.QueryRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// Results as text: a table for each query, a row for each peer.
record PeerTable(PeerResults results) {
    /// Who is in no table.
    static final String LEFT_OUT =
            "Kafka Streams. Without a broker it runs only in its test driver, a row at a time, which would not be fair to"
                    + " it.";

    private static final List<String> HEADINGS =
            List.of("", "M records/s", "least", "most", "CPU s/M records", "peak MB", "to Mullion");

    private static final List<String> LATENCY_HEADINGS =
            List.of("", "M records/s", "p50 ms", "p90 ms", "p99 ms", "most ms", "CPU s/M records", "peak MB");

    String text() {
        StringBuilder text = new StringBuilder();
        for (String query : results.queries()) {
            text.append('\n').append(query).append('\n').append(table(query));
        }
        text.append("\nNot here: ").append(LEFT_OUT).append('\n');
        return text.toString();
    }

    /// The cells of a query's table, the first row its headings; a row with one cell besides the name says why there
    /// are no figures.
    List<List<String>> cells(String query) {
        List<List<String>> cells = new ArrayList<>();
        boolean openLoop = query.equals(QueryRows.LATENCY);
        cells.add(openLoop ? LATENCY_HEADINGS : HEADINGS);
        for (String peer : results.peers(query)) {
            List<String> row = new ArrayList<>();
            row.add(peer);
            switch (results.cell(query, peer)) {
                case Cell.Measured measured -> row.addAll(openLoop ? latencies(measured) : figures(query, measured));
                case Cell.LeftOut leftOut -> row.add(leftOut.reason());
                case Cell.Failed failed ->
                    row.add("failed: " + failed.message().lines().findFirst().orElse(""));
            }
            cells.add(row);
        }
        return cells;
    }

    /// Rates of each peer, query by query; or why there is none.
    List<List<String>> rates(List<String> queries) {
        List<List<String>> cells = new ArrayList<>();
        List<String> headings = new ArrayList<>(List.of(""));
        headings.addAll(queries);
        cells.add(headings);
        for (String peer : results.peers(queries.getFirst())) {
            List<String> row = new ArrayList<>(List.of(peer));
            for (String query : queries) {
                row.add(
                        switch (results.cell(query, peer)) {
                            case Cell.Measured measured -> figure(measured.median(Cell::rate));
                            case Cell.LeftOut leftOut -> leftOut.word();
                            case Cell.Failed _ -> "failed";
                        });
            }
            cells.add(row);
        }
        return cells;
    }

    private List<String> figures(String query, Cell.Measured measured) {
        double rate = measured.median(Cell::rate);
        double mullion = results.rate(query, PeerResults.MULLION);
        return List.of(
                figure(rate),
                figure(measured.least(Cell::rate)),
                figure(measured.most(Cell::rate)),
                figure(measured.median(Cell::cpuSeconds)),
                String.format(Locale.ROOT, "%.0f", measured.most(Cell::peakMegabytes)),
                Double.isNaN(mullion) ? "" : figure(rate / mullion));
    }

    /// Rows that wait are taken, too, so that a peer may have more than are due for a while.
    private static List<String> latencies(Cell.Measured measured) {
        List<String> cells = new ArrayList<>();
        cells.add(figure(Math.min(1, measured.median(Cell::rate))));
        Histogram latencies = measured.latencies();
        if (measured.keepsUp()) {
            for (double percentile : List.of(50.0, 90.0, 99.0)) {
                cells.add(figure(latencies.getValueAtPercentile(percentile) / 1e6));
            }
        } else {
            cells.addAll(List.of("falls behind", "", ""));
        }
        cells.add(latencies.getTotalCount() == 0 ? "" : figure(latencies.getMaxValue() / 1e6));
        cells.add(figure(measured.median(Cell::cpuSeconds)));
        cells.add(String.format(Locale.ROOT, "%.0f", measured.most(Cell::peakMegabytes)));
        return cells;
    }

    /// Three digits that count.
    static String figure(double value) {
        int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : value >= 0.1 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private String table(String query) {
        List<List<String>> cells = cells(query);
        int[] widths = new int[cells.getFirst().size()];
        for (List<String> row : cells) {
            for (int column = 0; column < row.size() && (column == 0 || row.size() > 2); column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder(padded(row.getFirst(), -widths[0]));
            for (int column = 1; column < row.size(); column++) {
                line.append("  ").append(row.size() == 2 ? row.get(1) : padded(row.get(column), widths[column]));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /// @param width negative to have the text at the left
    private static String padded(String text, int width) {
        return width == 0 ? text : String.format("%" + width + "s", text);
    }
}
