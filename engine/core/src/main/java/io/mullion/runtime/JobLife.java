package io.mullion.runtime;

import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a job is in its life, what was asked of it, and what went wrong first.
///
/// A job is over when it has come to its last state, and when its parts, the worker and each source, are done with it.
/// *Thread*: any.
final class JobLife {
    private static final Logger LOG = LoggerFactory.getLogger(JobLife.class);

    private final String name;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile JobState state = JobState.RUNNING;
    private volatile boolean stopRequested;
    /// The worker, and every source that was started.
    private int parts = 1;

    JobLife(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    JobState state() {
        return state;
    }

    /// Runs an action if the job takes producers still; it will not cease to until the action is done.
    synchronized <T> T whileRunning(Supplier<T> action) {
        if (state != JobState.RUNNING) {
            throw MullionException.misuse("no further producers: job=" + name + " is " + state);
        }
        return action.get();
    }

    synchronized void drain() {
        if (state == JobState.RUNNING) {
            state = JobState.DRAINING;
        }
    }

    void requestStop() {
        stopRequested = true;
    }

    boolean stopRequested() {
        return stopRequested;
    }

    /// The first failure counts.
    synchronized void fail(Throwable cause) {
        if (state.ended()) {
            LOG.warn("job {} had ended as {} when this happened", name, state, cause);
        } else {
            failure.compareAndSet(null, cause);
        }
    }

    /// What went wrong first, or null.
    Throwable failure() {
        return failure.get();
    }

    /// Comes to the last state, which is another one if something has failed.
    ///
    /// @param before runs when no producer can be made any more
    void end(JobState last, Runnable before) {
        synchronized (this) {
            try {
                before.run();
            } catch (Throwable e) {
                fail(e);
            }
            state = failure.get() == null ? last : JobState.FAILED;
        }
        JobEvents.ended(name, state.name(), failure.get());
        if (state == JobState.FAILED) {
            log(failure.get());
        }
        partEnded();
    }

    synchronized void partStarted() {
        parts++;
    }

    synchronized void partEnded() {
        parts--;
        if (parts == 0) {
            over.countDown();
        }
    }

    /// Whether it has come to its last state and all its parts are done with it.
    boolean isOver() {
        return over.getCount() == 0;
    }

    boolean await(Duration timeout) throws InterruptedException {
        return over.await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    }

    void throwFailure() {
        Throwable cause = failure.get();
        if (cause != null) {
            throw cause instanceof MullionException known
                    ? new MullionException(known.reason(), known.getMessage(), known)
                    : new MullionException(
                            MullionException.Reason.USER_CODE, "job failed: " + name + ": " + cause, cause);
        }
    }

    /// What the engine itself has put into words needs no stack trace; anything else does.
    private void log(Throwable cause) {
        if (cause instanceof MullionException) {
            LOG.error("job {} failed: {}", name, cause.getMessage());
        } else {
            LOG.error("job {} failed", name, cause);
        }
    }
}
