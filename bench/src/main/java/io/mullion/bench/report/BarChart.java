package io.mullion.bench.report;

import io.mullion.bench.report.Drawing.Anchor;
import io.mullion.bench.report.Drawing.Ink;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Groups of bars side by side. The axis is logarithmic where bars that are a fiftieth of the highest would not
/// be seen.
///
/// @param unit what the bars count
/// @param series names of the bars of a group
/// @param groups each with a name and a value for each series; NaN leaves its bar out
public record BarChart(String title, String unit, List<String> series, List<Group> groups) {
    public record Group(String name, List<Double> values) {}

    private static final List<Ink> INKS = List.of(Ink.ACCENT, Ink.PLAIN, Ink.GOLD, Ink.GREEN, Ink.PURPLE);
    private static final int BAR = 18;
    private static final int GAP = 26;
    private static final int LEFT = 56;
    private static final int TOP = 78;
    private static final int PLOT_HEIGHT = 240;
    private static final int BOTTOM = 44;
    private static final int LEAST_WIDTH = 640;
    private static final int CHARACTER = 7;
    /// A bar less than the highest by more than this is too low to be compared.
    private static final double SEEN = 50;

    public Drawing drawing() {
        int groupWidth = groupWidth();
        int width = LEFT + groups.size() * groupWidth + GAP;
        Axis axis = axis();
        Drawing drawing = new Drawing(width, TOP + PLOT_HEIGHT + BOTTOM);
        drawing.text(14, 20, title, Anchor.START, 15, Ink.TEXT);
        legend(drawing);
        drawing.text(14, TOP - 8, unit, Anchor.START, 11, Ink.DIM);
        for (double mark : axis.marks()) {
            double y = axis.y(mark);
            drawing.line(LEFT, y, width - 8, y, Ink.GRID);
            String text = BigDecimal.valueOf(mark).stripTrailingZeros().toPlainString();
            drawing.text(LEFT - 6, y + 4, text, Anchor.END, 12, Ink.DIM);
        }
        for (int group = 0; group < groups.size(); group++) {
            int middle = LEFT + GAP / 2 + group * groupWidth + groupWidth / 2;
            bars(drawing, groups.get(group), middle - series.size() * BAR / 2, axis);
        }
        return drawing;
    }

    /// Room for the bars and the name of a group; few groups share the least width of a chart.
    private int groupWidth() {
        int name = groups.stream()
                .flatMap(group -> group.name().lines())
                .mapToInt(String::length)
                .max()
                .orElse(0);
        int needed = Math.max(series.size() * BAR + GAP, name * CHARACTER + GAP / 2);
        return Math.max(needed, (LEAST_WIDTH - LEFT - GAP) / Math.max(1, groups.size()));
    }

    private void legend(Drawing drawing) {
        int x = 14;
        for (int i = 0; i < series.size(); i++) {
            drawing.box(x, 34, 12, 12, INKS.get(i), series.get(i));
            drawing.text(x + 16, 45, series.get(i), Anchor.START, 12, Ink.TEXT);
            x += 34 + CHARACTER * series.get(i).length();
        }
    }

    private void bars(Drawing drawing, Group group, int left, Axis axis) {
        for (int i = 0; i < series.size(); i++) {
            double value = group.values().get(i);
            if (!Double.isNaN(value)) {
                double y = axis.y(value);
                String title = String.format(Locale.ROOT, "%s: %.2f", series.get(i), value);
                drawing.box(left + i * BAR, y, BAR - 2, TOP + PLOT_HEIGHT - y, INKS.get(i), title);
            }
        }
        String[] lines = group.name().split("\n");
        for (int i = 0; i < lines.length; i++) {
            double middle = left + series.size() * BAR / 2.0;
            drawing.text(middle, TOP + PLOT_HEIGHT + 18 + 15 * i, lines[i], Anchor.MIDDLE, 12, Ink.TEXT);
        }
    }

    /// From the bottom of the plot to its top.
    ///
    /// @param bottom 0 if the axis is linear
    private record Axis(double bottom, double top, List<Double> marks) {
        double y(double value) {
            double share = bottom == 0 ? value / top : Math.log(value / bottom) / Math.log(top / bottom);
            return TOP + PLOT_HEIGHT * (1 - share);
        }
    }

    private Axis axis() {
        double highest = values().max().orElse(1);
        double lowest = values().filter(value -> value > 0).min().orElse(highest);
        return lowest < highest / SEEN ? logarithmic(lowest, highest) : linear(highest);
    }

    /// Marks at the powers of ten around all values.
    private static Axis logarithmic(double lowest, double highest) {
        // A bar at the bottom would have no height.
        int from = (int) Math.ceil(Math.log10(lowest)) - 1;
        int to = (int) Math.ceil(Math.log10(highest));
        return new Axis(
                Math.pow(10, from),
                Math.pow(10, to),
                IntStream.rangeClosed(from, to)
                        .mapToObj(power -> Math.pow(10, power))
                        .toList());
    }

    /// About five marks, at 1, 2 or 5 times a power of ten.
    private static Axis linear(double highest) {
        double power = Math.pow(10, Math.floor(Math.log10(highest / 5)));
        double times = highest / 5 / power;
        double step = power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
        int steps = (int) Math.ceil(highest / step);
        return new Axis(
                0,
                steps * step,
                IntStream.rangeClosed(0, steps).mapToObj(mark -> mark * step).toList());
    }

    private DoubleStream values() {
        return groups.stream()
                .flatMap(group -> group.values().stream())
                .filter(value -> !value.isNaN())
                .mapToDouble(value -> value);
    }
}
