package io.mullion.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/// A picture of boxes, lines, paths and texts, as SVG, which is light or dark as the reader has it, and as PNG, which
/// is light.
public final class Drawing {
    /// What a shape is for; each has a colour on light and one on dark paper.
    public enum Ink {
        PAPER("#ffffff", "#0d1117"),
        TEXT("#1f2328", "#e6edf3"),
        DIM("#59636e", "#9198a1"),
        GRID("#d0d7de", "#30363d"),
        ACCENT("#1f6feb", "#4493f8"),
        PLAIN("#8b949e", "#6e7681"),
        GOLD("#b88217", "#d29922"),
        GREEN("#2da44e", "#3fb950"),
        PURPLE("#8a5cd8", "#a475f9"),
        RED("#d1242f", "#ff7b72"),
        BROWN("#8f5b34", "#c69363");

        private final String light;
        private final String dark;

        Ink(String light, String dark) {
            this.light = light;
            this.dark = dark;
        }

        private String style() {
            return "d-" + name().toLowerCase(Locale.ROOT);
        }
    }

    /// Where a text lies from its point.
    public enum Anchor {
        START,
        MIDDLE,
        END
    }

    private sealed interface Shape {}

    private record Box(double x, double y, double width, double height, Ink ink, String title) implements Shape {}

    private record Line(double x1, double y1, double x2, double y2, Ink ink) implements Shape {}

    private record Polyline(List<Point> points, Ink ink, boolean dashed, String title) implements Shape {}

    private record Text(double x, double y, String text, Anchor anchor, int size, Ink ink) implements Shape {}

    /// In units of the drawing, from its upper left corner.
    public record Point(double x, double y) {}

    private static final double SCALE = 2;
    private static final int PATH_WIDTH = 2;
    private static final float DASH = 5;

    private final double width;
    private final double height;
    private final List<Shape> shapes = new ArrayList<>();

    public Drawing(double width, double height) {
        this.width = width;
        this.height = height;
    }

    /// @param title shown where a reader points at it
    public void box(double x, double y, double width, double height, Ink ink, String title) {
        shapes.add(new Box(x, y, width, height, ink, title));
    }

    public void line(double x1, double y1, double x2, double y2, Ink ink) {
        shapes.add(new Line(x1, y1, x2, y2, ink));
    }

    /// A line through points, broken or not.
    ///
    /// @param title shown where a reader points at it
    public void path(List<Point> points, Ink ink, boolean dashed, String title) {
        shapes.add(new Polyline(List.copyOf(points), ink, dashed, title));
    }

    /// @param y of the line that the letters stand on
    /// @param size of the letters
    public void text(double x, double y, String text, Anchor anchor, int size, Ink ink) {
        shapes.add(new Text(x, y, text, anchor, size, ink));
    }

    /// Adds another drawing with its upper left corner at a point.
    public void add(double x, double y, Drawing other) {
        for (Shape shape : other.shapes) {
            shapes.add(
                    switch (shape) {
                        case Box it -> new Box(x + it.x, y + it.y, it.width, it.height, it.ink, it.title);
                        case Line it -> new Line(x + it.x1, y + it.y1, x + it.x2, y + it.y2, it.ink);
                        case Polyline it ->
                            new Polyline(
                                    it.points.stream()
                                            .map(point -> new Point(x + point.x, y + point.y))
                                            .toList(),
                                    it.ink,
                                    it.dashed,
                                    it.title);
                        case Text it -> new Text(x + it.x, y + it.y, it.text, it.anchor, it.size, it.ink);
                    });
        }
    }

    public double width() {
        return width;
    }

    public double height() {
        return height;
    }

