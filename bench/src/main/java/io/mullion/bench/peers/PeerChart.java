package io.mullion.bench.peers;

import io.mullion.bench.report.Drawing;
import io.mullion.bench.report.Drawing.Anchor;
import io.mullion.bench.report.Drawing.Ink;
import io.mullion.bench.rows.QueryRows;
import java.util.Comparator;
import java.util.List;

/// Rates of all peers as bars from left to right, the fastest on top, on a logarithmic axis: a drawing for each query,
/// and one of all. A thin line goes from the least to the most of the rounds.
record PeerChart(PeerResults results) {
    private static final int WIDTH = 470;
    private static final int LEFT = 128;
    private static final int RIGHT = 58;
    private static final int TOP = 34;
    private static final int ROW = 21;
    private static final int BAR = 15;
    private static final int BOTTOM = 26;
    private static final int COLUMNS = 2;

    /// A row of the chart: a peer and what became of it.
    private record Row(String peer, Cell cell, double rate) {}

    Drawing all(String title) {
        List<Drawing> charts = queries().stream().map(this::of).toList();
        double rowHeight = charts.stream().mapToDouble(Drawing::height).max().orElse(0) + 12;
        int rows = (charts.size() + COLUMNS - 1) / COLUMNS;
        Drawing all = new Drawing(COLUMNS * WIDTH + 20, 40 + rows * rowHeight);
        all.text(14, 25, title, Anchor.START, 16, Ink.TEXT);
        for (int i = 0; i < charts.size(); i++) {
            all.add(i % COLUMNS * (WIDTH + 10.0), 40 + i / COLUMNS * rowHeight, charts.get(i));
        }
        return all;
    }

    /// Those that [PeerLines] does not show.
    List<String> queries() {
        PeerLines lines = new PeerLines(results);
        return results.queries().stream()
                .filter(query -> !query.equals(QueryRows.LATENCY)
                        && !(lines.swept() && lines.slides().contains(query)))
                .toList();
    }

    Drawing of(String query) {
        List<Row> rows = results.peers(query).stream()
                .map(peer -> new Row(peer, results.cell(query, peer), results.rate(query, peer)))
                .sorted(Comparator.comparingDouble(row -> Double.isNaN(row.rate) ? 1 : -row.rate))
                .toList();
        Axis axis = Axis.of(rows);
        Drawing drawing = new Drawing(WIDTH, TOP + rows.size() * ROW + BOTTOM);
        double foot = TOP + rows.size() * ROW;
        drawing.text(14, 18, query + ", million records a second", Anchor.START, 13, Ink.TEXT);
        for (int power = axis.from; power <= axis.to; power++) {
            double x = axis.x(Math.pow(10, power));
            drawing.line(x, TOP - 4, x, foot, Ink.GRID);
            String mark = power < 0 ? String.valueOf(Math.pow(10, power)) : String.format("%.0f", Math.pow(10, power));
            drawing.text(x, foot + 15, mark, Anchor.MIDDLE, 11, Ink.DIM);
        }
        for (int i = 0; i < rows.size(); i++) {
            row(drawing, rows.get(i), TOP + i * ROW, axis);
        }
        return drawing;
    }

    private static void row(Drawing drawing, Row row, double y, Axis axis) {
        double base = y + BAR - 3;
        drawing.text(LEFT - 8, base, row.peer, Anchor.END, 12, Ink.TEXT);
        switch (row.cell) {
            case Cell.Measured measured -> {
                Ink ink = row.peer.startsWith(PeerResults.MULLION) ? Ink.ACCENT : Ink.PLAIN;
                double end = axis.x(row.rate);
                drawing.box(LEFT, y, end - LEFT, BAR, ink, row.peer + ": " + PeerTable.figure(row.rate));
                double most = axis.x(measured.most(Cell::rate));
                double middle = y + BAR / 2.0;
                drawing.line(axis.x(measured.least(Cell::rate)), middle, most, middle, Ink.TEXT);
                drawing.text(Math.max(end, most) + 6, base, PeerTable.figure(row.rate), Anchor.START, 12, Ink.TEXT);
            }
            case Cell.LeftOut leftOut -> drawing.text(LEFT + 4, base, leftOut.word(), Anchor.START, 12, Ink.DIM);
            case Cell.Failed _ -> drawing.text(LEFT + 4, base, "failed", Anchor.START, 12, Ink.DIM);
        }
    }

    /// Powers of ten from one to another.
    private record Axis(int from, int to) {
        static Axis of(List<Row> rows) {
            double least = rows.stream()
                    .mapToDouble(Row::rate)
                    .filter(rate -> rate > 0)
                    .min()
                    .orElse(1);
            double most = rows.stream()
                    .mapToDouble(Row::rate)
                    .filter(rate -> rate > 0)
                    .max()
                    .orElse(1);
            // A bar at the foot would have no length.
            int from = (int) Math.ceil(Math.log10(least)) - 1;
            return new Axis(from, Math.max(from + 1, (int) Math.ceil(Math.log10(most))));
        }

        double x(double rate) {
            double share = (Math.log10(rate) - from) / (to - from);
            return LEFT + (WIDTH - LEFT - RIGHT) * Math.max(0, share);
        }
    }
}
