package io.mullion.bench.report;

import static io.mullion.bench.report.Drawing.escaped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of `engine/docs` as HTML, with its plots in it: headings, paragraphs, lists, tables, code, and images that
/// are SVG. Links become their text.
public final class MarkdownPage {
    private static final Pattern IMAGE = Pattern.compile("!\\[([^\\]]*)]\\(([^)]+\\.svg)\\)");

    private final Path folder;
    private final StringBuilder html = new StringBuilder();
    /// The element that is open: `p`, `ul`, `table` or `pre`, or none.
    private String open = "";

    private MarkdownPage(Path folder) {
        this.folder = folder;
    }

    public static String html(Path file) throws IOException {
        MarkdownPage page = new MarkdownPage(file.getParent());
        for (String line : Files.readAllLines(file)) {
            page.line(line);
        }
        page.begin("");
        return page.html.toString();
    }

    private void line(String line) throws IOException {
        Matcher image = IMAGE.matcher(line);
        if (line.isBlank() || line.startsWith("<!--")) {
            begin("");
        } else if (line.startsWith("#")) {
            begin("");
            int level = line.indexOf(' ') + 1;
            html.append("<h%d>%s</h%d>\n".formatted(level, inline(line.substring(level)), level));
        } else if (image.matches()) {
            begin("");
            html.append("<div class=\"scroll plot\">");
            html.append(Files.readString(folder.resolve(image.group(2)))).append("</div>\n");
        } else if (line.startsWith("|")) {
            tableRow(line);
        } else if (line.startsWith("    ") && !open.equals("ul")) {
            begin("pre");
            html.append(escaped(line.substring(4))).append('\n');
        } else if (line.startsWith("- ")) {
            begin("ul");
            html.append("<li>").append(inline(line.substring(2))).append('\n');
        } else {
            if (!open.equals("ul")) {
                begin("p");
            }
            html.append(inline(line)).append('\n');
        }
    }

    private void tableRow(String line) {
        List<String> cells = List.of(line.substring(1).split("\\|"));
        if (cells.stream().allMatch(cell -> cell.strip().matches(":?-+:?"))) {
            return;
        }
        String cell = open.equals("table") ? "td" : "th";
        begin("table");
        html.append("<tr>");
        for (String text : cells) {
            html.append("<%s>%s</%s>".formatted(cell, inline(text.strip()), cell));
        }
        html.append("</tr>\n");
    }

    /// Ends the element that is open, unless it is the one to begin.
    private void begin(String element) {
        if (element.equals(open)) {
            return;
        }
        if (!open.isEmpty()) {
            html.append(open.equals("table") ? "</table></div>\n" : "</" + open + ">\n");
        }
        if (!element.isEmpty()) {
            html.append(element.equals("table") ? "<div class=\"scroll\"><table>\n" : "<" + element + ">");
        }
        open = element;
    }

    private static String inline(String text) {
        return escaped(text)
                .replaceAll("`([^`]+)`", "<code>$1</code>")
                .replaceAll("\\*\\*([^*]+)\\*\\*", "<b>$1</b>")
                .replaceAll("\\[([^\\]]+)]\\([^)]+\\)", "$1");
    }
}
