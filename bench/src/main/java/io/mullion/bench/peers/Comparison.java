package io.mullion.bench.peers;

import io.mullion.bench.peer.PeerResult;
import io.mullion.bench.peer.PeerSpec;
import io.mullion.bench.rows.Answer;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Runs a plan and compares each answer with the one by hand.
///
/// A peer that answers wrongly or fails is not asked that query again; the others go on, and [#complaints] has what to
/// end with.
final class Comparison {
    private static final int BAR = 24;

    private final Plan plan;
    private final PeerProcess process;
    private final PrintStream progress;
    private final Expected expected = new Expected();
    private final List<PeerResult> results = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final Set<String> settled = new HashSet<>();

    Comparison(Plan plan, PeerProcess process, PrintStream progress) {
        this.plan = plan;
        this.process = process;
        this.progress = progress;
    }

    List<PeerResult> run() throws IOException, InterruptedException {
        long start = System.nanoTime();
        int begun = 0;
        for (Plan.Part part : plan.parts()) {
            for (int round = 1; round <= part.rounds(); round++) {
                for (PeerSpec peer : plan.peers()) {
                    if (!settled.contains(part.query() + " " + peer.name())) {
                        tell(begun, System.nanoTime() - start, part.query() + ", round " + round + ": " + peer.name());
                        results.add(run(peer, part, round));
                    }
                    begun++;
                }
            }
        }
        tell(begun, System.nanoTime() - start, "done");
        return results;
    }

    /// A line for each answer that is wrong or missing.
    List<String> complaints() {
        return complaints;
    }

    private PeerResult run(PeerSpec peer, Plan.Part part, int round) throws IOException, InterruptedException {
        String query = part.query();
        PeerResult result = process.run(peer, query, round, part.warmupSeconds(), part.seconds());
        String wrong = wrong(result);
        if (wrong != null) {
            result = PeerResult.without(result.peer(), result.version(), query, result.rows(), null, wrong);
        }
        if (result.error() != null) {
            String complaint = "peer=" + peer.name() + ", query=" + query + ": " + result.error();
            complaints.add(complaint);
            progress.println(complaint);
        }
        if (result.error() != null || result.leftOut() != null) {
            settled.add(query + " " + peer.name());
        }
        return result;
    }

    private String wrong(PeerResult result) {
        if (result.error() != null || result.leftOut() != null) {
            return null;
        }
        Answer right = expected.of(result.query(), result.rows());
        if (right.rows() == result.resultRows() && right.hash() == result.hash()) {
            return null;
        }
        return "a wrong answer to " + result.rows() + " rows: expected " + right + "; actual " + result.resultRows()
                + " rows, hash " + Long.toHexString(result.hash());
    }

    /// What is left is told from the plan, and ever more from what the runs so far have taken.
    private void tell(int begun, long nanos, String what) {
        double part = (double) begun / plan.runs();
        double seconds = (1 - part) * plan.seconds() * (1 - part) + (begun == 0 ? 0 : nanos / 1e9 * (1 - part));
        long minutes = Math.round(seconds / 60);
        int full = BAR * begun / plan.runs();
        progress.printf(
                "[%s%s] %d/%d, %s left: %s%n",
                "#".repeat(full),
                ".".repeat(BAR - full),
                begun,
                plan.runs(),
                minutes < 1 ? "less than a minute" : minutes + " min",
                what);
    }
}
