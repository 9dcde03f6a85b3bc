package io.mullion.examples;

import io.mullion.Job;
import io.mullion.spec.MullionException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A job that a command waits for. It is drained, so that what was read is in the results, or, if it keeps checkpoints,
/// makes one and stops, so that it can go on another time, when
///
/// - its time is up,
/// - nobody reads the output any more (`| head`),
/// - the process is asked to end, by Ctrl-C or SIGTERM: the JVM then runs its shutdown hooks beside the main thread,
///   and is held here until that has written the last results.
///
/// *Order*: closed after the engine, because then all is done that the process has to wait for.
final class Foreground implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final long PATIENCE_SECONDS = 10;

    /// A job that began well and then failed.
    static final class JobFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        private JobFailedException(MullionException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private final PrintStream out;
    private final Thread hook = new Thread(this::drainAndWait, "drain");
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile Job running;

    Foreground(PrintStream out) {
        this.out = out;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Waits for the end of the job.
    ///
    /// @param limit how long it may read, or null for as long as there is input
    void await(Job job, Duration limit) throws InterruptedException, JobFailedException {
        running = job;
        try {
            awaitEnd(job, limit);
        } catch (MullionException e) {
            throw new JobFailedException(e);
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: then the hook is what has just been let go, and there is nothing to remove.
            out.flush();
        }
    }

    private void awaitEnd(Job job, Duration limit) throws InterruptedException {
        long startNanos = System.nanoTime();
        Duration wait = shorter(LOOK_EVERY, limit);
        while (!job.await(wait)) {
            Duration left = limit == null ? null : limit.minusNanos(System.nanoTime() - startNanos);
            if (left != null && !left.isPositive() || out.checkError()) {
                end(job);
                job.await();
                return;
            }
            wait = shorter(LOOK_EVERY, left);
        }
    }

    private void drainAndWait() {
        Job job = running;
        if (job == null) {
            // Still connecting, perhaps for long: nothing has been read, so there is nothing to wait for.
            return;
        }
        end(job);
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("ended before all results were written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Job job) {
        if (job.snapshot().checkpoints() == null) {
            job.drain();
            return;
        }
        try {
            job.checkpoint();
        } catch (MullionException e) {
            System.err.println(e.getMessage());
        }
        job.stop();
    }

    private static Duration shorter(Duration a, Duration b) {
        return b == null || a.compareTo(b) <= 0 ? a : b;
    }
}
