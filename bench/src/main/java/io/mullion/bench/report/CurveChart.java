package io.mullion.bench.report;

import java.util.List;
import java.util.Locale;

/// Percentile curves, as SVG: percentiles to the right, each mark a tenth of what is left to 100 %, values upwards in
/// powers of ten.
///
/// @param unit of the values
/// @param curves with a value for each of [#PERCENTILES]
public record CurveChart(String title, String unit, List<Curve> curves) {
    public record Curve(String name, List<Double> values) {}

    /// Some for each mark.
    public static final List<Double> PERCENTILES =
            List.of(0.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99);

    private static final List<String> COLOURS = List.of("#8b949e", "#d29922", "#1f6feb", "#2da44e", "#a475f9");
    private static final List<Double> MARKS = List.of(0.0, 90.0, 99.0, 99.9, 99.99);
    private static final int LEFT = 64;
    private static final int TOP = 84;
    private static final int WIDTH = 640;
    private static final int PLOT_WIDTH = WIDTH - LEFT - 24;
    private static final int PLOT_HEIGHT = 260;
    private static final int HEIGHT = TOP + PLOT_HEIGHT + 34;
    /// No value is shown below: in us, 10 ns.
    private static final double LEAST = 0.01;

    public String svg() {
        double bottom = Math.floor(Math.log10(extreme(false)));
        double top = Math.max(bottom + 1, Math.ceil(Math.log10(extreme(true))));
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH,
                HEIGHT,
                WIDTH,
                HEIGHT);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
        add(svg, "<text x=\"%d\" y=\"20\" font-size=\"15\" fill=\"#1f2328\">%s</text>", LEFT, title);
        legend(svg);
        for (double power = bottom; power <= top; power++) {
            double y = y(Math.pow(10, power), bottom, top);
            add(svg, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#d0d7de\"/>", LEFT, WIDTH - 24, y, y);
            add(
                    svg,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#59636e\">%s</text>",
                    LEFT - 6,
                    y + 4,
                    power < 0 ? String.valueOf(Math.pow(10, power)) : String.format("%.0f", Math.pow(10, power)));
        }
        for (double mark : MARKS) {
            double x = x(mark);
            add(
                    svg,
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#eaeef2\"/>",
                    x,
                    x,
                    TOP,
                    TOP + PLOT_HEIGHT);
            add(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#59636e\">%s</text>",
                    x,
                    TOP + PLOT_HEIGHT + 18,
                    mark == 0 ? "least" : mark + " %");
        }
        add(
                svg,
                "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\" fill=\"#59636e\">%s</text>",
                TOP + PLOT_HEIGHT / 2,
                unit);
        for (int i = 0; i < curves.size(); i++) {
            curve(svg, curves.get(i), COLOURS.get(i), bottom, top);
        }
        return svg.append("</svg>\n").toString();
    }

    /// Two names to a line.
    private void legend(StringBuilder svg) {
        for (int i = 0; i < curves.size(); i++) {
            int x = LEFT + i % 2 * (PLOT_WIDTH / 2);
            int y = 34 + i / 2 * 18;
            add(svg, "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, y, COLOURS.get(i));
            add(
                    svg,
                    "<text x=\"%d\" y=\"%d\" fill=\"#1f2328\">%s</text>",
                    x + 16,
                    y + 11,
                    curves.get(i).name());
        }
    }

    private static void curve(StringBuilder svg, Curve curve, String colour, double bottom, double top) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < PERCENTILES.size(); i++) {
            add(points, "%.1f,%.1f", x(PERCENTILES.get(i)), y(curve.values().get(i), bottom, top));
        }
        add(
                svg,
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>",
                colour,
                points.toString().strip().replace('\n', ' '));
    }

    private double extreme(boolean greatest) {
        double extreme = greatest ? LEAST : Double.MAX_VALUE;
        for (Curve curve : curves) {
            for (double value : curve.values()) {
                double shown = Math.max(LEAST, value);
                extreme = greatest ? Math.max(extreme, shown) : Math.min(extreme, shown);
            }
        }
        return extreme;
    }

    private static double x(double percentile) {
        return LEFT + PLOT_WIDTH * -Math.log10(1 - percentile / 100) / 4;
    }

    private static double y(double value, double bottom, double top) {
        double part = (Math.log10(Math.max(LEAST, value)) - bottom) / (top - bottom);
        return TOP + PLOT_HEIGHT * (1 - part);
    }

    private static void add(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
