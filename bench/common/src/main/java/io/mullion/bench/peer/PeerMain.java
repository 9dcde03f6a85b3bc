package io.mullion.bench.peer;

import com.sun.management.OperatingSystemMXBean;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.TimedAnswer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Runs one query on one peer and prints the [PeerResult] as a line of JSON on standard output, where nothing else
/// comes: what engines print goes to standard error.
///
/// Arguments: the peer's class, the query, seconds of warm-up, seconds that are measured.
public final class PeerMain {
    private static final Path STATUS = Path.of("/proc/self/status");

    private PeerMain() {}

    public static void main(String[] args) {
        if (args.length != 4) {
            System.err.println("usage: PeerMain CLASS QUERY WARM-UP-SECONDS SECONDS");
            System.exit(2);
        }
        PrintStream out = System.out;
        System.setOut(System.err);
        PeerResult result = run(args[0], args[1], nanos(args[2]), nanos(args[3]));
        out.println(result.json());
        out.flush();
        // Engines leave threads behind.
        System.exit(result.error() == null ? 0 : 1);
    }

    private static long nanos(String seconds) {
        return (long) (Double.parseDouble(seconds) * 1e9);
    }

    static PeerResult run(String className, String query, long warmupNanos, long nanos) {
        String version = "";
        long rowsTaken = 0;
        try {
            Peer peer = (Peer) Class.forName(className).getDeclaredConstructor().newInstance();
            version = peer.version();
            String leftOut = peer.leftOut(query);
            if (leftOut != null) {
                return PeerResult.without(className, version, query, 0, leftOut, null);
            }
            QueryRows rows = QueryRows.named(query);
            boolean openLoop = query.equals(QueryRows.LATENCY);
            Feed feed = new Feed(rows, warmupNanos, nanos, System::nanoTime, cpu()::getProcessCpuTime, openLoop);
            TimedAnswer timed = openLoop ? new TimedAnswer((SlidingRows) rows, System::nanoTime) : null;
            Answer answer = openLoop ? timed : new Answer();
            try {
                peer.run(rows, feed, answer);
            } finally {
                rowsTaken = feed.rows();
            }
            long nanosMeasured = feed.nanosMeasured();
            long cpuNanosMeasured = feed.cpuNanosMeasured();
            if (!feed.measured()) {
                throw new IllegalStateException("the peer stopped before the warm-up was over: rows=" + rowsTaken);
            }
            return new PeerResult(
                    className,
                    version,
                    query,
                    rowsTaken,
                    feed.rowsMeasured(),
                    nanosMeasured,
                    cpuNanosMeasured,
                    peakResidentBytes(),
                    feed.isTable(),
                    answer.rows(),
                    answer.hash(),
                    openLoop ? feed.latencies(timed) : List.of(),
                    null,
                    null);
        } catch (Throwable e) {
            // Whatever it is, the process that compares must hear of it.
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return PeerResult.without(className, version, query, rowsTaken, null, trace.toString());
        }
    }

    private static OperatingSystemMXBean cpu() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    }

    private static long peakResidentBytes() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }
}
