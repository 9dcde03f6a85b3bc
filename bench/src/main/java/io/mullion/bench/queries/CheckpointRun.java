package io.mullion.bench.queries;

import io.mullion.bench.report.Rounds;
import io.mullion.bench.rows.QueryRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// `bench/run checkpoints`: what a checkpoint each second costs a query in throughput and latency, what is written for
/// it, and how long a job with a million keys takes to go on.
///
/// With and without take turns, round by round, in one JVM, and which of them is first changes: so what else the
/// machine does happens to both, and what counts is the ratio of two turns that follow each other. A job is full of
/// state before it counts. Arguments: the folder for results, that for checkpoints, the number of
/// rounds, and what of all that if it is not to be all: names of queries, and `restore`.
public final class CheckpointRun {
    static final String THROUGHPUT = "CheckpointThroughput";
    static final String LATENCY = "CheckpointLatency";
    static final String RESTORE = "CheckpointRestore";
    static final String DISK = "CheckpointDisk";
    static final String WITH = "with";
    static final String WITHOUT = "without";
    static final String READ = "read";
    static final String RATIO = "ratio";
    static final String LEAST_RATIO = "least ratio";
    static final String GREATEST_RATIO = "greatest ratio";
    static final String PAUSE = "pause, ms";
    static final String LONGEST_PAUSE = "longest pause, ms";
    static final String WRITTEN = "MB written";
    static final String CHANGED = "MB changed";
    static final String SIZE = "MB";

    static final int PER_SECOND = 100_000;
    private static final List<String> QUERIES = List.of("ysb dense", "sliding dense", "sliding-1m dense");
    private static final int[] PANES = {1, 10, 60};
    private static final long SECOND = 1_000_000_000;
    /// More than a minute of event time of each query that has such windows.
    private static final long FILLED = 6_500_000;

    private static final int LATENCY_SECONDS = 2;
    /// Rows that are fed before the clock is looked at.
    private static final int SOME = 1 << 15;
    private static final int RESTORES = 5;
    private static final int DISK_MEGABYTES = 256;

    private final Path folder;
    private final int rounds;
    private final Rounds measured = new Rounds();

    private CheckpointRun(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path results = Path.of(arguments[0]);
        CheckpointRun run =
                new CheckpointRun(Files.createDirectories(Path.of(arguments[1])), Integer.parseInt(arguments[2]));
        run.disk();
        List<String> parts = List.of(arguments).subList(3, arguments.length);
        for (String query : QUERIES) {
            if (parts.isEmpty() || parts.contains(query)) {
                run.measure(query);
            }
        }
        if (parts.isEmpty() || parts.contains("restore")) {
            for (int panes : PANES) {
                run.restores(panes);
            }
        }
        Files.createDirectories(results);
        Files.writeString(results.resolve("checkpoints.json"), run.measured.json());
        System.out.print(new CheckpointReport(run.measured.results()).tables());
    }

