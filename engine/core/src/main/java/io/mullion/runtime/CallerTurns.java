package io.mullion.runtime;

import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/// Turns when the host calls, on the thread that calls.
///
/// The *caller* is the thread that started the job or has polled it last. Where it would wait for the job, for room in
/// a lane or for the end, it turns the wheel itself; others wait for it.
final class CallerTurns implements Turns {
    private static final long POLL_NANOS = 50_000;

    private final JobOptions options;
    private final JobLife life;
    private final Worker worker;
    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private volatile Thread caller = Thread.currentThread();

    CallerTurns(JobOptions options, JobLife life, Worker worker) {
        this.options = options;
        this.life = life;
        this.worker = worker;
    }

    /// One turn.
    int poll() {
        enter();
        try {
            return worker.turn();
        } finally {
            inside.setRelease(null);
        }
    }

    /// Turns until there is nothing to do.
    void runUntilIdle() {
        enter();
        try {
            while (worker.turn() > 0) {}
        } finally {
            inside.setRelease(null);
        }
    }

    /// @return whether it was; not if another thread has come to poll
    private boolean pollIfFree() {
        Thread other = inside.get();
        if (other != null && other != Thread.currentThread()) {
            return false;
        }
        poll();
        return true;
    }

    private void enter() {
        Thread here = Thread.currentThread();
        Thread other = inside.compareAndExchange(null, here);
        if (other != null) {
            throw MullionException.misuse(
                    other == here
                            ? "the engine was called from within a sink: " + life.name()
                            : "two threads poll one job: job=" + life.name() + ", " + other.getName() + " and "
                                    + here.getName());
        }
        if (caller != here) {
            caller = here;
        }
    }

    @Override
    public void start() {}

    @Override
    public boolean runsHere() {
        return Thread.currentThread() == inside.get();
    }

    @Override
    public IdleStrategy waiting() {
        return new CallerIdle(IdleStrategies.of(options.idle()));
    }

    @Override
    public IdleStrategy waitingOfMany() {
        return new CallerIdle(IdleStrategies.ofMany());
    }

    @Override
    public boolean await(Duration timeout) throws InterruptedException {
        if (Thread.currentThread() != caller) {
            return life.await(timeout);
        }
        runUntilIdle();
        if (options.inTest()) {
            requireEnded();
            return true;
        }
        long start = System.nanoTime();
        long most = TimeUnit.NANOSECONDS.convert(timeout);
        IdleStrategy idle = IdleStrategies.of(options.idle());
        while (!life.isOver()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - start >= most) {
                return false;
            }
            idle.idle(poll());
        }
        return true;
    }

    /// Takes the wheel from a caller who may never turn it again, when a poll that runs has returned.
    @Override
    public void stop() {
        while (!life.state().ended()) {
            if (inside.compareAndSet(null, Thread.currentThread())) {
                try {
                    worker.end(JobState.STOPPED);
                } finally {
                    inside.setRelease(null);
                }
            } else {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private void requireEnded() {
        if (!life.isOver()) {
            throw MullionException.misuse("the job cannot end: job=" + life.name() + " is " + life.state()
                    + (life.state() == JobState.DRAINING ? ", a producer is still open" : "; drain or stop it first"));
        }
    }

    private final class CallerIdle implements IdleStrategy {
        private final IdleStrategy others;

        CallerIdle(IdleStrategy others) {
            this.others = others;
        }

        @Override
        public void idle(int workCount) {
            if (workCount == 0) {
                idle();
            }
        }

        @Override
        public void idle() {
            if (Thread.currentThread() != caller || !pollIfFree()) {
                others.idle();
            }
        }

        @Override
        public void reset() {
            JobEvents.backPressure(life.name());
            others.reset();
        }

        @Override
        public String alias() {
            return "caller";
        }
    }
}
