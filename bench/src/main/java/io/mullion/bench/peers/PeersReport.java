package io.mullion.bench.peers;

import io.mullion.bench.report.MarkdownPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// For `bench/run report`: one page of HTML with what `bench/run peers` measured last, and with the pages of
/// `engine/docs` that tell what was measured. Argument: the root of the project.
public final class PeersReport {
    private static final List<String> PAGES =
            List.of("targets.md", "windows.md", "joins.md", "latency.md", "kernels.md");

    private PeersReport() {}

    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        Path folder = root.resolve("bench/results");
        PeerResults results = PeerResults.parse(Files.readString(folder.resolve("peers.json")));
        StringBuilder others = new StringBuilder();
        for (String page : PAGES) {
            others.append("<section>\n")
                    .append(MarkdownPage.html(root.resolve("engine/docs").resolve(page)))
                    .append("</section>\n");
        }
        Path file = folder.resolve("report.html");
        Files.writeString(file, new PeerPage(results).html(others.toString()));
        System.out.println("written: " + file);
    }
}
