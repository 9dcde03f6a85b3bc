package io.mullion.bench.peers;

import io.mullion.bench.peer.PeerResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The main of `bench/run peers`. Arguments: the root of the project, the flags of all JVMs as one text, the commit,
/// and what the user typed.
public final class PeersRun {
    private PeersRun() {}

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
        Path folder = root.resolve("bench/results");
        List<String> flags = List.of(args[1].strip().split("\\s+"));
        Comparison comparison = new Comparison(plan, new PeerProcess(root, flags, folder.resolve("logs")), System.err);
        List<PeerResult> all = comparison.run();
        String command = String.join(" ", List.of("bench/run peers", String.join(" ", typed)))
                .strip();
        PeerResults results = PeerResults.of(args[1], args[2], command, all);
        results.write(folder);
        System.out.print(new PeerTable(results).text());
        System.out.println("\n" + results.origin() + "\nwritten to " + folder);
        comparison.complaints().forEach(System.err::println);
        System.exit(comparison.complaints().isEmpty() ? 0 : 1);
    }
}
