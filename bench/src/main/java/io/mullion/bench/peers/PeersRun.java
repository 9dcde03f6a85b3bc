package io.mullion.bench.peers;

import io.mullion.bench.peer.PeerResult;
import io.mullion.bench.report.Drawing;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `bench/run peers`: runs a plan, prints its table, and writes results and plots into a folder.
///
/// @param root of the project, where peers are built
/// @param flags that all JVMs have
/// @param out for the table
/// @param progress for what happens meanwhile
public record PeersRun(Path root, Path folder, List<String> flags, PrintStream out, PrintStream progress) {
    /// Arguments: the root of the project, the flags of all JVMs as one text, the commit, and what the user typed.
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> typed = List.of(args).subList(3, args.length);
        Plan plan;
        try {
            plan = Plan.of(typed);
        } catch (IllegalArgumentException e) {
            System.err.println("bench/run peers: " + e.getMessage());
            System.exit(2);
            return;
        }
        Path root = Path.of(args[0]);
        List<String> flags = List.of(args[1].strip().split("\\s+"));
        PeersRun run = new PeersRun(root, root.resolve("bench/results"), flags, System.out, System.err);
        System.exit(run.run(plan, args[2], ("bench/run peers " + String.join(" ", typed)).strip()));
    }

    /// The exit status: 1 if an answer was wrong or missing.
    int run(Plan plan, String commit, String command) throws IOException, InterruptedException {
        Comparison comparison = new Comparison(plan, new PeerProcess(root, flags, folder.resolve("logs")), progress);
        List<PeerResult> all = comparison.run();
        PeerResults results = PeerResults.of(String.join(" ", flags), commit, command, all);
        results.write(folder);
        draw(results);
        out.print(new PeerTable(results).text());
        out.println("\n" + results.origin() + "\nResults and plots are in " + folder
                + "; bench/run report makes a page of them");
        comparison.complaints().forEach(progress::println);
        return comparison.complaints().isEmpty() ? 0 : 1;
    }

    private void draw(PeerResults results) throws IOException {
        PeerChart bars = new PeerChart(results);
        PeerLines lines = new PeerLines(results);
        if (!bars.queries().isEmpty()) {
            write("peers", bars.all("The same rows, the same answers"));
        }
        if (lines.swept()) {
            write("peers-slide", lines.rates());
        }
        if (lines.timed()) {
            write("peers-latency", lines.latencies());
        }
    }

    private void write(String name, Drawing drawing) throws IOException {
        Files.writeString(folder.resolve(name + ".svg"), drawing.svg());
        drawing.writePng(folder.resolve(name + ".png"));
    }
}
