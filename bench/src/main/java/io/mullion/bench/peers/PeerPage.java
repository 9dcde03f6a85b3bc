package io.mullion.bench.peers;

import static io.mullion.bench.report.Drawing.escaped;

import io.mullion.bench.peer.PeerSpec;
import io.mullion.bench.rows.QueryRows;
import java.util.List;

/// Results as a page of HTML that needs nothing else: opened from disk, light or dark, on narrow and wide screens.
record PeerPage(PeerResults results) {
    private static final String STYLE = """
            :root { color-scheme: light dark; --paper: #ffffff; --text: #1f2328; --dim: #59636e; --grid: #d0d7de; --accent: #1f6feb; }
            @media (prefers-color-scheme: dark) {
              :root { --paper: #0d1117; --text: #e6edf3; --dim: #9198a1; --grid: #30363d; --accent: #4493f8; }
            }
            body { background: var(--paper); color: var(--text); font: 15px/1.5 sans-serif; margin: 0 auto; max-width: 1120px;
              padding: 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
            .dim { color: var(--dim); } code { overflow-wrap: anywhere; }
            .query { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 470px), 1fr)); gap: 1rem;
              align-items: start; }
            .query svg { width: 100%; height: auto; max-width: 620px; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
            td, th { border-bottom: 1px solid var(--grid); padding: .25rem .5rem; text-align: right; white-space: nowrap; }
            th { color: var(--dim); font-weight: normal; white-space: normal; vertical-align: bottom; }
            td:first-child, td.why { text-align: left; } td.why { color: var(--dim); white-space: normal; }
            tr.mullion td { color: var(--accent); }
            section { border-top: 1px solid var(--grid); margin-top: 3rem; }
            .plot svg { max-width: 100%; height: auto; }
            pre { overflow-x: auto; }
            section th, section td:first-child, section td { text-align: left; white-space: normal; }
            dt { font-weight: bold; } dd { margin: 0 0 .5rem 0; }
            """;

    private static final List<String> UNFAIR = List.of(
            "To Mullion: words lie in memory as strings for engines that take strings, one object for each word, its hash"
                    + " computed once; Mullion's producer copies bytes.",
            "To Mullion and all engines with threads: loops by hand, naive Java and Esper run on the source's thread and"
                    + " hand nothing over.",
            "To all but DuckDB: its rows lie in a table of columns before the time begins, it sees all of them at once, and"
                    + " the end of a window does not have to be noticed.",
            "To Flink and Spark: one machine, one source, no checkpoints. They are made for many machines and for going on"
                    + " after one has died, and pay for it here, too.",
            "To all: sources, workers, compiler and garbage collector share the cores of one machine. In the open loop the"
                    + " source spins on one of them.",
            "Not here: " + PeerTable.LEFT_OUT);

    /// What each query asks, in a line.
    private static String question(String query) {
        return switch (query.split(" ")[0]) {
            case "ysb" ->
                "One of three types of event, its ad looked up, counted by 100 campaigns, 10 s tumbling, 1 M rows a second of event time.";
            case "sliding" -> "Count, sum, min, max by 1,000 keys, 60 s by 1 s, 100 K rows a second of event time.";
            case "sliding-1m" -> "The same by 1,000,000 keys: some ten result rows for each row that comes.";
            case "filter-map-sum" ->
                "sum(price * quantity) where price > 100 and quantity < 50, 1 s tumbling, 10 M rows a second of event time.";
            case "wordcount" ->
                "Words of a Zipf distribution over 10,000 counted, 60 s by 10 s, 100 K rows a second of event time.";
            case "session" ->
                "Count, sum by 10,000 keys, sessions with a gap of 5 s, 10 K rows a second of event time.";
            default ->
                "Count, sum, min, max by 1,000 keys, 10 s by " + query.replaceFirst("slide-(\\d+)", "$1 ")
                        + ", 100 K rows a second of event time.";
        };
    }