    /// How fast bytes are written and forced to the disk that checkpoints go to.
    private void disk() throws IOException {
        Path file = Files.createTempFile(folder, "disk", "");
        ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
        long begun = System.nanoTime();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int megabyte = 0; megabyte < DISK_MEGABYTES; megabyte++) {
                bytes.clear().putInt(0, megabyte);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            channel.force(true);
        }
        long nanos = System.nanoTime() - begun;
        FileStore store = Files.getFileStore(folder);
        measured.add(DISK, WITH, Map.of("disk", store.type() + " on " + store.name()), DISK_MEGABYTES * 1e9 / nanos);
        Files.delete(file);
    }

    private void measure(String name) throws IOException, InterruptedException {
        Query query = Query.named(name);
        try (ArrowBlock block = new ArrowBlock(query.rows())) {
            for (int workers = 1; workers <= 2; workers++) {
                throughputs(name, query, block, workers);
            }
            for (int round = 0; round < rounds; round += 2) {
                boolean withFirst = round % 4 == 0;
                latencies(name, query, block, withFirst);
                latencies(name, query, block, !withFirst);
            }
        }
        System.out.println(name + ": latencies measured");
    }

    /// Two jobs that are there all the time, and take turns.
    private void throughputs(String name, Query query, ArrowBlock block, int workers)
            throws IOException, InterruptedException {
        Map<String, String> params = Map.of("query", name, "workers", Integer.toString(workers));
        double[] ratios = new double[rounds];
        double[] pauses = new double[rounds];
        try (CheckpointedJob with = filled(query, block, workers);
                CheckpointedJob without = filled(query, block, workers)) {
            for (int round = -1; round < rounds; round++) {
                boolean withFirst = round % 2 == 0;
                Turn first = turn(withFirst ? with : without, workers, withFirst);
                Turn second = turn(withFirst ? without : with, workers, !withFirst);
                // The one before the first is for the JIT.
                if (round >= 0) {
                    Turn checkpointed = withFirst ? first : second;
                    ratios[round] = note(params, query.rows(), checkpointed, withFirst ? second : first);
                    pauses[round] = checkpointed.checkpoint().pauseNanos() / 1e6;
                    System.out.printf(Locale.ROOT, "%s, workers=%d: %.2f%n", name, workers, ratios[round]);
                }
            }
        }
        Arrays.sort(ratios);
        Arrays.sort(pauses);
        measured.add(THROUGHPUT, WITH, params, LEAST_RATIO, ratios[0]);
        measured.add(THROUGHPUT, WITH, params, GREATEST_RATIO, ratios[rounds - 1]);
        measured.add(THROUGHPUT, WITH, params, LONGEST_PAUSE, pauses[rounds - 1]);
    }

    private CheckpointedJob filled(Query query, ArrowBlock block, int workers) throws IOException {
        CheckpointedJob job = new CheckpointedJob(query, block, workers, folder, false);
        job.feed(FILLED);
        job.awaitRows();
        return job;
    }

    /// What a job did in a second of its workers.
    ///
    /// @param checkpoint null if it made none
    private record Turn(int workers, long rows, long workNanos, CheckpointedJob.Checkpoint checkpoint) {
        /// Rows. A worker that stands does no work, though it may take no time of its thread: the first one copies the
        /// state of all.
        double millionsPerSecond() {
            long stood = checkpoint == null ? 0 : (workers - 1) * checkpoint.pauseNanos();
            return rows * workers * 1e3 / (workNanos + stood);
        }
    }

    private static Turn turn(CheckpointedJob job, int workers, boolean with) throws InterruptedException {
        long rows = job.rowsIn();
        long begun = job.workNanos();
        if (with) {
            job.request();
        }
        while (job.workNanos() < begun + workers * SECOND) {
            job.feed(SOME);
        }
        job.awaitRows();
        long nanos = job.workNanos() - begun;
        List<CheckpointedJob.Checkpoint> made = job.awaitCheckpoints();
        return new Turn(workers, job.rowsIn() - rows, nanos, with ? made.getFirst() : null);
    }

    /// @return the ratio of the rates
    private double note(Map<String, String> params, QueryRows rows, Turn with, Turn without) {
        double ratio = with.millionsPerSecond() / without.millionsPerSecond();
        measured.add(THROUGHPUT, WITHOUT, params, without.millionsPerSecond());
        measured.add(THROUGHPUT, WITH, params, with.millionsPerSecond());
        measured.add(THROUGHPUT, WITH, params, RATIO, ratio);
        measured.add(THROUGHPUT, WITH, params, PAUSE, with.checkpoint().pauseNanos() / 1e6);
        measured.add(THROUGHPUT, WITH, params, WRITTEN, with.checkpoint().bytes() / 1e6);
        measured.add(THROUGHPUT, WITH, params, CHANGED, ChangedState.bytes(rows, with.rows()) / 1e6);
        return ratio;
    }

    private void latencies(String name, Query query, ArrowBlock block, boolean with)
            throws IOException, InterruptedException {
        Map<String, String> params = Map.of("query", name);
        try (CheckpointedJob job = new CheckpointedJob(query, block, 1, folder, true)) {
            job.feed(FILLED);
            if (with) {
                job.request();
                job.awaitCheckpoints();
            }
            Histogram nanos = job.latencies(PER_SECOND, LATENCY_SECONDS, with);
            job.awaitCheckpoints();
            String variant = with ? WITH : WITHOUT;
            measured.add(LATENCY, variant, params, nanos.getValueAtPercentile(50) / 1e3);
            for (double percentile : CheckpointReport.PERCENTILES) {
                measured.add(LATENCY, variant, params, "p" + percentile, nanos.getValueAtPercentile(percentile) / 1e3);
            }
        }
    }

    private void restores(int panes) throws IOException, InterruptedException {
        Map<String, String> params = Map.of("panes", Integer.toString(panes));
        try (RestoredJob job = new RestoredJob(panes, folder)) {
            // For the JIT, and so that the bytes are in the cache of the operating system.
            job.read();
            job.restore();
            for (int round = 0; round < RESTORES; round++) {
                measured.add(RESTORE, READ, params, job.read() / 1e6);
                measured.add(RESTORE, WITH, params, job.restore() / 1e6);
            }
            measured.add(RESTORE, WITH, params, SIZE, job.bytes() / 1e6);
        }
        System.out.println("restored, panes=" + panes);
    }
}
