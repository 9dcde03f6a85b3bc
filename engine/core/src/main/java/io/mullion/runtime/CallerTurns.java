package io.mullion.runtime;

import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/// Turns when the host calls, on the thread that calls. Only tests have several workers here, which get a turn each.
///
/// The *caller* is the thread that started the job or has polled it last. Where it would wait for the job, for room in
/// a lane or for the end, it turns the wheel itself; others wait for it.
final class CallerTurns implements Turns {
    private static final long POLL_NANOS = 50_000;

    private final JobOptions options;
    private final JobLife life;
    private final List<Worker> workers;
    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private volatile Thread caller = Thread.currentThread();

    CallerTurns(JobOptions options, JobLife life, List<Worker> workers) {
        this.options = options;
        this.life = life;
        this.workers = workers;
    }

    /// One turn.
    int poll() {
        enter();
        try {
            return turns();
        } finally {
            inside.setRelease(null);
        }
    }

    /// Turns until there is nothing to do.
    void runUntilIdle() {
        enter();
        try {
            while (turns() > 0 || !idle()) {}
        } finally {
            inside.setRelease(null);
        }
    }

    private int turns() {
        int work = 0;
        for (int i = 0; i < workers.size(); i++) {
            work += workers.get(i).turn();
        }
        return work;
    }

    /// Whether nothing is on its way between workers.
    private boolean idle() {
        for (int i = 0; i < workers.size(); i++) {
            if (!workers.get(i).idle()) {
                return false;
            }
        }
        return true;
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
                    workers.forEach(worker -> worker.leave(JobState.STOPPED));
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
