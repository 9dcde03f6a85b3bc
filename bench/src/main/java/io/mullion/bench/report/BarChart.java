package io.mullion.bench.report;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Groups of bars side by side, as SVG. The axis is logarithmic where bars that are a fiftieth of the highest would not
/// be seen.
///
/// @param unit what the bars count
/// @param series names of the bars of a group
/// @param groups each with a name and a value for each series; NaN leaves its bar out
public record BarChart(String title, String unit, List<String> series, List<Group> groups) {
    public record Group(String name, List<Double> values) {}

    private static final List<String> COLOURS = List.of("#1f6feb", "#8b949e", "#d29922", "#2da44e", "#a475f9");
    private static final int BAR = 18;
    private static final int GAP = 26;
    private static final int LEFT = 56;
    private static final int TOP = 64;
    private static final int PLOT_HEIGHT = 240;
    private static final int BOTTOM = 44;
    private static final int LEAST_WIDTH = 640;
    private static final int CHARACTER = 7;
    /// A bar less than the highest by more than this is too low to be compared.
    private static final double SEEN = 50;

    public String svg() {
        int groupWidth = groupWidth();
        int width = LEFT + groups.size() * groupWidth + GAP;
        int height = TOP + PLOT_HEIGHT + BOTTOM;
        Axis axis = axis();
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">",
                width,
                height,
                width,
                height);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height);
        add(svg, "<text x=\"%d\" y=\"20\" font-size=\"15\" fill=\"#1f2328\">%s</text>", LEFT, escaped(title));
        legend(svg);
        for (double mark : axis.marks()) {
            double y = axis.y(mark);
            add(svg, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#d0d7de\"/>", LEFT, width - 8, y, y);
            add(
                    svg,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#59636e\">%s</text>",
                    LEFT - 6,
                    y + 4,
                    BigDecimal.valueOf(mark).stripTrailingZeros().toPlainString());
        }
        add(
                svg,
                "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\" fill=\"#59636e\">%s</text>",
                TOP + PLOT_HEIGHT / 2,
                escaped(unit));
        for (int group = 0; group < groups.size(); group++) {
            int middle = LEFT + GAP / 2 + group * groupWidth + groupWidth / 2;
            bars(svg, groups.get(group), middle - series.size() * BAR / 2, axis);
        }
        return svg.append("</svg>\n").toString();
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

    private void legend(StringBuilder svg) {
        int x = LEFT;
        for (int i = 0; i < series.size(); i++) {
            add(svg, "<rect x=\"%d\" y=\"34\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, COLOURS.get(i));
            add(svg, "<text x=\"%d\" y=\"45\" fill=\"#1f2328\">%s</text>", x + 16, escaped(series.get(i)));
            x += 34 + CHARACTER * series.get(i).length();
        }
    }

    private void bars(StringBuilder svg, Group group, int left, Axis axis) {
        for (int i = 0; i < series.size(); i++) {
            double value = group.values().get(i);
            if (!Double.isNaN(value)) {
                double y = axis.y(value);
                add(
                        svg,
                        "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"><title>%s: %.2f</title></rect>",
                        left + i * BAR,
                        y,
                        BAR - 2,
                        TOP + PLOT_HEIGHT - y,
                        COLOURS.get(i),
                        escaped(series.get(i)),
                        value);
            }
        }
        String[] lines = group.name().split("\n");
        for (int i = 0; i < lines.length; i++) {
            add(
                    svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#1f2328\">%s</text>",
                    left + series.size() * BAR / 2,
                    TOP + PLOT_HEIGHT + 18 + 15 * i,
                    escaped(lines[i]));
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

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
