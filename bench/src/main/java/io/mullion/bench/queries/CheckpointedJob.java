package io.mullion.bench.queries;

import io.mullion.Engine;
import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.JobSnapshot.CheckpointsSnapshot;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.Idle;
import io.mullion.spec.WorkerThread;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/// A query as a job of its own, fed by the thread that has it, and asked by it for checkpoints, or not.
///
/// Rows come in whole Arrow batches, a lane for each worker, so that feeding takes as little of the machine as can be.
/// Who is ahead of whom depends on the machine all the same; so what counts is the time of the workers' threads.
/// *Thread*: one.
final class CheckpointedJob implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long LONGEST_NANOS = 60_000_000_000L;
    /// Workers that have caught up with the feeding thread take no time to speak of.
    private static final Duration PARK = Duration.ofNanos(100_000);

    private final Query query;
    private final QueryRows rows;
    private final ArrowBlock block;
    private final int workers;
    private final Path folder;
    private final Engine engine;
    private final Job job;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Producer<Void>> producers = new ArrayList<>();
    private final ExecutorService asking =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final List<Future<Checkpoint>> checkpoints = new ArrayList<>();
    private long offered;

    /// Rows that the query is done with. *Thread*: the worker writes, any reads.
    private volatile long processed;
    /// Rows from this one on are due at [#startNanos] and so on. *Thread*: written by the feeding one before the first.
    private volatile long firstTimed = Long.MAX_VALUE;

    private volatile long startNanos;
    private volatile double intervalNanos;
    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);

    /// One that is whole.
    ///
    /// @param pauseNanos for which workers stood still
    /// @param bytes that were written
    record Checkpoint(long pauseNanos, long bytes) {}

    /// @param parent of the folder for checkpoints
    /// @param timed whether [#latencies] will be asked for: rows are then seen as soon as the engine's default has it
    CheckpointedJob(Query query, ArrowBlock block, int workers, Path parent, boolean timed) throws IOException {
        this.query = query;
        this.block = block;
        this.workers = workers;
        rows = query.rows();
        folder = Files.createTempDirectory(parent, "job");
        engine = Engine.start(EngineConfig.defaults().withMemoryLimitBytes(4L << 30));
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = query.addTo(pipeline, query.sink(new Answer()));
        if (timed) {
            // Behind the query: when these come, it is done with them.
            input.stream().to(Sinks.forEachBatch(batch -> processed(batch.rowCount())));
        }
        JobConfig config = JobConfig.defaults()
                .withWorkers(workers)
                .withThread(WorkerThread.on(this::start))
                .withLatencies(false)
                .withCheckpoints(Checkpoints.to(folder));
        job = engine.run(pipeline, timed ? config : config.withIdle(Idle.park(PARK)));
        for (int lane = 0; lane < workers; lane++) {
            producers.add(job.producer(input));
        }
    }

    private void start(Runnable worker) {
        threads.add(Thread.ofPlatform().daemon().start(worker));
    }

    /// Feeds so many rows, some more perhaps, as fast as they are taken.
    void feed(long count) {
        long end = offered + count;
        for (int lane = 0; offered < end; lane = (lane + 1) % workers) {
            int from = (int) (offered % QueryRows.ROWS);
            int some = Math.min(Feed.MOST, QueryRows.ROWS - from);
            Offer taken = producers
                    .get(lane)
                    .offer(block.filled(from, some, shift(offered)))
                    .outcome();
            if (taken != Offer.ACCEPTED) {
                throw new IllegalStateException("rows were not taken: " + taken + ", job=" + job.state());
            }
            offered += some;
        }
    }

    /// Feeds rows that are due at a steady rate, whoever keeps up, and tells how late after that the query was done
    /// with each.
    ///
    /// @param seconds that count, behind one that does not
    /// @param each whether there is a checkpoint in the middle of each second
    Histogram latencies(int perSecond, int seconds, boolean each) {
        awaitRows();
        long count = (1L + seconds) * perSecond;
        double interval = 1e9 / perSecond;
        long start = System.nanoTime() + 1_000_000;
        intervalNanos = interval;
        startNanos = start + 1_000_000_000;
        firstTimed = offered + perSecond;
        for (long row = 0; row < count; row++, offered++) {
            long due = start + (long) (row * interval);
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            if (each && row % perSecond == perSecond / 2) {
                request();
            }
            int from = (int) (offered % QueryRows.ROWS);
            query.write(producers.getFirst(), from, from + 1, shift(offered));
        }
        while (processed < offered) {
            requireAlive();
            Thread.onSpinWait();
        }
        return nanos;
    }

    /// Asks for a checkpoint and does not wait for it. While another one is being made it is as if nobody had asked.
    void request() {
        if (!checkpoints.isEmpty() && !checkpoints.getLast().isDone()) {
            return;
        }
        checkpoints.add(asking.submit(() -> {
            CheckpointsSnapshot before = job.snapshot().checkpoints();
            job.checkpoint();
            CheckpointsSnapshot after = job.snapshot().checkpoints();
            return new Checkpoint(
                    after.stoodStill().minus(before.stoodStill()).toNanos(), after.bytes() - before.bytes());
        }));
    }

    /// Those that were asked for since it was called last, when they are whole.
    List<Checkpoint> awaitCheckpoints() throws InterruptedException {
        List<Checkpoint> made = new ArrayList<>();
        for (Future<Checkpoint> checkpoint : checkpoints) {
            try {
                made.add(checkpoint.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("no checkpoint", e.getCause());
            }
        }
        checkpoints.clear();
        return made;
    }

    /// Time that the workers' threads have been at work, without that which some of them stood and waited for others.
    long workNanos() {
        return threads.stream()
                .mapToLong(thread -> THREADS.getThreadCpuTime(thread.threadId()))
                .sum();
    }

    long rowsIn() {
        return job.counters().rowsIn();
    }

    /// Waits until the rows that were fed have been taken.
    void awaitRows() {
        while (rowsIn() < offered) {
            requireAlive();
            Thread.onSpinWait();
        }
    }

    private void requireAlive() {
        if (job.state().ended()) {
            throw new IllegalStateException("the job ended as " + job.state());
        }
    }

    private long shift(long row) {
        return row / QueryRows.ROWS * rows.blockMillis();
    }

    private void processed(int count) {
        long before = processed;
        long first = firstTimed;
        if (before + count > first) {
            long now = System.nanoTime();
            for (long row = Math.max(before, first); row < before + count; row++) {
                long due = startNanos + (long) ((row - first) * intervalNanos);
                nanos.recordValue(Math.clamp(now - due, 0, LONGEST_NANOS));
            }
        }
        processed = before + count;
    }

    @Override
    public void close() throws IOException {
        producers.forEach(Producer::close);
        engine.close();
        asking.shutdown();
        Folders.delete(folder);
    }
}