    public String svg() {
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\""
                        + " font-family=\"sans-serif\">",
                width,
                height,
                width,
                height);
        svg.append("<style>");
        for (Ink ink : Ink.values()) {
            svg.append(rule(ink, ink.light));
        }
        svg.append("@media (prefers-color-scheme: dark) {");
        for (Ink ink : Ink.values()) {
            svg.append(rule(ink, ink.dark));
        }
        svg.append("}</style>\n");
        add(svg, "<rect width=\"%.0f\" height=\"%.0f\" class=\"%s\"/>", width, height, Ink.PAPER.style());
        for (Shape shape : shapes) {
            switch (shape) {
                case Box it ->
                    add(
                            svg,
                            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"><title>%s</title></rect>",
                            it.x,
                            it.y,
                            it.width,
                            it.height,
                            it.ink.style(),
                            escaped(it.title));
                case Line it ->
                    add(
                            svg,
                            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>",
                            it.x1,
                            it.y1,
                            it.x2,
                            it.y2,
                            it.ink.style());
                case Polyline it ->
                    add(
                            svg,
                            "<polyline points=\"%s\" stroke-width=\"%d\"%s class=\"%s\"><title>%s</title></polyline>",
                            points(it),
                            PATH_WIDTH,
                            it.dashed ? " stroke-dasharray=\"%.0f\"".formatted(DASH) : "",
                            it.ink.style(),
                            escaped(it.title));
                case Text it ->
                    add(
                            svg,
                            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" class=\"%s\">%s</text>",
                            it.x,
                            it.y,
                            it.anchor.name().toLowerCase(Locale.ROOT),
                            it.size,
                            it.ink.style(),
                            escaped(it.text));
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static String points(Polyline path) {
        return path.points.stream()
                .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point.x, point.y))
                .collect(Collectors.joining(" "));
    }

    /// *Failure*: an [IOException] also where the machine has no fonts.
    public void writePng(Path file) throws IOException {
        System.setProperty("java.awt.headless", "true");
        BufferedImage image = new BufferedImage(
                (int) Math.ceil(SCALE * width), (int) Math.ceil(SCALE * height), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(SCALE, SCALE);
        graphics.setColor(colour(Ink.PAPER));
        graphics.fill(new Rectangle2D.Double(0, 0, width, height));
        graphics.setStroke(new BasicStroke(1));
        try {
            shapes.forEach(shape -> paint(graphics, shape));
        } catch (InternalError | RuntimeException e) {
            // What Java2D says where there are no fonts differs from release to release.
            throw new IOException("no PNG, as on a machine without fonts: " + e, e);
        } finally {
            graphics.dispose();
        }
        ImageIO.write(image, "png", file.toFile());
    }

    private static void paint(Graphics2D graphics, Shape shape) {
        switch (shape) {
            case Box it -> {
                graphics.setColor(colour(it.ink));
                graphics.fill(new Rectangle2D.Double(it.x, it.y, it.width, it.height));
            }
            case Line it -> {
                graphics.setColor(colour(it.ink));
                graphics.draw(new Line2D.Double(it.x1, it.y1, it.x2, it.y2));
            }
            case Polyline it -> {
                graphics.setColor(colour(it.ink));
                graphics.setStroke(
                        it.dashed
                                ? new BasicStroke(
                                        PATH_WIDTH,
                                        BasicStroke.CAP_BUTT,
                                        BasicStroke.JOIN_ROUND,
                                        1,
                                        new float[] {DASH},
                                        0)
                                : new BasicStroke(PATH_WIDTH));
                Path2D line = new Path2D.Double();
                line.moveTo(it.points.getFirst().x, it.points.getFirst().y);
                it.points.forEach(point -> line.lineTo(point.x, point.y));
                graphics.draw(line);
                graphics.setStroke(new BasicStroke(1));
            }
            case Text it -> {
                graphics.setColor(colour(it.ink));
                graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, it.size));
                double length = graphics.getFontMetrics()
                        .getStringBounds(it.text, graphics)
                        .getWidth();
                double left = it.x
                        - switch (it.anchor) {
                            case START -> 0;
                            case MIDDLE -> length / 2;
                            case END -> length;
                        };
                graphics.drawString(it.text, (float) left, (float) it.y);
            }
        }
    }

    private static Color colour(Ink ink) {
        return Color.decode(ink.light);
    }

    private static String rule(Ink ink, String colour) {
        return "." + ink.style() + "{fill:" + colour + "}line." + ink.style() + "{stroke:" + colour + "}polyline."
                + ink.style() + "{fill:none;stroke:" + colour + "}";
    }

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /// Text as XML and HTML have it.
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
