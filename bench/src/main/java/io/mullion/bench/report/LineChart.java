package io.mullion.bench.report;

import io.mullion.bench.report.Drawing.Anchor;
import io.mullion.bench.report.Drawing.Ink;
import io.mullion.bench.report.Drawing.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/// Lines over an axis of one's own, values upwards in powers of ten.
///
/// @param unit of the values
/// @param places of the values, from 0 at the left to 1 at the right
/// @param marks texts below the axis, and their places
public record LineChart(String title, String unit, List<Double> places, Map<String, Double> marks, List<Line> lines) {
    /// @param values one for each place; NaN is left out
    /// @param dashed for a second line of the same colour
    public record Line(String name, Ink ink, boolean dashed, List<Double> values) {}

    /// Of curves of percentiles: some for each mark.
    public static final List<Double> PERCENTILES =
            List.of(0.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99);

    private static final List<Ink> INKS = List.of(Ink.PLAIN, Ink.GOLD, Ink.ACCENT, Ink.GREEN, Ink.PURPLE);
    private static final List<Double> PERCENTILE_MARKS = List.of(0.0, 90.0, 99.0, 99.9, 99.99);
    private static final int LEFT = 64;
    private static final int WIDTH = 640;
    private static final int PLOT_WIDTH = WIDTH - LEFT - 28;
    private static final int PLOT_HEIGHT = 260;
    private static final int LEGEND_TOP = 34;
    private static final int LEGEND_ROW = 18;
    private static final int SWATCH = 22;
    private static final int CHARACTER = 7;
    /// No value is shown below: in us, 10 ns.
    private static final double LEAST = 0.0001;

    /// A curve for each name with a value for each of the first `count` of [#PERCENTILES]: each mark is a tenth of what
    /// is left to 100 %.
    public static LineChart percentiles(String title, String unit, int count, List<Line> lines) {
        List<Double> percentiles = PERCENTILES.subList(0, count);
        double right = nines(percentiles.getLast());
        Map<String, Double> marks = new LinkedHashMap<>();
        for (double mark : PERCENTILE_MARKS) {
            if (mark <= percentiles.getLast()) {
                marks.put(mark == 0 ? "least" : mark + " %", nines(mark) / right);
            }
        }
        return new LineChart(
                title, unit, percentiles.stream().map(it -> nines(it) / right).toList(), marks, lines);
    }

    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    /// One of few lines, in the colour that is its turn.
    public static Line line(int number, String name, List<Double> values) {
        return new Line(name, INKS.get(number % INKS.size()), number >= INKS.size(), values);
    }

    public Drawing drawing() {
        int columns = columns();
        int top = LEGEND_TOP + LEGEND_ROW * ((lines.size() + columns - 1) / columns) + 22;
        Drawing drawing = new Drawing(WIDTH, top + PLOT_HEIGHT + 34);
        drawing.text(14, 20, title, Anchor.START, 15, Ink.TEXT);
        for (int i = 0; i < lines.size(); i++) {
            legend(
                    drawing,
                    lines.get(i),
                    14 + i % columns * ((WIDTH - 28) / columns),
                    LEGEND_TOP + i / columns * LEGEND_ROW);
        }
        drawing.text(14, top - 8, unit, Anchor.START, 11, Ink.DIM);
        Axis axis = axis(top);
        for (int power = axis.bottom; power <= axis.top; power++) {
            double y = axis.y(Math.pow(10, power));
            drawing.line(LEFT, y, LEFT + PLOT_WIDTH, y, Ink.GRID);
            drawing.text(LEFT - 6, y + 4, mark(power), Anchor.END, 11, Ink.DIM);
        }
        marks.forEach((mark, place) -> {
            drawing.line(x(place), top, x(place), top + PLOT_HEIGHT, Ink.GRID);
            drawing.text(x(place), top + PLOT_HEIGHT + 18, mark, Anchor.MIDDLE, 11, Ink.DIM);
        });
        lines.forEach(line -> line(drawing, line, axis));
        return drawing;
    }

    /// As many as have room for the longest name.
    private int columns() {
        int longest = lines.stream().mapToInt(line -> line.name.length()).max().orElse(0);
        return Math.clamp((WIDTH - 28) / (SWATCH + 20L + CHARACTER * longest), 1, 4);
    }

    private static void legend(Drawing drawing, Line line, double x, double y) {
        drawing.path(List.of(new Point(x, y + 5), new Point(x + SWATCH, y + 5)), line.ink, line.dashed, line.name);
        drawing.text(x + SWATCH + 6, y + 9, line.name, Anchor.START, 12, Ink.TEXT);
    }

    private void line(Drawing drawing, Line line, Axis axis) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            double value = line.values.get(i);
            if (!Double.isNaN(value)) {
                points.add(new Point(x(places.get(i)), axis.y(value)));
            }
        }
        if (points.size() == 1) {
            Point only = points.getFirst();
            drawing.box(only.x() - 3, only.y() - 3, 6, 6, line.ink, line.name);
        } else if (!points.isEmpty()) {
            drawing.path(points, line.ink, line.dashed, line.name);
        }
    }

    private static String mark(int power) {
        return power < 0
                ? String.format(Locale.ROOT, "%." + -power + "f", Math.pow(10, power))
                : String.format(Locale.ROOT, "%.0f", Math.pow(10, power));
    }

    private static double x(double place) {
        return LEFT + PLOT_WIDTH * place;
    }

    private Axis axis(int plotTop) {
        int bottom = (int) Math.floor(Math.log10(values().min().orElse(1)));
        int top = (int) Math.ceil(Math.log10(values().max().orElse(1)));
        return new Axis(plotTop, bottom, Math.max(bottom + 1, top));
    }

    private DoubleStream values() {
        return lines.stream()
                .flatMap(line -> line.values.stream())
                .filter(value -> !value.isNaN())
                .mapToDouble(value -> Math.max(LEAST, value));
    }

    /// Powers of ten from one to another.
    private record Axis(int plotTop, int bottom, int top) {
        double y(double value) {
            double share = (Math.log10(Math.max(LEAST, value)) - bottom) / (top - bottom);
            return plotTop + PLOT_HEIGHT * (1 - share);
        }
    }
}