    /// @param others further sections, of HTML
    String html(String others) {
        StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.append("<title>Mullion beside others</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n");
        html.append("<h1>The same rows, the same answers</h1>\n");
        html.append(
                "<p>Each peer ran in a JVM of its own, in turns, on the same rows from memory; every answer was compared"
                        + " with that of a loop by hand over as many rows. Rates are medians of the rounds, warm-up apart, draining"
                        + " included; axes are logarithmic.</p>\n");
        html.append("<p class=\"dim\">").append(escaped(results.origin())).append(" Commit ");
        html.append(escaped(results.commit())).append(". <code>").append(escaped(results.command()));
        html.append("</code>, all JVMs with <code>")
                .append(escaped(results.flags()))
                .append("</code></p>\n");
        for (String query : new PeerChart(results).queries()) {
            query(html, query);
        }
        lines(html);
        html.append("<h2>What was chosen for whom</h2>\n<dl>\n");
        results.peers().forEach(peer -> peer(html, peer));
        html.append("</dl>\n<h2>What is unfair, and to whom</h2>\n<ul>\n");
        UNFAIR.forEach(it -> html.append("<li>").append(escaped(it)).append("</li>\n"));
        html.append("</ul>\n").append(others);
        return html.append("</body></html>\n").toString();
    }

    private void query(StringBuilder html, String query) {
        html.append("<h2>").append(escaped(query)).append("</h2>\n<p>").append(escaped(question(query)));
        html.append("</p>\n<div class=\"query\">\n<div>")
                .append(new PeerChart(results).of(query).svg());
        html.append("</div>\n<div class=\"scroll\">");
        table(html, new PeerTable(results).cells(query));
        html.append("</div>\n</div>\n");
    }

    private void lines(StringBuilder html) {
        PeerLines lines = new PeerLines(results);
        if (lines.swept()) {
            html.append(
                    "<h2>Ever smaller slides</h2>\n<p>Count, sum, min, max by 1,000 keys over 10 s, 100 K rows a second"
                            + " of event time: million records a second. A slide of 10 ms has a result for each record.</p>\n");
            html.append("<div class=\"query\">\n<div>").append(lines.rates().svg());
            html.append("</div>\n<div class=\"scroll\">");
            table(html, new PeerTable(results).rates(lines.slides()));
            html.append("</div>\n</div>\n");
        }
        if (lines.timed()) {
            html.append(
                    "<h2>Latency</h2>\n<p>Count, sum, min, max by 1,000 keys, 1 s by 20 ms, a million rows a second that"
                            + " are due by the clock, whether or not a peer keeps up: from the time at which a window's end is due"
                            + " to the window's first result row.</p>\n");
            html.append("<div class=\"query\">\n<div>").append(lines.latencies().svg());
            html.append("</div>\n<div class=\"scroll\">");
            table(html, new PeerTable(results).cells(QueryRows.LATENCY));
            html.append("</div>\n</div>\n");
        }
    }

    private static void table(StringBuilder html, List<List<String>> cells) {
        html.append("<table>\n<tr>");
        cells.getFirst()
                .forEach(heading -> html.append("<th>").append(escaped(heading)).append("</th>"));
        html.append("</tr>\n");
        int columns = cells.getFirst().size() - 1;
        for (List<String> row : cells.subList(1, cells.size())) {
            String peer = row.getFirst();
            html.append(peer.startsWith(PeerResults.MULLION) ? "<tr class=\"mullion\">" : "<tr>");
            html.append("<td>").append(escaped(peer)).append("</td>");
            if (row.size() == 2) {
                html.append("<td class=\"why\" colspan=\"").append(columns).append("\">");
                html.append(escaped(row.get(1))).append("</td>");
            } else {
                row.subList(1, row.size())
                        .forEach(cell ->
                                html.append("<td>").append(escaped(cell)).append("</td>"));
            }
            html.append("</tr>\n");
        }
        html.append("</table>");
    }

    private void peer(StringBuilder html, String peer) {
        html.append("<dt>").append(escaped(peer)).append("</dt><dd>");
        html.append(escaped(results.version(peer))).append(". ");
        PeerSpec.ALL.stream()
                .filter(it -> it.name().equals(peer))
                .forEach(it -> html.append(escaped(it.tuning()))
                        .append(" <span class=\"dim\">")
                        .append(escaped(String.join(" ", it.flags())))
                        .append("</span>"));
        html.append("</dd>\n");
    }
}
