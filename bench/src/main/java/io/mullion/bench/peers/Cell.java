package io.mullion.bench.peers;

import io.mullion.bench.peer.PeerResult;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/// What became of one peer and one query over all rounds.
sealed interface Cell {
    /// An hour: longer than a run.
    long LONGEST_NANOS = 3_600_000_000_000L;
    /// Million rows a second, of the one million that are due.
    double KEEPING_UP = 0.97;

    /// It answered rightly in each round.
    record Measured(List<PeerResult> results) implements Cell {
        double median(ToDoubleFunction<PeerResult> of) {
            double[] sorted = results.stream().mapToDouble(of).sorted().toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }

        double least(ToDoubleFunction<PeerResult> of) {
            return results.stream().mapToDouble(of).min().orElseThrow();
        }

        double most(ToDoubleFunction<PeerResult> of) {
            return results.stream().mapToDouble(of).max().orElseThrow();
        }

        /// Its first result rows, how long after the ends of their windows, in nanoseconds; of all rounds together.
        Histogram latencies() {
            Histogram latencies = new Histogram(LONGEST_NANOS, 3);
            results.stream()
                    .flatMap(result -> result.latencies().stream())
                    .forEach(nanos -> latencies.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS)));
            return latencies;
        }

        /// Whether it took the rows of an open loop as they were due, in the median round, and had come so far with
        /// those of the warm-up.
        boolean keepsUp() {
            return median(Cell::rate) >= KEEPING_UP
                    && results.stream().noneMatch(result -> result.latencies().isEmpty());
        }
    }

    /// It was not asked.
    ///
    /// @param reason as [io.mullion.bench.peer.Peer#leftOut] has it
    record LeftOut(String reason) implements Cell {
        /// What there is room for in a table.
        String word() {
            return reason.substring(0, reason.indexOf(':'));
        }
    }

    /// It answered wrongly, or not at all though it should.
    record Failed(String message) implements Cell {}

    /// @param results of one peer and one query, one at least
    static Cell of(List<PeerResult> results) {
        for (PeerResult result : results) {
            if (result.error() != null) {
                return new Failed(result.error());
            }
            if (result.leftOut() != null) {
                return new LeftOut(result.leftOut());
            }
        }
        return new Measured(List.copyOf(results));
    }

    /// Million rows a second.
    static double rate(PeerResult result) {
        return result.rowsMeasured() * 1e3 / result.nanos();
    }

    /// CPU seconds of all threads for a million rows.
    static double cpuSeconds(PeerResult result) {
        return result.cpuNanos() / 1e3 / result.rowsMeasured();
    }

    static double peakMegabytes(PeerResult result) {
        return result.peakResidentBytes() / 1e6;
    }
}
